"""Which kinds of fact a control reads, itself or through rules of libraries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from auditor.model.evidence import KINDS

_PACKAGE = re.compile(r"^package\s+(\S+)", re.MULTILINE)
_RULE = re.compile(r"^(?=[a-z_])", re.MULTILINE)
_HEAD = re.compile(r"(?:default\s+)?([a-z_][a-z0-9_]*)")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_KIND = re.compile(r"\binput\.([a-z_]+)")
_FULL = re.compile(r"\bdata\.([a-z0-9_.]+)")
_WORD = re.compile(r"(?<![.\w])[a-z_][a-z0-9_]*")


class Rules:
    """The rules of some modules (path -> source) by their full names, as text: each starts at the left margin."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._texts: dict[str, str] = defaultdict(str)
        for source in modules.values():
            package = _PACKAGE.search(source)
            for text in _RULE.split(_COMMENT.sub("", source)) if package else ():
                head = _HEAD.match(text)
                if package and head and head[1] not in {"package", "import"}:
                    self._texts[f"{package[1]}.{head[1]}"] += text

    def kinds(self, control: str) -> set[str]:
        """The kinds that the control's `subjects` and `failures` read, through however many rules."""
        pending, seen = [f"controls.{control}.subjects", f"controls.{control}.failures"], set[str]()
        while pending:
            name = pending.pop()
            if name not in seen:
                seen.add(name)
                pending += self._named(name)
        return {kind for name in seen if name in self._texts for kind in _KIND.findall(self._texts[name]) if kind in KINDS}

    def _named(self, rule: str) -> Iterator[str]:
        """The rules that a rule names: by their full path, or by name in its own package."""
        text = self._texts.get(rule, "")
        package = rule.rpartition(".")[0]
        yield from (name for word in _WORD.findall(text) if (name := f"{package}.{word}") in self._texts)
        for path in _FULL.findall(text):
            parts = path.split(".")
            yield from (name for end in range(len(parts), 0, -1) if (name := ".".join(parts[:end])) in self._texts)
