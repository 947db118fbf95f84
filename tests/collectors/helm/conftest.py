"""A folder with the example chart, and a way to collect it."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.collectors.helm import ChartSpec, Config, collect
from auditor.model import Gap
from auditor.model.configuration import Scope
from auditor.model.facts.charts import Chart
from auditor.text.reading import Place, Reading
from tests.collectors.helm.example import FILES, Collect, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "charts/my-app", FILES)
    return tmp_path


@pytest.fixture
def gather(folder: Path) -> Collect:
    def run(*specs: ChartSpec, **options: object) -> tuple[dict[str, Chart], list[Gap], Reading]:
        place = Place("my-org/app", folder, folder)
        reading = Reading(root=folder, as_of="2027-01-01T00:00:00Z", scope=Scope(), places=[place])
        found = list(collect(Config(charts=list(specs) or [ChartSpec(path="charts/my-app", **options)]), reading))  # type: ignore[arg-type]
        facts = [one for one in found if isinstance(one, tuple)]
        assert len(dict(facts)) == len(facts)
        for _, fact in facts:
            assert isinstance(fact, Chart)
            assert all(at.source in reading.sources for at in [fact.at, *(one.at for one in fact.containers or ())])
            assert (fact.containers is None) is any(isinstance(one, Gap) for one in found)
        return dict(facts), [one for one in found if isinstance(one, Gap)], reading  # type: ignore[arg-type]

    return run
