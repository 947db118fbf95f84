"""References inside texts: `${{ NAME }}`, `${{ needs.JOB.outputs.ALIAS }}` (with or without a matrix cell), `${VAR}` and `$VAR`.

Scanning is linear in the text: no pattern here can backtrack over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from auditor.collectors.gocdnext.pipeline import Job, Place, Text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OUTPUT = re.compile(r"needs\.([A-Za-z0-9_-]+)\.outputs\.([a-z][a-zA-Z0-9_-]*)")
_CELL = re.compile(r"needs\.([A-Za-z0-9_-]+)\.matrix\[([^\[\]]{1,512})\]\.outputs\.([a-z][a-zA-Z0-9_-]*)")
_SHELL = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)|([A-Za-z_][A-Za-z0-9_]*))")
_SPACE = " \t\n\f\r"


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.  `form`: `name` and `output` stand in `${{ }}`, `variable` is `${VAR}` or `$VAR`, `other` is a `${{ }}` the product
    cannot resolve.

    `name` is the variable or secret, `job` and `alias` the output's, `cell` its matrix cell as written ("" for none).  `braces` tells
    `${VAR}`, which the product itself resolves in `with`, from `$VAR`, which it leaves; `plain` is False for `${VAR:-x}` and the like.
    `start` and `end` are offsets into the text, `raw` the text between them, `at` the text's place.
    """

    form: Literal["name", "output", "variable", "other"]
    raw: str
    start: int
    end: int
    at: Place
    name: str = ""
    job: str = ""
    alias: str = ""
    cell: str = ""
    braces: bool = True
    plain: bool = True


def references(text: Text) -> list[Reference]:
    """Every reference of a text, in order."""
    return sorted([*_expressions(text), *_variables(text)], key=lambda reference: reference.start)


def _expressions(text: Text) -> Iterator[Reference]:
    source, position = text.text, 0
    while (start := source.find("${{", position)) >= 0:
        close = source.find("}", start + 3)
        if close < 0:
            return
        if source[close : close + 2] != "}}":
            position = close  # nothing that opens before here can close properly
            continue
        end = close + 2
        yield _expression(source[start + 3 : close].strip(_SPACE), source[start:end], start, end, text.at)
        position = end


def _expression(body: str, raw: str, start: int, end: int, at: Place) -> Reference:
    if _NAME.fullmatch(body):
        return Reference("name", raw, start, end, at, name=body)
    output = _OUTPUT.fullmatch(body)
    if output is not None:
        return Reference("output", raw, start, end, at, job=output[1], alias=output[2])
    cell = _CELL.fullmatch(body)
    if cell is not None:
        return Reference("output", raw, start, end, at, job=cell[1], alias=cell[3], cell=cell[2])
    return Reference("other", raw, start, end, at, name=body)


def _variables(text: Text) -> Iterator[Reference]:
    source = text.text
    for match in _SHELL.finditer(source):
        if match[2] is not None:
            yield Reference("variable", match[0], match.start(), match.end(), text.at, name=match[2], braces=False)
        elif source[match.end() : match.end() + 1] == "}":
            yield Reference("variable", match[0] + "}", match.start(), match.end() + 1, text.at, name=match[1])
        else:
            yield Reference("variable", match[0], match.start(), match.end(), text.at, name=match[1], plain=False)


@dataclass(frozen=True, slots=True)
class Use:
    """A text of a job and the key it stands under: `with.image`, `settings.X`, `variables.X`, `deploy.version`, `script`, `image`,
    `uses`."""

    key: str
    text: Text

    @property
    def is_resolved(self) -> bool:
        """Does the product put values into `${{ }}` here?  Not in `script`, `image`, `uses`: there it stays text."""
        return self.key not in {"script", "image", "uses"}


def uses(job: Job) -> Iterator[Use]:
    """Every text of a job that may refer to something."""
    for name, key in (("image", job.image), ("uses", job.uses)):
        if key is not None:
            yield Use(name, key)
    for line in job.script:
        yield Use("script", line)
    for prefix, mapping in (("with", job.inputs), ("settings", job.settings or {}), ("variables", job.variables)):
        for name, value in mapping.items():
            yield Use(f"{prefix}.{name}", value)
    if job.deploy is not None:
        for name, value_ in (("deploy.version", job.deploy.version), ("deploy.revision", job.deploy.revision)):
            if value_ is not None:
                yield Use(name, value_)
