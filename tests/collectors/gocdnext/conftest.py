from dataclasses import dataclass
from textwrap import dedent, indent

import pytest

from auditor.collectors import gocdnext
from auditor.collectors.gocdnext.decode import decode
from auditor.evidence import decode as decode_evidence
from auditor.evidence import encode, inconsistencies
from auditor.model import Evidence, Gap
from auditor.model.configuration import Resolved, Scope
from auditor.pipeline import kind_of
from auditor.places import find_places, place_at
from auditor.text.reading import Reading


@pytest.fixture
def read():
    """Decode a pipeline given as indented text."""

    def read(text, version="0.93", **options):
        return decode(dedent(text).encode(), ".gocdnext/p.yaml", version=version, **options)

    return read


@pytest.fixture
def job(read):
    """Decode one job, given as flow or block lines, in a pipeline around it."""

    def job(body, version="0.93", head="", **options):
        lines = "\n".join("    " + line for line in dedent(body).strip().splitlines())
        return read(f"{head}\nstages: [s]\njobs:\n  j:\n    stage: s\n{lines}\n", version, **options)

    return job


@pytest.fixture
def codes():
    def codes(remarks):
        return [remark.code for remark in remarks]

    return codes


@dataclass
class Collected:
    """What the collector says: facts by kind and id, gaps; `job(name)` of the only pipeline."""

    facts: dict[str, dict[str, object]]
    gaps: list[Gap]

    def job(self, name="j"):
        return next(job for job in self.facts["job"].values() if job.name == name)

    def gap_kinds(self):
        return sorted((gap.kind, gap.path) for gap in self.gaps if gap.kind not in {"gate.author_excluded", "pipeline.notifications"})


@pytest.fixture
def collect(tmp_path):
    """Writes files (path -> text; below `.gocdnext` unless it has a folder) and collects them; every null has its gap, every gap its null."""

    def collect(files, version="0.93", path=".gocdnext"):
        for name, text in files.items():
            place = tmp_path / (name if "/" in name else f".gocdnext/{name}")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(dedent(text))
        return collected(tmp_path, version, path)

    return collect


def collected(root, version="0.93", path=".gocdnext"):
    config = gocdnext.Config(path=path, version=version)
    places = find_places(root, "my-org", [(gocdnext, config)])
    reading = Reading(root.absolute(), "2026-11-24T14:30:00Z", Scope(organization="my-org"), places)
    reading.own = place_at(root, root, "my-org", named=False)
    facts = {kind: {} for kind in gocdnext.KINDS}
    gaps = []
    for item in gocdnext.collect(config, reading):
        if isinstance(item, Gap):
            gaps.append(item)
            continue
        assert item[0] not in facts[kind_of(item[1])], "an id stands twice"
        facts[kind_of(item[1])][item[0]] = item[1]
    document = Evidence(
        as_of=reading.as_of,
        scope=reading.scope,
        configuration=Resolved(),
        assessable={},
        readable=[],
        containers={},
        sources=dict(reading.quoted()),
        gaps=gaps,
        **facts,
    )
    assert list(inconsistencies(document)) == []
    decode_evidence(encode(document))
    return Collected(facts, gaps)


@pytest.fixture
def does(collect):
    """The facts of a job, given as lines, in a pipeline around it."""

    def does(body, version="0.93", head="", others="", **files):
        job = indent(dedent(body).strip(), "    ")
        text = f"{dedent(head)}\nstages: [s, t]\njobs:\n{indent(dedent(others), '  ')}\n  j:\n    stage: t\n{job}\n"
        return collect({"p.yaml": text} | {name.replace("__", "/"): content for name, content in files.items()}, version).job()

    return does


@pytest.fixture
def runs(does):
    """The facts of a job with that script."""

    def runs(script, version="0.93", more="", **options):
        return does(f"image: a\n{dedent(more)}\nscript:\n  - |\n{indent(dedent(script).strip(), '    ')}", version, **options)

    return runs
