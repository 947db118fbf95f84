"""Keyless identities: whom a certificate's issuer and subject let in.

In Kyverno `subject` and `subjectRegExp` are alternatives, `issuer` and `issuerRegExp` must both hold; subject and issuer take `*`; regular expressions are
not anchored (read at v1.19).
"""

from __future__ import annotations

import re

from auditor.model.facts.kubernetes import Identity
from auditor.text.yaml import Node

_BRANCH_WILDCARD = re.compile(r"@(?:\*|refs/\*|refs/heads/\*|refs/pull/.*)$")
_GITHUB = re.compile(r"^https://(?:[a-z0-9.-]{1,100})/(?P<path>.*)$")


def identity(node: Node) -> Identity:
    """The identity in a `keyless` mapping (or one of `identities`)."""

    def text(key: str) -> str:
        value = node.get(key)
        return value.text.strip() if value is not None and value.kind == "scalar" and not value.is_null else ""

    issuer, issuer_regexp = text("issuer"), text("issuerRegExp") or text("issuerRegexp")
    subject, subject_regexp = text("subject"), text("subjectRegExp") or text("subjectRegexp")
    return Identity(
        issuer=issuer,
        issuer_regexp=issuer_regexp,
        subject=subject,
        subject_regexp=subject_regexp,
        wide=_wide_issuer(issuer, issuer_regexp) or _wide_subject(subject, subject_regexp),
    )


def _wide_issuer(issuer: str, regexp: str) -> str:
    if not issuer and not regexp:
        return "no issuer is named, so any issuer's certificate passes"
    if issuer and "*" not in issuer:
        return ""
    if issuer and not regexp:
        return f"the issuer {issuer} takes several issuers"
    return _wide_regexp("issuer", regexp)


def _wide_subject(subject: str, regexp: str) -> str:
    if not subject and not regexp:
        return "no subject is named, so whoever the issuer knows passes"
    if subject and (reason := _wide_glob(subject)):
        return reason
    return _wide_regexp("subject", regexp) if regexp else ""


def _wide_glob(subject: str) -> str:
    if "*" not in subject:
        return ""
    if not subject.strip("*"):
        return f"the subject {subject} takes whoever the issuer knows"
    if _BRANCH_WILDCARD.search(subject):
        return f"the subject {subject} takes a run on any branch"
    head, _, _ = subject.partition("@")
    match = _GITHUB.match(head)
    if match is not None and "*" not in match["path"]:
        return ""
    if match is not None and "/" not in match["path"].partition("*")[0].partition("/")[2]:
        return f"the subject {subject} takes any repository of an owner, or any owner"
    return f"the subject {subject} takes several workflows or people"


def _wide_regexp(what: str, regexp: str) -> str:
    if not (regexp.startswith(("^", r"\A")) and regexp.endswith(("$", r"\z", r"\Z"))) or "|" in regexp:
        return f"the {what} expression {regexp} is not anchored at both ends"
    inner = regexp.removeprefix("^").removesuffix("$").replace("\\.", ".")
    if not re.sub(r"[.*+()\[\]^$?]", "", inner):
        return f"the {what} expression {regexp} takes any {what}"
    if what == "issuer":
        return f"the issuer expression {regexp} takes several issuers" if _OPEN.search(inner) else ""
    open_ = _OPEN.search(inner)
    if open_ is None:
        return ""
    return _wide_glob(inner[: open_.start()] + "*" + inner[open_.end() :])


_OPEN = re.compile(r"\.[*+]|\[[^\]]{1,100}\][*+]|\([^)]{0,100}\)[*+]?|\.\{[0-9,]{1,10}\}|\\[wdSs.][*+]")


def literal(regexp: str) -> str:
    """The only text that an anchored expression takes, "" if there are several.  A dot that is not escaped is taken as a dot: issuers and hosts that
    differ only there belong to nobody else."""
    if not (regexp.startswith("^") and regexp.endswith("$")):
        return ""
    inner = regexp[1:-1].replace("\\.", ".").replace("\\/", "/").replace("\\-", "-")
    return "" if re.search(r"[*+?()\[\]{}|\\^$]", inner) else inner


def normalized(value: Identity) -> Identity:
    """Expressions that take one text only are written as that text."""
    issuer, subject = value.issuer, value.subject
    issuer_regexp, subject_regexp = value.issuer_regexp, value.subject_regexp
    if issuer_regexp and (text := literal(issuer_regexp)) and issuer in {"", text}:
        issuer, issuer_regexp = text, ""
    if subject_regexp and (text := literal(subject_regexp)) and subject in {"", text}:
        subject, subject_regexp = text, ""
    return Identity(issuer=issuer, issuer_regexp=issuer_regexp, subject=subject, subject_regexp=subject_regexp, wide=value.wide)
