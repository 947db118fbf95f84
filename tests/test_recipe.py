"""The trunk-based release flow as its documentation writes it, and the nearest form that version 0.93 honours: every verdict, decided by hand.

Signatures, digests, pipelines, duties and the audit itself.  What the recipe leaves undecided here, and why it is right that nothing fails:
the GitHub release stands in `sign`, before `promote`, but after scan and signature, and publishes no image; `main-latest` moves, but main releases
nothing; trivy leaves aside what has no fix, which the parameter `unfixed` of pipelines.scan_blocks allows; `*` in CODEOWNERS is a team, and so are
the narrower lines.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest

from auditor.model import Report
from tests import auditing, real

RECIPE = auditing.FIXTURES / "recipe"
FAMILIES = {"audit", "digests", "duties", "pipelines", "signatures"}
KEY = "default/ClusterPolicy/require-cosign-signature#verify-image-signature"

# Everything in release and prod runs by a tag: plugins @v1, alpine:3.20, syft:v1.18.0.
UNPINNED = [
    *(f"prod/{job}" for job in ("_notify_0", "_notify_1", "deploy-prod", "preflight", "smoke-prod", "watch-canary")),
    *(f"release/{job}" for job in ("_notify_0", "attest-sbom", "attest-slsa", "build", "cosign-sign", "create-tag", "deploy-stage")),
    *(f"release/{job}" for job in ("github-release", "promote", "release-notes", "sbom", "slsa-provenance", "smoke-stage", "trivy-image")),
    *(f"release/{job}" for job in ("validate", "verify-main-green")),
]
WRONG_ANYWHERE = {
    "digests.plugins_pinned": [f"my-org#{job}" for job in UNPINNED],
    "signatures.trust_anchor": [f"{KEY}/attestor 1"],  # the key is a placeholder
}
# require-sbom-and-slsa has a block in braces: no YAML, so what else it would have held, or changed, is not known.
UNREAD_POLICY = {
    "signatures.admission_policy": ["default", "default/prod-system|ghcr.io/my-org/*", "default/prod|ghcr.io/my-org/*"],
    "signatures.fail_closed": ["default", "default/ClusterPolicy/require-cosign-signature"],
    "signatures.no_exceptions": ["default"],
    "signatures.required_and_pinned": ["default", KEY],
    "signatures.trust_anchor": ["default"],
}
WRONG_UNDER_093 = {
    **WRONG_ANYWHERE,
    "digests.build_exports_digest": ["my-org#release/build"],  # buildx writes no output
    "digests.deploy_by_digest": ["my-org#prod/deploy-prod", "my-org#release/deploy-stage"],  # so neither output holds a digest
    "digests.preflight_match": ["my-org#prod/deploy-prod"],  # no require-digest-match
    "duties.author_excluded": ["my-org#prod/deploy-prod", "my-org#prod/smoke-prod"],  # the flag refuses the file
    "pipelines.honoured_keys": ["my-org/.gocdnext/prod.yaml", "my-org/.gocdnext/release.yaml"],  # REFUSED and INERT, below
    "pipelines.scan_before_publish": ["my-org#release"],  # promote copies what the text of an expression names
    "pipelines.scan_blocks": ["my-org#release/trivy-image"],  # an output that is never filled names what is scanned
    "signatures.release_signs_digest": ["my-org#release"],  # cosign-sign does not need build
}
# Each thing that 0.93 refuses or ignores: (line, the message without its beginning).
IN_PROD = [
    (8, "variable `TAG` is v0.0.0: no other value can be given when the pipeline is started"),
    (20, 'job "approve-prod": `approval.required` is 2, more than the 1 entries of `approvers` and `approver_groups`'),
    (21, 'job "approve-prod": `exclude_pr_author` is no key of `approval`'),
    (23, 'job "approve-prod": `quorum_by_label` has no effect: labels are read only in runs that a pull request starts'),
    (31, 'job "preflight": plugin check-pipeline-run writes no IMAGE_DIGEST: the job fails'),
    (38, 'job "preflight": no run of "release" is ever found by tag: it does not start by a pushed tag'),
    (40, "plugin check-pipeline-run has no input `require-digest-match`: it is ignored"),
]
OUTPUT = "`${{ needs.build.outputs.digest }}`"
IN_RELEASE = [
    (8, "variable `TAG` is empty: no other value can be given when the pipeline is started"),
    (104, 'job "build": plugin buildx writes no IMAGE_DIGEST: the job fails'),
    *((line, f'job "{job}": {OUTPUT} in `with.image` names "build", which is not in `needs`: the job fails') for line, job in ((135, "cosign-sign"), (166, "attest-sbom"), (220, "attest-slsa"))),
    *((line, f'job "{job}": {OUTPUT} in `script` is left as text: expressions are not resolved there') for line, job in ((150, "sbom"), (182, "slsa-provenance"), (239, "promote"))),
]
REFUSED = {20, 21}  # lines of prod.yaml for which the server refuses it; all else is accepted and has no effect


@functools.cache
def report(form: str, version: str, *edits: tuple[str, str, str]) -> Report:
    """The verdicts on a form of the recipe, read as this version; `edits` are (file, old, new)."""
    with tempfile.TemporaryDirectory() as place:
        folder = auditing.lay(RECIPE / form, None, Path(place) / "tree")
        for file, old, new in (("auditor.yaml", "version: documented", f'version: "{version}"'), *edits):
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text or file == "auditor.yaml"
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return auditing.audit(folder)


def subjects(found: Report, status: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for result in found.results:
        if result.status == status and result.control.partition(".")[0] in FAMILIES:
            out.setdefault(result.control, []).append(result.subject)
    return {control: sorted(paths) for control, paths in out.items()}


def said(found: Report, control: str, subject: str) -> list[tuple[int, str]]:
    return sorted((finding.at.line, finding.message) for result in found.results if (result.control, result.subject) == (control, subject) for finding in result.findings)


def ordered(expected: dict[str, list[str]]) -> dict[str, list[str]]:
    return {control: sorted(paths) for control, paths in expected.items()}


@pytest.mark.parametrize(("version", "wrong"), [("documented", WRONG_ANYWHERE), ("0.93", WRONG_UNDER_093)])
def test_the_recipe_as_it_is_written(version, wrong):
    """Only what is really wrong with it fails, only what its broken policy hides is unknown, and nothing is an error."""
    real.needs_helm()
    found = report("documented", version)
    assert subjects(found, "fail") == ordered(wrong)
    assert subjects(found, "unknown") == ordered(UNREAD_POLICY)
    assert subjects(found, "error") == {}


def test_what_0_93_refuses_and_ignores_is_named_one_by_one():
    """Each line that the product refuses or that has no effect there, at its place; pr and main hold none."""
    found = report("documented", "0.93")
    for file, expected, refused in (("prod", IN_PROD, REFUSED), ("release", IN_RELEASE, set())):
        wanted = [(line, ("the product refuses the file: " if line in refused else "without effect: ") + text) for line, text in expected]
        assert said(found, "pipelines.honoured_keys", f"my-org/.gocdnext/{file}.yaml") == sorted(wanted)


def test_the_policy_in_braces_is_named_with_its_line():
    """The gap points to the braces and does not call the file a template for its quoted variables."""
    gap = next(gap for gap in report("documented", "documented").gaps if gap.kind == "verify_rule")
    assert gap.line == 22
    assert gap.reason.startswith("prod-cluster/kyverno-attestations-required.yaml is not YAML: ")


def test_without_the_broken_policy_only_the_key_is_wrong():
    """The signature policy enforces, fails closed, requires and pins; its key is what makes it useless."""
    real.needs_helm()
    found = report("documented", "documented", ("prod-cluster/kyverno-attestations-required.yaml", "{ publicKeys: |- ... }", "{ publicKeys: x }"))
    assert subjects(found, "unknown") == {}
    anchors = subjects(found, "fail").pop("signatures.trust_anchor")
    assert [anchor.split("/")[2].split("#")[0] for anchor in anchors] == ["require-cosign-signature", "require-sbom-and-slsa", "require-sbom-and-slsa"]


def test_workload_identity_as_the_documentation_writes_it():
    """`oidc` is no key of 0.93, and the gcloud plugin runs no shell: the file is refused, and `&&` would be an argument."""
    old = "    secrets: [PROD_KUBECONFIG]\n    uses: ghcr.io/klinux/gocdnext-plugin-helm@v1\n    with:\n      kubeconfig: ${{ PROD_KUBECONFIG }}\n      command: |\n"
    new = "    oidc: {audience: //iam.googleapis.com/x}\n    uses: ghcr.io/klinux/gocdnext-plugin-gcloud@v1\n    with:\n      project: p\n      command: |\n        container clusters get-credentials prod-cluster && helm\n"
    subject = "my-org/.gocdnext/prod.yaml"
    messages = [text for _, text in said(report("documented", "0.93", (".gocdnext/prod.yaml", old, new)), "pipelines.honoured_keys", subject)]
    assert 'the product refuses the file: job "deploy-prod": `oidc` is no key of a job; the key is `id_tokens`' in messages
    assert 'without effect: job "deploy-prod": plugin gcloud runs its command without a shell: `&&` is an argument' in messages
    found = report("documented", "documented", (".gocdnext/prod.yaml", old, new))
    assert said(found, "pipelines.honoured_keys", subject) == []
    assert "my-org#prod/deploy-prod" in subjects(found, "pass")["digests.deploy_by_digest"]


def test_the_slim_release_is_no_yaml():
    """A block in brackets, as the documentation writes the slim release, is refused in any version."""
    edit = (".gocdnext/release.yaml", "    script:\n      - apk add --no-cache jq\n", "    script: [apk add --no-cache jq, |\n      ...]\n    x:\n")
    for version in ("documented", "0.93"):
        messages = [text for _, text in said(report("documented", version, edit), "pipelines.honoured_keys", "my-org/.gocdnext/release.yaml")]
        assert len(messages) == 1
        assert messages[0].startswith("the product refuses the file: ")


def test_the_nearest_form_that_0_93_honours():
    """Everything passes but what no file can say there: that the author may not approve."""
    real.needs_helm()
    found = report("nearest-0.93", "0.93")
    assert subjects(found, "fail") == subjects(found, "error") == {}
    assert subjects(found, "unknown") == {"duties.author_excluded": ["my-org#prod/deploy-prod", "my-org#prod/smoke-prod"]}
    assert subjects(found, "not_applicable") == {"audit.waivers_sound": ["*"], "duties.quorum_overrides": ["*"], "signatures.no_exceptions": ["*"]}
