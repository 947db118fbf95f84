"""Facts about a cluster.  Ids are CLUSTER/[NAMESPACE/]KIND/OBJECT[#PART]; coverage CLUSTER/NAMESPACE|PATTERN."""

from __future__ import annotations

from typing import Literal

from auditor.model.place import At
from auditor.model.record import Fact, Record, Remark


class Cluster(Fact, frozen=True, kw_only=True):
    """A cluster, id its name.  `engine` is the admission engine that was seen or assumed (`kyverno`), `version` its version as text, None if the
    controller is there and does not say it, or may be in a file that could not be read; `assumed`: nothing says it.  `whole`: everything that was to be
    read was read, so that no object is there which may replace or change another; None where something was not."""

    engine: str
    version: str | None
    assumed: bool
    whole: bool | None


class Namespace(Fact, frozen=True, kw_only=True):
    """A namespace with a manifest or object."""

    name: str
    labels: dict[str, str]


class WorkloadContainer(Record, frozen=True, kw_only=True):
    """`role`: `container`, `init`, `ephemeral`."""

    name: str
    role: str
    image: str
    tag: str
    digest: str
    at: At


class Workload(Fact, frozen=True, kw_only=True):
    """A Pod or something that makes Pods.  Images of manifests are declared, not observed."""

    namespace: str
    kind: str
    name: str
    containers: list[WorkloadContainer]


class AdmissionPolicy(Fact, frozen=True, kw_only=True):
    """A policy of an admission engine.  `verifies`: it verifies image signatures or attestations.  `failure_policy` is the effective one.  `defects` are
    reasons why the engine would refuse or not apply it as written.  `reaches_production`: one of its verifying rules can match a Pod in a declared
    production namespace."""

    engine: str
    kind: str
    name: str
    namespace: str
    verifies: bool
    failure_policy: Literal["Fail", "Ignore"] | None
    failure_reason: str
    timeout_seconds: int
    defects: list[Remark]
    reaches_production: bool | None


class VerifyEntry(Record, frozen=True, kw_only=True):
    """One `verifyImages` entry, defaults filled in.  `references` None: a variable decides.  `signatures`: it asks for a signature of the image itself,
    not for attestations alone."""

    references: list[str] | None
    skips: list[str]
    signatures: bool
    required: bool | None
    mutate_digest: bool | None
    verify_digest: bool | None
    attestations: list[str]
    at: At


class VerifyRule(Fact, frozen=True, kw_only=True):
    """A rule that verifies images, id POLICY#RULE.  `action` for namespaces no override names; `overrides` as `NAMESPACES: action`.
    The digest switches are effective ones: one entry that mutates pins every image the rule matches."""

    policy: str
    rule: str
    action: Literal["Enforce", "Audit"] | None
    overrides: list[str]
    entries: list[VerifyEntry]
    reaches_production: bool | None


class Identity(Record, frozen=True, kw_only=True):
    """A keyless identity as written; "" where a part is not given.  `wide` says in half a sentence why it takes more than one workflow or person, "" if
    it does not."""

    issuer: str = ""
    issuer_regexp: str = ""
    subject: str = ""
    subject_regexp: str = ""
    wide: str = ""


class Attestor(Fact, frozen=True, kw_only=True):
    """Who is trusted, id POLICY#RULE/attestor N (counting from 1, nested ones and several keys in one entry N.M).

    `form`: `key`, `keyless`, `certificate`, `kms`, `secret`, `notary`, `none` (nobody in particular: any signature passes or none does).
    `fingerprint`: SHA-256 of the DER public key info (hex) of a key or leaf certificate that parses, "" if there is none, None if it is kept where it
    cannot be read.  `key_state`: `parsed`, `placeholder`, `broken`, `variable` (a variable the cluster's owner fills), `tenant` (a variable that the
    one who makes the request fills), ``.  `known_sample`: which published sample key it is.  `alternatives`: how many other attestors may stand in for
    this one.  `pinned_leaf`: a certificate of its own is named, not only a chain.
    """

    policy: str
    rule: str
    form: Literal["key", "keyless", "certificate", "kms", "secret", "notary", "none"]
    fingerprint: str | None
    key_state: str
    known_sample: str
    reference: str
    identities: list[Identity]
    ignores_transparency_log: bool
    ignores_certificate_transparency: bool
    pinned_leaf: bool
    alternatives: int
    purpose: Literal["signature", "attestation"]


class Exemption(Fact, frozen=True, kw_only=True):
    """Something that lets requests past a policy: a PolicyException, a skip list, a resource filter, a namespace opt-out, a webhook selector, a flag.

    `in_force` None: the flags that decide could not be read.  `lets_past`: the declared CLUSTER/NAMESPACE|PATTERN pairs for which something that
    it names gets past verification; `how` explains the first.
    """

    what: str
    in_force: bool | None
    dormant_reason: str
    lets_past: list[str] | None
    how: str


class NearMiss(Record, frozen=True, kw_only=True):
    """A rule that does not cover a pair, and why: `reasons` are clauses, `at` the place to change."""

    rule: str
    reasons: list[str]
    at: At


class AdmissionCoverage(Fact, frozen=True, kw_only=True):
    """What enforced verification covers in a declared production namespace for a declared image pattern.

    `covered_by` are the rules that take part.  `tag_escapes` and `digest_escapes` name a reference that matches the pattern and that no enforced rule
    verifies ("" if there is none): by tag (`repo:tag`) and by digest (`repo@sha256:...`).  `near_misses` are the rules that fall short.
    `at` is the scope's declaration.
    """

    cluster: str
    namespace: str
    pattern: str
    covered_by: list[str]
    tag_escapes: str | None
    digest_escapes: str | None
    near_misses: list[NearMiss]
