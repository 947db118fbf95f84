"""What the validations of an ImageValidatingPolicy really verify, by the shapes in which it is written.

A validation counts if it is a conjunction of terms, each of which runs `verifyImageSignatures` or `verifyAttestationSignatures` over the images of one or
more kinds of container and wants every result above zero.  Anything else is not understood, and said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LENGTH = 20_000
MAX_BRACKETS = 200
CATEGORIES = ("containers", "initContainers", "ephemeralContainers")

_TOKEN = re.compile(r"""\s*(?:("[^"\\]*"|'[^'\\]*')|([A-Za-z_][A-Za-z0-9_]*)|([0-9]+)|(&&|\|\||>=|<=|==|!=|[-.,()\[\]{}?:<>!+*/%]))""")


@dataclass(frozen=True)
class Verification:
    """`categories`: the kinds of container; `attestation` "" for image signatures; `attestors` by name; `needed` of them must verify (0: the result does
    not matter)."""

    categories: frozenset[str]
    attestation: str
    attestors: tuple[str, ...]
    needed: int


class NotUnderstood(Exception):
    """An expression of another shape."""


def verifications(expression: str) -> list[Verification]:
    """The verifications that an expression demands.  Raises NotUnderstood if it verifies in a way that is not recognised; [] if it verifies nothing."""
    if "verify" not in expression:
        return []
    reader = _Reader(list(_tokens(expression)))
    found = reader.conjunction()
    if reader.position != len(reader.tokens):
        raise NotUnderstood
    return found


def mentioned(expression: str) -> list[str]:
    """The attestors that an expression of any shape names."""
    return sorted(set(re.findall(r"\battestors\.([A-Za-z_][A-Za-z0-9_]{0,100})", expression)) | set(re.findall(r"""\battestors\[["']([^"']{1,100})["']\]""", expression)))


def _tokens(expression: str) -> Iterator[str]:
    if len(expression) > MAX_LENGTH:
        raise NotUnderstood
    position, text = 0, expression.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotUnderstood
        position = match.end()
        yield match[0].strip()


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.position = tokens, 0
        if tokens.count("(") > MAX_BRACKETS:
            raise NotUnderstood

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        if not token:
            raise NotUnderstood
        self.position += 1
        return token

    def take(self, *wanted: str) -> None:
        for token in wanted:
            if self.next() != token:
                raise NotUnderstood

    def conjunction(self) -> list[Verification]:
        found = self.term()
        while self.peek() == "&&":
            self.next()
            found += self.term()
        return found

    def term(self) -> list[Verification]:
        if self._bracketed():
            self.take("(")
            found = self.conjunction()
            self.take(")")
            return found
        categories = self.images()
        self.take(".")
        macro = self.next()
        self.take("(")
        variable = self.next()
        self.take(",")
        attestation, attestors = self.call(variable)
        if macro == "all":
            needed = self.needed()
            self.take(")")
        elif macro == "map":
            self.take(")", ".", "all", "(")
            result = self.next()
            self.take(",", result)
            needed = self.needed()
            self.take(")")
        else:
            raise NotUnderstood
        return [Verification(frozenset(categories), attestation, attestors, needed)]

    def _bracketed(self) -> bool:
        """Is this a term in brackets, not a sum of image lists in brackets?"""
        if self.peek() != "(":
            return False
        depth = 0
        for word in self.tokens[self.position :]:
            depth += (word == "(") - (word == ")")
            if word.startswith("verify"):
                return True
            if depth == 0:
                return False
        return False

    def images(self) -> set[str]:
        """`images.containers`, `images["containers"]`, or a sum of them in brackets."""
        if self.peek() == "(":
            self.next()
            found = self.images()
            while self.peek() == "+":
                self.next()
                found |= self.images()
            self.take(")")
            return found
        self.take("images")
        return {self.member()}

    def member(self) -> str:
        if self.peek() == "[":
            self.next()
            name = self.next()
            self.take("]")
            if name[0] not in "\"'":
                raise NotUnderstood
            return name[1:-1]
        self.take(".")
        if self.peek() == "?":
            raise NotUnderstood
        return self.next()

    def call(self, variable: str) -> tuple[str, tuple[str, ...]]:
        function = self.next()
        self.take("(", variable, ",")
        attestation = ""
        if function == "verifyAttestationSignatures":
            self.take("attestations")
            attestation = self.member()
            self.take(",")
        elif function != "verifyImageSignatures":
            raise NotUnderstood
        self.take("[")
        attestors = []
        while self.peek() != "]":
            self.take("attestors")
            attestors.append(self.member())
            if self.peek() == ",":
                self.next()
        self.take("]", ")")
        return attestation, tuple(attestors)

    def needed(self) -> int:
        operator, number = self.next(), self.next()
        if not number.isdigit() or len(number) > 6:
            raise NotUnderstood
        least = {">": int(number) + 1, ">=": int(number), "==": int(number)}.get(operator)
        if least is None:
            raise NotUnderstood
        return least
