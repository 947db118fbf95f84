"""Waivers: what they match, and whether they are sound.  Only a sound one in force waives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fnmatch import fnmatchcase

from auditor.model.configuration import WaiverSpec
from auditor.policy.fold import Row

SOUND = frozenset({"in force", "expires soon"})
SOON = timedelta(days=30)


def matches(waiver: WaiverSpec, subject: str) -> bool:
    """Does the waiver name this subject: exactly, or by one of its globs (`*` any run, `?` one character)?"""
    if waiver.subject:
        return waiver.subject == subject
    return any(fnmatchcase(subject, pattern.replace("[", "[[]")) for pattern in waiver.subjects)


def matched(waiver: WaiverSpec, rows: Iterable[Row]) -> list[str]:
    """The subjects of the waiver's control that it names, sorted."""
    return sorted({row.subject for row in rows if row.subject != "*" and matches(waiver, row.subject)})


def state(waiver: WaiverSpec, rows: list[Row] | None, as_of: date, maximum_days: int) -> str:
    """The state of a waiver (see model/facts/organization.Waiver) given the rows of its control, None if that is not assessed."""
    requester, approver = waiver.requested_by.strip().lower(), waiver.approved_by.strip().lower()
    if not (waiver.reason.strip() and waiver.expires and requester and approver):
        return "incomplete"
    if requester == approver:
        return "approved by its requester"
    expires = date.fromisoformat(waiver.expires)
    if expires < as_of:
        return "expired"
    if expires > as_of + timedelta(days=maximum_days):
        return "too long"
    if not matched(waiver, rows or []):
        unsettled = rows is None or any(row.status in {"unknown", "error"} for row in rows)
        return "not judged" if unsettled else "matches nothing"
    return "expires soon" if expires <= as_of + SOON else "in force"


def name(waiver: WaiverSpec) -> str:
    """CONTROL:SUBJECT, the last part of the waiver's id."""
    return f"{waiver.control}:{waiver.subject or ' '.join(waiver.subjects)}"


def apply(rows: list[Row], waivers: Mapping[int, WaiverSpec]) -> list[tuple[Row, int | None]]:
    """Each row with the index of the sound waiver that covers it, if it failed and one does."""
    out: list[tuple[Row, int | None]] = []
    for row in rows:
        cover = next((number for number, waiver in waivers.items() if matches(waiver, row.subject)), None) if row.status == "fail" else None
        out.append((row, cover))
    return out
