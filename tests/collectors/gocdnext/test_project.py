from auditor.collectors.gocdnext.decode import decode
from auditor.collectors.gocdnext.project import join

CHECK = "{stage: s, uses: gocdnext/check-pipeline-run@v1, with: {api-url: u, api-token: t, project: p, pipeline: release, tag: v1}}"


def read(*texts, version="0.93"):
    files = [decode(text.encode(), f".gocdnext/{index}.yaml", version=version) for index, text in enumerate(texts)]
    return files


def test_a_name_used_twice_refuses_both(codes):
    """The server loads nothing of a folder in which two pipelines have one name."""
    files = read("name: a\nstages: []\n", "name: a\nstages: []\n", "name: b\nstages: []\n")
    join(files)
    assert [codes(file.refused) for file in files] == [["name-twice"], ["name-twice"], []]


def test_a_check_by_tag_never_finds_a_run_started_by_hand(codes):
    """`check-pipeline-run` by tag matches runs of a pushed tag only; the documentation has it otherwise."""
    prod = f"name: prod\nstages: [s]\njobs: {{check: {CHECK}}}\n"
    for event, version, expected in (("manual", "0.93", ["tag-never-matches"]), ("tag", "0.93", []), ("manual", "documented", [])):
        files = read(prod, f"name: release\nstages: []\nwhen: {{event: [{event}]}}\n", version=version)
        join(files)
        assert codes(files[0].ignored) == expected


def test_an_upstream_that_is_not_there_starts_nothing(codes):
    """A material names a pipeline and stage of these files, unless some of them could not be read."""
    text = "name: b\nstages: []\nmaterials: [{upstream: {pipeline: a, stage: test}}]\n"
    for others, complete, expected in ((["name: a\nstages: [test]\n"], True, []), (["name: a\nstages: []\n"], True, ["upstream-unknown"]), ([], True, ["upstream-unknown"]), ([], False, [])):
        files = read(text, *others)
        join(files, complete=complete)
        assert codes(files[0].ignored) == expected
