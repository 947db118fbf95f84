"""Image references with variables in them: which part is the name, the tag, the digest."""

from __future__ import annotations

import re

# Nothing in here nests twice in practice; what does is taken as part of the name.
_SPAN = re.compile(r"\$\{\{[^}]*\}\}|\$\{[^{}]*\}|\$\([^()]*\)")


def masked(text: str) -> str:
    """The text with each reference blanked out, of the same length."""
    for _ in range(4):
        filled = _SPAN.sub(lambda match: "x" * len(match[0]), text)
        if filled == text:
            return filled
        text = filled
    return text


def split(text: str) -> tuple[str, str, str]:
    """(name, tag, digest) of an image reference, each with its variables, "" where there is none.  `docker://` is dropped."""
    text = text.strip().removeprefix("docker://").removeprefix("oci://")
    mask = masked(text)
    at = mask.find("@")
    digest = text[at + 1 :] if at >= 0 else ""
    if at >= 0:
        text, mask = text[:at], mask[:at]
    colon = mask.find(":", mask.rfind("/") + 1)
    if colon < 0:
        return text, "", digest
    return text[:colon], text[colon + 1 :], digest


def is_reference(text: str) -> bool:
    """Is it one reference from its first character to its last?"""
    return _SPAN.fullmatch(text) is not None or (text.startswith("$(") and set(masked(text)) == {"x"})


def words_of(text: str) -> list[str]:
    """Words split at blanks, references kept whole."""
    mask = masked(text)
    found, start = [], 0
    for match in re.finditer(r"\S+", mask):
        start = match.start()
        found.append(text[start : match.end()])
    return found
