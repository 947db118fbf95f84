"""Places of what no file says: declarations of the scope, and defaults."""

from __future__ import annotations

from auditor.model.place import At, Source, source_id
from auditor.text.reading import Reading

_DEFAULTS = "defaults of Kyverno"


def default_place(reading: Reading) -> At:
    """The place of a default that is assumed."""
    identity = source_id("default:" + _DEFAULTS)
    reading.sources.setdefault(identity, Source(uri=_DEFAULTS, kind="default", collector=reading.collector, read_at=reading.as_of, status="assumed"))
    return At(source=identity)


def declared_place(reading: Reading, *names: str) -> At:
    """The place of the first of these declarations of the scope that the configuration has; else of the configuration as a whole."""
    for name in names:
        if name in reading.scope.places:
            return reading.scope.places[name]
    identity = source_id("configuration")
    reading.sources.setdefault(identity, Source(uri="configuration", kind="configuration", collector=reading.collector, read_at=reading.as_of, status="assumed"))
    return At(source=identity)
