"""Facts of the organisation as a whole."""

from __future__ import annotations

from auditor.model.record import Fact


class Signer(Fact, frozen=True, kw_only=True):
    """A signer that the owner declared, id organization/signer/NAME: a key by the SHA-256 of its DER public key info (hex), or a keyless identity."""

    name: str
    fingerprint: str | None = ""
    issuer: str = ""
    identity: str = ""


class Waiver(Fact, frozen=True, kw_only=True):
    """A waiver of the configuration, id organization/waiver/CONTROL:SUBJECT.  Made when evaluating, after everything else is folded.

    `state`: `in force`, `expires soon`, `expired`, `matches nothing`, `approved by its requester`, `incomplete`, `too long`, or `not judged` (its
    control is not assessed, or has unknown rows that it might match: `matched` is then None, with its gap).
    """

    control: str
    subjects: list[str]
    reason: str
    requested_by: str
    approved_by: str
    expires: str
    state: str
    matched: list[str] | None
