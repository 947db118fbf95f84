import pytest

from auditor.collectors.gocdnext.decode import MAX_JOBS, MAX_REMARKS, decode
from auditor.text.files import Unreadable

GATED = """
name: prod
when: {event: [manual]}
stages: [gate, deploy]
jobs:
  approve:
    stage: gate
    approval:
      approver_groups: [release]
      required: 2
      exclude_pr_author: true
      quorum_by_label: {"migration:destructive": 3, hotfix: 1}
  deploy:
    stage: deploy
    needs: [approve]
    oidc: {audience: "//iam"}
    strategy: {matrix: {region: [a, b]}}
    image: alpine
    script: [./deploy.sh]
"""


def test_scalars_keep_their_raw_text(job):
    """Values of text maps are the text as written, whatever YAML would make of it; null is empty."""
    file = job("uses: x/y@v1\nwith: {a: true, b: 012, c: 2024-01-02, d: yes, e: on, f: ~, g: 1_000, h: 1e3}")
    values = [value.text for value in file.pipeline.jobs["j"].inputs.values()]
    assert values == ["true", "012", "2024-01-02", "yes", "on", "", "1_000", "1e3"]
    assert not file.refused


def test_the_word_on_is_a_key(read):
    """`on` is the key of a notification, not the truth value that YAML 1.1 makes of it."""
    file = read("stages: []\nnotifications: [{on: failure, uses: gocdnext/slack@v1, with: {webhook: x}}]\n")
    assert (file.pipeline.notifications[0].on.text, file.refused) == ("failure", [])


@pytest.mark.parametrize("text", ["", "# nothing\n", "\ufeff"])
def test_an_empty_file_is_refused(text):
    """An empty or comment-only file is refused and yields no pipeline."""
    file = decode(text.encode(), "p.yaml")
    assert [remark.code for remark in file.refused] == ["empty-file"]
    assert file.pipeline is None


def test_what_is_not_yaml_is_refused_with_its_line(read):
    """A syntax error is a refusal with its line, and yields no pipeline: the product refuses it too."""
    file = read("name: x\nstages: [s]\njobs: {j: {stage: s, script: [a, |\n  b]}}\n")
    assert [(remark.code, remark.at.line) for remark in file.refused] == [("not-yaml", 3)]
    assert file.pipeline is None


@pytest.mark.parametrize(
    "data",
    [
        b"name: \xff\xfe\xfa",
        b"a: " + b"[" * 100 + b"]" * 100,
        b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 10)) for c in range(ord("b"), ord("j"))),
        b"stages: [s]\njobs:\n" + b"".join(b"  j%d: {stage: s}\n" % n for n in range(MAX_JOBS + 1)),
    ],
    ids=["encoding", "depth", "aliases", "jobs"],
)
def test_what_is_beyond_our_bounds_is_unreadable(data):
    """What we stop reading is Unreadable, which becomes a gap, and never a verdict about the file."""
    with pytest.raises(Unreadable):
        decode(data, "p.yaml")


def test_only_the_first_document_counts(read):
    """Later documents are ignored with a remark at their place, one that is not YAML too; an empty one is nothing to say."""
    file = read("name: a\nstages: []\n---\nname: b\njobs: {j: {stage: s}}\n---\nname: c\n")
    assert (file.pipeline.name, file.refused) == ("a", [])
    assert [(remark.code, remark.at.line) for remark in file.ignored] == [("later-document", 4)]
    assert [remark.code for remark in read("stages: []\n---\n{ not yaml\n").ignored] == ["later-document"]
    assert not read("stages: []\n---\n").ignored


@pytest.mark.parametrize("text", ["[a]", "just text"])
def test_a_pipeline_is_a_mapping(read, text):
    """A list or a text is refused and yields no pipeline."""
    file = read(text)
    assert (len(file.refused), file.pipeline) == (1, None)


def test_a_refused_file_is_still_read(read):
    """Keys the product refuses are remarked, and everything else of the file is there to be judged as written."""
    file = read(GATED)
    refused = [(remark.code, remark.at.line) for remark in file.refused]
    assert refused == [
        ("quorum-over-entries", 10),
        ("unknown-key", 11),
        ("invalid-name", 12),
        ("quorum-over-entries", 12),
        ("unknown-key", 16),
        ("unknown-key", 17),
    ]
    gate = file.pipeline.jobs["approve"].approval
    assert (gate.required, [group.text for group in gate.groups], gate.author_excluded, gate.author_excluded_honoured) == (
        2,
        ["release"],
        True,
        False,
    )
    assert [(token.name, token.honoured) for token in file.pipeline.jobs["deploy"].id_tokens] == [("", False)]
    assert "strategy" in file.pipeline.jobs["deploy"].extra


def test_the_documented_dialect_takes_what_the_documentation_shows(read):
    """One group with a quorum of 2, the author flag, label keys with a colon, `oidc` and `strategy.matrix` are honoured there."""
    file = read(GATED, "documented")
    assert (file.refused, file.refused_on_apply, file.ignored) == ([], [], [])
    gate = file.pipeline.jobs["approve"].approval
    assert (gate.author_excluded_honoured, gate.overrides_honoured) == (True, True)
    assert [value.text for value in file.pipeline.jobs["deploy"].matrix["region"]] == ["a", "b"]
    assert file.pipeline.jobs["deploy"].id_tokens[0].honoured


def test_the_documented_dialect_takes_lists_of_artifacts_and_maps_of_services(read):
    """Both shapes stand in the documentation; 0.93 refuses them."""
    text = "stages: [s]\nservices: {db: {image: 'postgres:16'}}\njobs: {j: {stage: s, image: a, script: [x], artifacts: [dist]}}\n"
    assert [service.name for service in read(text, "documented").pipeline.services] == ["db"]
    assert not read(text, "documented").refused
    assert [remark.code for remark in read(text).refused] == ["wrong-shape", "wrong-shape"]
    assert read(text).pipeline.jobs["j"].artifacts.paths[0].text == "dist"


def test_merge_keys_and_anchors_work(read):
    """`<<` merges as in the product; a holder of anchors at the top is refused like any unknown key."""
    file = read("stages: [s]\njobs:\n  a: &a {stage: s, image: i, script: [x]}\n  b: {<<: *a, script: [y]}\n")
    assert (file.refused, file.pipeline.jobs["b"].image.text, file.pipeline.jobs["b"].script[0].text) == ([], "i", "y")
    assert [remark.code for remark in read("x-a: &a {}\nstages: []\n").refused] == ["unknown-key"]
    assert [remark.code for remark in read("stages: [s]\njobs: {j: {stage: s, image: a, with: {<<: x}}}\n").refused] == ["bad-merge"]


def test_names_come_from_the_file_where_none_is_given(read):
    """Without `name` the pipeline is called after its file."""
    assert read("stages: []\n").pipeline.name == "p"


def test_remarks_are_bounded(read):
    """A hostile file cannot flood a report; the rest is counted."""
    file = read("stages: []\n" + "".join(f"k{n}: 1\n" for n in range(MAX_REMARKS + 50)))
    assert len(file.refused) == MAX_REMARKS + 1
    assert file.refused[-1].message == "and 50 more"


def test_places_are_those_of_the_values(read):
    """Every value knows its line, column and pointer."""
    job = read(GATED).pipeline.jobs["deploy"]
    assert (job.at.line, job.needs[0].at.line, job.needs[0].at.column, job.needs[0].at.pointer) == (13, 15, 13, "/jobs/deploy/needs/0")


def test_another_version_of_yaml_is_refused(codes, read):
    """The product takes YAML 1.1 only, and says so where a directive asks for another."""
    assert codes(read("# a\n%YAML 1.2\n---\nstages: []\n").refused) == ["yaml-version"]
    assert codes(read("%YAML 1.1\n---\nstages: []\n").refused) == []
