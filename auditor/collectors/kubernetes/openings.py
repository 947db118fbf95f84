"""What may let a request past a verifying rule, before it is known which images that concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from auditor.collectors.kubernetes.selectors import NamespaceView
from auditor.collectors.kubernetes.spans import NO, Span
from auditor.collectors.kubernetes.verifying import Claim, Verifying
from auditor.model.place import At


@dataclass(frozen=True)
class Opening:
    """`takes(rule, namespace, operation)`: for which requests it lifts the rule.  With `claim` it lets past only what that claim's skip list names.
    `in_force` None: flags that decide could not be read.  `how`: what gets past, in half a sentence."""

    id: str
    what: str
    at: At
    how: str
    takes: Callable[[Verifying, NamespaceView, str], Span]
    claim: Claim | None = None
    in_force: bool | None = True
    dormant_reason: str = ""


def skip_lists(rules: list[Verifying]) -> list[Opening]:
    """`skipImageReferences` of every rule."""
    found: list[Opening] = []
    for rule in rules:
        skipping = [claim for claim in rule.claims if claim.skips]
        for number, claim in enumerate(skipping, 1):
            suffix = f" {number}" if len(skipping) > 1 else ""
            found.append(
                Opening(
                    id=f"{rule.id}/skipImageReferences{suffix}",
                    what="skipImageReferences",
                    at=claim.skip_at,
                    how="images that the rule's skip list names are not verified",
                    takes=_of(rule),
                    claim=claim,
                )
            )
    return found


def distinct(openings: list[Opening]) -> list[Opening]:
    """The openings, with ids that differ."""
    used: set[str] = set()
    found: list[Opening] = []
    for opening in openings:
        name = opening.id
        while name in used:
            name += " again"
        used.add(name)
        found.append(opening if name == opening.id else replace(opening, id=name))
    return found


def _of(rule: Verifying) -> Callable[[Verifying, NamespaceView, str], Span]:
    return lambda other, view, operation: rule.sees(view, operation) if other is rule else NO
