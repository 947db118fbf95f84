"""The documents that policies see: one for each container that their controls ask about, so that repositories neither mix nor fill memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from auditor.model.control import Aspect, Control
from auditor.model.evidence import KINDS, Evidence
from auditor.model.record import ORGANIZATION
from auditor.policy.fold import World

ORIGIN_OF: dict[Aspect, str] = {"design": "file", "implementation": "live", "operation": "history"}

_encode = msgspec.json.Encoder(order="sorted").encode


def origin_for(control: Control, aspect: Aspect) -> str:
    """The origin of the facts that a control sees for an aspect: a control with one aspect sees everything (""), else those of that aspect."""
    return ORIGIN_OF[aspect] if len(control.aspects) > 1 else ""


def shards(evidence: Evidence, controls: Iterable[Control], per: str, origin: str, world: World) -> Iterator[tuple[str, bytes]]:
    """`(container, document)` for each container of sort `per`.  A document holds the kinds that these controls name; all other kinds are empty.

    A repository's shard holds it, the clusters and the organisation; a cluster's holds it and the organisation; the organisation's everything named.
    """
    named = {kind.partition(".")[0] for control in controls for kind in control.kinds()}
    common, own = _split(evidence, [kind for kind in KINDS if kind in named], per, origin, world)
    base: dict[str, Any] = {"as_of": evidence.as_of, "period": evidence.period, "scope": evidence.scope, **{kind: {} for kind in KINDS}}
    containers = [ORGANIZATION] if per == ORGANIZATION else [name for name, sort in evidence.containers.items() if sort == per]
    for container in sorted(containers):
        mine = own.get(container, {})
        yield container, _encode({**base, **{kind: {**common.get(kind, {}), **mine.get(kind, {})} for kind in named if kind in KINDS}})


def _split(
    evidence: Evidence, kinds: list[str], per: str, origin: str, world: World
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, dict[str, Any]]]]:
    """Facts that every shard holds, and facts by the container whose shard alone holds them."""
    common: dict[str, dict[str, Any]] = defaultdict(dict)
    own: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for kind in kinds:
        for identity, fact in getattr(evidence, kind).items():
            if origin and fact.origin != origin:
                continue
            container = world.container(identity)
            sort = world.sort(container)
            if ORGANIZATION in (per, sort) or (per == "repository" and sort == "cluster"):
                common[kind][identity] = fact
            elif sort == per:
                own[container][kind][identity] = fact
    return common, own
