"""Where an action takes place, where its words do not say it: rather unread than nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from auditor.model.configuration import Scope
from auditor.model.facts.actions import Touch
from auditor.model.place import At

# They act wherever their configuration points; what others act on (buckets, sites, the database of a test) is seldom what serves users.
_ANYWHERE = frozenset(
    ["helm", "kubectl", "argo-rollouts", "helmfile", "argocd", "flux", "ssh", "scp", "rsync", "sftp", "ansible", "terraform", "pulumi", "docker", "curl", "git"]
)
_LIKE = re.compile(r"(?<![a-z])(?:prod|prd|production|live)(?![a-z])", re.IGNORECASE)
_BEFORE = re.compile(r"(?:pre|non|not?)[-_. ]*(?:prod|prd)", re.IGNORECASE)
UNRESOLVED = "the namespace is named by something that cannot be resolved from the files"


def named(patterns: Iterable[str], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def unplaced(touches: list[Touch], scope: Scope, *, isolated: bool) -> list[tuple[At, str]]:
    """Take the namespace of what may act on production, for all that can be told; place and reason of each.  `isolated`: the job has a cluster of its own
    and no credential."""
    found = []
    settled = [touch.at for touch in touches if touch.credential and named(scope.production.secrets, touch.credential)]
    for index, touch in enumerate(touches):
        why = UNRESOLVED if touch.namespace is None else "" if isolated or touch.verb == "observe" or touch.at in settled else _doubt(touch, scope)
        if why:
            touches[index] = msgspec.structs.replace(touch, namespace=None)
            found.append((touch.at, why))
    return found


def _doubt(touch: Touch, scope: Scope) -> str:
    production, stage = scope.production, scope.stage
    given = [
        (touch.namespace or "", [*production.namespaces, *stage.namespaces]),
        (touch.environment, [*production.environments, *stage.environments]),
        (touch.cluster, [*production.environments, *production.clusters]),
    ]
    if any(name and named(declared, name) for name, declared in given):
        return ""
    names = [name for name, _ in given if name]
    like = next((name for name in names if _LIKE.search(name) and not _BEFORE.search(name)), "")
    if like:
        return f"`{like[:80]}` looks like production and is not declared, neither as production nor as stage"
    if not names and (touch.tool in _ANYWHERE or touch.verb in {"deploy", "rollback"}):
        return f"where `{touch.tool}` acts cannot be told: neither a namespace nor an environment is named"
    return ""
