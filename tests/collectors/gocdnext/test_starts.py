import pytest

from auditor.collectors.gocdnext.starts import repository_of


def starts(file):
    return [(start.cause, start.branches, start.by) for start in file.pipeline.starts]


def test_without_when_a_push_to_the_default_branch_starts(read):
    """Absent and empty events are a push; an empty branch list is the default branch."""
    for text in ("stages: []\n", "stages: []\nwhen: {event: []}\n", "stages: []\nwhen: {}\n"):
        assert starts(read(text)) == [("push", (), "default")]


def test_events_with_their_branches(read):
    """Branches go with pushes and pull requests, not with tags, hands and schedules."""
    file = read("stages: []\nwhen: {event: [push, pull_request, tag, manual, cron], branch: [main, next], paths: ['**/*.go']}\n")
    both = ("main", "next")
    assert starts(file) == [
        ("push", both, "when"),
        ("pull_request", both, "when"),
        ("tag", None, "when"),
        ("manual", None, "when"),
        ("schedule", None, "when"),
    ]
    assert file.pipeline.starts[0].paths == ("**/*.go",)


OWN = """
    stages: []
    when: {event: [manual], branch: [main]}
    materials:
      - git: {url: "https://user:secret@GitHub.com/o/app.git", on: [push, tag], branch: dev, poll_interval: 5m}
      - upstream: {pipeline: main, stage: test}
      - cron: {expression: "0 7 * * 1"}
      - manual: true
"""


def test_an_explicit_material_of_the_repository_switches_when_off(read, codes):
    """Its `on` counts, and what `when` declares is remarked as ignored."""
    file = read(OWN, repositories=["github.com/o/app"])
    assert starts(file) == [
        ("push", ("dev",), "material"),
        ("tag", None, "material"),
        ("poll", ("dev",), "material"),
        ("upstream", None, "material"),
        ("schedule", None, "material"),
        ("manual", None, "material"),
    ]
    assert codes(file.ignored) == ["when-overridden", "when-overridden"]
    assert file.pipeline.starts_known
    assert {start.repository for start in file.pipeline.starts} == {""}


def test_a_material_of_another_repository_comes_on_top(read):
    """`when` counts as well then; the other repository is named without its credentials."""
    file = read(OWN, repositories=["github.com/o/other"])
    assert starts(file)[0] == ("manual", None, "when")
    assert file.pipeline.starts[1].repository == "github.com/o/app"
    assert file.pipeline.starts_known


def test_whose_material_it_is_may_be_unknown(read):
    """Without the repository's URL an explicit git material leaves open how the pipeline starts, and label overrides are not called
    inert."""
    file = read(OWN)
    assert not file.pipeline.starts_known
    assert read("stages: []\nmaterials: [{upstream: {pipeline: a, stage: b}}]\n").pipeline.starts_known


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/O/App",
        "https://x:y@github.com/o/app.git",
        "git@github.com:o/app.git",
        "ssh://git@github.com/o/app/",
        "github.com/o/app",
    ],
)
def test_spellings_of_one_repository_are_equal(url):
    """Scheme, credentials, case and suffix do not tell repositories apart."""
    assert repository_of(url) == "github.com/o/app"
