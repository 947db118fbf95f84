"""METADATA: the comment block directly above `package`, as a Control.

Everything of ours stands under `custom`; unknown keys, wrong types and a block that does not touch `package` are errors with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from auditor.errors import AnnotationError
from auditor.model.control import Aspect, Container, Control, Link, Parameter, Severity
from auditor.model.evidence import KINDS, fields
from auditor.model.record import Record
from auditor.text.decode import Mismatch, meant, record
from auditor.text.yaml import TextError, parse

_PACKAGE = re.compile(r"^package\s+([a-z_][a-z0-9_.]*)\s*(?:#.*)?$")
_SCOPE_KINDS = ("scope",)


class _Custom(Record, frozen=True, kw_only=True):
    severity: Severity
    aspects: list[Aspect]
    sources: list[str] = []
    population: list[str]
    requires: list[str] = []
    consults: list[str] = []
    seeks: list[str] = []
    per: Container
    prerequisite: int | None = None
    frameworks: dict[str, list[str]] = {}
    parameters: dict[str, Parameter] = {}
    remediation: str
    population_how: str = ""
    effective_on: str = ""
    aliases: list[str] = []
    added_in: str


class _Metadata(Record, frozen=True, kw_only=True):
    title: str
    description: str
    related_resources: list[Link] = []
    custom: _Custom


def package_of(path: str, source: str) -> tuple[str, int]:
    """The package a module declares, and its line.  Raises AnnotationError."""
    for number, line in enumerate(source.splitlines(), 1):
        match = _PACKAGE.match(line)
        if match:
            return match[1], number
        if line.strip() and not line.lstrip().startswith("#"):
            break
    raise AnnotationError(path, 1, 0, "package", "a module starts with its METADATA and `package NAME`")


def control_of(path: str, source: str) -> Control:
    """The control that a module declares.  Raises AnnotationError with the place."""
    package, line = package_of(path, source)
    first, text = _block(path, source, line)
    try:
        documents = parse(text)
        if len(documents) != 1:
            raise AnnotationError(path, first, 0, "metadata", "METADATA must be one YAML mapping")
        data: _Metadata = record(_Metadata, documents[0], "METADATA")
    except TextError as error:
        raise AnnotationError(path, first + max(error.line - 1, 0), 0, "metadata", error.message) from None
    except Mismatch as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise AnnotationError(path, first + error.line - 1, 0, "metadata", error.message + hint) from None
    _check(path, first, package, data)
    return _control(path, line, package, data)


def _block(path: str, source: str, package_line: int) -> tuple[int, str]:
    """The line after `# METADATA` and the YAML text of the block that ends directly above the package."""
    lines = source.splitlines()
    start = package_line - 2
    while start >= 0 and lines[start].startswith("#"):
        start -= 1
    block = lines[start + 1 : package_line - 1]
    if not block or block[0].strip() != "# METADATA":
        raise AnnotationError(path, package_line, 0, "metadata", "a `# METADATA` block must stand directly above `package`")
    return start + 3, "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in block[1:])


def suggestion(word: str, known: Iterable[str]) -> str:
    """What was probably meant, to stand behind a message."""
    found = meant(word, known)
    return f" ({found})" if found else ""


def _check(path: str, line: int, package: str, data: _Metadata) -> None:
    def wrong(message: str) -> AnnotationError:
        return AnnotationError(path, line, 0, "metadata", message)

    if not re.fullmatch(r"controls\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", package):
        raise wrong(f"the package of a control is controls.FAMILY.NAME, not {package}")
    if not data.custom.aspects:
        raise wrong("`aspects` names at least one of design, implementation, operation")
    if data.title.endswith("."):
        raise wrong("`title` ends without a full stop")
    if data.custom.prerequisite not in {None, 1, 2, 3, 4, 5}:
        raise wrong("`prerequisite` is 1 to 5")
    custom = data.custom
    for named in [*custom.population, *custom.requires, *custom.consults, *custom.seeks]:
        kind, field = [*named.split("."), ""][:2]
        if kind not in KINDS and kind not in _SCOPE_KINDS:
            raise wrong(f"no kind of fact is called `{kind}`{suggestion(kind, KINDS)}")
        if kind in KINDS and field and field not in fields(kind):
            raise wrong(f"`{kind}` has no field `{field}`{suggestion(field, fields(kind))}")
    if not custom.population:
        raise wrong("`population` names the kinds that decide which subjects exist")


def _control(path: str, line: int, package: str, data: _Metadata) -> Control:
    custom = msgspec.structs.asdict(data.custom) | {"remediation": data.custom.remediation.strip()}
    return Control(
        **custom,
        id=package.removeprefix("controls."),
        title=data.title,
        description=data.description.strip(),
        links=data.related_resources,
        path=path,
        line=line,
    )
