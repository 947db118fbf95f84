from textwrap import dedent

import pytest

from auditor.collectors.gocdnext.decode import decode


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
