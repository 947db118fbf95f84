"""Which controls are asked, which aspects of them are assessed, and what is enforced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from auditor.errors import ConfigurationError
from auditor.model.configuration import Selection
from auditor.model.control import Aspect, Control
from auditor.text.decode import meant

_ANSWERS: dict[tuple[str, Aspect], str] = {
    ("kubernetes", "implementation"): "a cluster",
    ("kubernetes", "operation"): "a cluster",
    ("gocdnext", "implementation"): "a gocdnext server",
    ("gocdnext", "operation"): "a gocdnext server",
    ("repository", "implementation"): "GitHub",
    ("github", "implementation"): "GitHub",
}


def named(identity: str, patterns: Iterable[str]) -> bool:
    """Does one of these globs name the control?"""
    return any(fnmatchcase(identity, pattern) for pattern in patterns)


def check(selection: Selection, controls: Mapping[str, Control]) -> None:
    """Refuse globs that name no control: they are misspelt.  Raises ConfigurationError."""
    for key in ("select", "ignore", "advise", "require"):
        for pattern in getattr(selection, key):
            known(pattern, controls, f"controls.{key}")


def known(pattern: str, controls: Mapping[str, Control], where: str) -> None:
    """Raise ConfigurationError if a glob of control ids names none."""
    if pattern != "*" and not any(fnmatchcase(identity, pattern) for identity in controls):
        raise ConfigurationError(f"{where}: no control is called `{pattern}`", meant(pattern, controls) or "auditor controls lists them")


def not_assessed(control: Control, aspect: Aspect, selection: Selection, assessable: Mapping[str, list[str]]) -> str:
    """Why an aspect is not assessed; "" if it is."""
    if not named(control.id, selection.select):
        return "not selected (controls.select)"
    if named(control.id, selection.ignore):
        return "ignored (controls.ignore)"
    if not control.sources:
        return ""
    halves = [aspect] if len(control.aspects) > 1 else list(assessable)
    if any(source in assessable.get(half, []) for half in halves for source in control.sources):
        return ""
    wanted = [_ANSWERS.get((source, aspect), f"sources.{source}") for source in control.sources]
    return f"no source answers it: {' or '.join(dict.fromkeys(wanted))}"


def enforced(control: Control, selection: Selection, as_of: str) -> bool:
    """Does a failure count for the exit code?"""
    return not named(control.id, selection.advise) and not (control.effective_on and as_of[:10] < control.effective_on)
