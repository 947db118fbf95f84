from auditor.collectors.gocdnext.decode import decode
from auditor.collectors.gocdnext.project import join

CHECK = "{stage: s, uses: gocdnext/check-pipeline-run@v1, with: {api-url: u, api-token: t, project: p, pipeline: release, tag: v1}}"


def read(*texts, version="0.93"):
    return [decode(text.encode(), f".gocdnext/{index}.yaml", version=version) for index, text in enumerate(texts)]


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
    for others, complete, expected in (
        (["name: a\nstages: [test]\n"], True, []),
        (["name: a\nstages: []\n"], True, ["upstream-unknown"]),
        ([], True, ["upstream-unknown"]),
        ([], False, []),
    ):
        files = read(text, *others)
        join(files, complete=complete)
        assert codes(files[0].ignored) == expected


RELEASE = """
name: release
when: {event: [manual]}
variables: {TAG: ""}
stages: [build, sign, promote]
jobs:
  image:
    stage: build
    uses: ghcr.io/klinux/gocdnext-plugin-buildx@v1
    outputs: {digest: IMAGE_DIGEST}
    with: {image: ghcr.io/acme/shop, tags: "rc-${TAG}"}
  sign:
    stage: sign
    needs: [image]
    uses: ghcr.io/klinux/gocdnext-plugin-cosign@v1
    with: {image: "ghcr.io/acme/shop@${{ needs.image.outputs.digest }}"}
  publish:
    stage: promote
    needs: [sign]
    image: alpine:3.20
    script: ["crane copy ghcr.io/acme/shop@${{ needs.image.outputs.digest }} ghcr.io/acme/shop:${TAG}"]
"""
PROD = """
name: prod
when: {event: [manual]}
variables: {TAG: v0}
stages: [gate, check, deploy]
jobs:
  approve:
    stage: gate
    approval: {approver_groups: [release], required: 2, exclude_pr_author: true, quorum_by_label: {hotfix: 1}}
  check:
    stage: check
    needs: [approve]
    uses: ghcr.io/klinux/gocdnext-plugin-check-pipeline-run@v1
    outputs: {digest: IMAGE_DIGEST}
    with: {api-url: u, api-token: t, project: shop, pipeline: release, tag: "${TAG}", require-digest-match: true}
  deploy:
    stage: deploy
    needs: [check]
    uses: ghcr.io/klinux/gocdnext-plugin-gcloud@v1
    with: {command: "container x && helm upgrade shop --set image.digest=${{ needs.check.outputs.digest }}"}
"""


def test_a_flow_as_documented(codes):
    """The documented flow is sound in the dialect of the documentation; in 0.93 everything that it rests on and is not there is said."""
    files = read(RELEASE, PROD, version="documented")
    join(files)
    assert [(file.refused, file.refused_on_apply, file.ignored) for file in files] == [([], [], [])] * 2
    release, prod = read(RELEASE, PROD)
    join([release, prod])
    assert (codes(release.refused), codes(prod.refused)) == ([], ["quorum-over-entries", "unknown-key"])
    assert codes(release.ignored) == ["trigger-variable", "output-not-written", "not-resolved"]
    assert sorted(codes(prod.ignored)) == ["command-no-shell", "labels-inert", "output-not-written", "tag-never-matches", "unknown-input"]
