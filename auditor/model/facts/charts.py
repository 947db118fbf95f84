"""Facts about Helm charts, as they render."""

from __future__ import annotations

from auditor.model.place import At
from auditor.model.record import Fact, Record


class ChartContainer(Record, frozen=True, kw_only=True):
    """One container of a rendered workload.  `object` is KIND/NAME; `role` is `container`, `init` or `ephemeral`; `tag` and `digest` are "" if absent.
    `at` is the template line."""

    object: str
    container: str
    role: str
    image: str
    tag: str
    digest: str
    at: At


class Chart(Fact, frozen=True, kw_only=True):
    """A chart with the values it is deployed with, id NAME/PATH.  `production`: what the configuration says of it.  `given_digest` was set at
    `digest_value` for the rendering; `containers` is what came out."""

    name: str
    production: bool
    values: list[str] = []
    digest_value: str = ""
    given_digest: str = ""
    containers: list[ChartContainer] | None
