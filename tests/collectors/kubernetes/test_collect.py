from __future__ import annotations

import pytest

from auditor import evidence as documents
from auditor.collectors import kubernetes
from tests import auditing

BASE = auditing.FIXTURES / "base" / "kyverno"


@pytest.fixture
def folder(tmp_path):
    return auditing.lay(BASE, None, tmp_path / "tree")


def change(folder, name, *pairs):
    path = folder / name
    text = path.read_text() if path.exists() else ""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def gaps(evidence):
    return {(gap.kind, gap.path) for gap in evidence.gaps}


def test_the_base_is_read_whole(folder):
    """Policies, rules, attestors and coverage, with no gap."""
    evidence = auditing.collect(folder)
    assert not evidence.gaps
    coverage = evidence.admission_coverage["default/prod|ghcr.io/my-org/*"]
    assert (coverage.tag_escapes, coverage.digest_escapes) == ("", "")
    assert coverage.covered_by == ["default/ClusterPolicy/require-signed-images#signed"]
    assert evidence.attestor["default/ClusterPolicy/require-signed-images#signed/attestor 1"].fingerprint == evidence.signer["organization/signer/release"].fingerprint
    assert evidence.cluster["default"].assumed


def test_without_manifests_nothing_is_said(folder):
    """An empty list is no question."""
    change(folder, "auditor.yaml", ("[cluster/]", "[]"))
    evidence = auditing.collect(folder)
    assert not evidence.cluster
    assert not evidence.admission_coverage


def test_a_place_of_manifests_that_is_not_there_is_a_gap_of_everything(folder):
    """Nothing is concluded from finding nothing."""
    change(folder, "auditor.yaml", ("[cluster/]", "[clusters/]"))
    evidence = auditing.collect(folder)
    assert {("admission_coverage", "default"), ("exemption", "default"), ("cluster.whole", "default")} <= gaps(evidence)


def test_without_declared_images_coverage_is_a_gap(folder):
    """For each production namespace."""
    change(folder, "auditor.yaml", ('    images: ["ghcr.io/my-org/*"]\n', ""))
    assert ("admission_coverage", "default/prod") in gaps(auditing.collect(folder))


def test_without_declared_signers_that_is_a_gap(folder):
    """A key cannot be told from another's."""
    change(folder, "auditor.yaml", ("  signers:\n    - {name: release, public_key: keys/cosign.pub}\n", ""))
    assert ("signer", "organization") in gaps(auditing.collect(folder))


def test_a_signer_whose_key_is_no_key_is_a_gap(folder):
    """A placeholder that the owner declared proves nothing."""
    (folder / "keys/cosign.pub").write_text("-----BEGIN PUBLIC KEY-----\n<key>\n-----END PUBLIC KEY-----\n")
    evidence = auditing.collect(folder)
    assert ("signer.fingerprint", "organization/signer/release") in gaps(evidence)


def test_a_cluster_that_is_not_production_is_not_judged(folder):
    """Its policies are nobody's way to production."""
    change(folder, "auditor.yaml", ("    namespaces: [prod]\n", "    namespaces: [prod]\n    clusters: [production]\n"))
    evidence = auditing.collect(folder)
    assert not evidence.admission_coverage
    assert evidence.cluster


def test_entries_of_one_cluster_are_one_cluster():
    """Their manifests are judged together."""
    merged = kubernetes.merge([kubernetes.Config(manifests=["a"]), kubernetes.Config(cluster="x", manifests=["b"]), kubernetes.Config(manifests=["c", "a"])])
    assert merged == [kubernetes.Config(manifests=["a", "c"]), kubernetes.Config(cluster="x", manifests=["b"])]


def test_workloads_and_namespaces_are_facts(folder):
    """With their images taken apart; an object without a namespace belongs to `default`."""
    (folder / "cluster/pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  initContainers: [{name: i, image: 'ghcr.io/o/i:1'}]\n  containers: [{name: c, image: 'ghcr.io/o/c@sha256:" + "0" * 64 + "'}]\n"
    )
    evidence = auditing.collect(folder)
    containers = evidence.workload["default/default/Pod/a"].containers
    assert [(c.role, c.tag, c.digest[:8]) for c in containers] == [("init", "1", ""), ("container", "", "sha256:0")]
    assert evidence.namespace["default/Namespace/prod"].labels == {"stage": "production"}


def test_a_glob_nothing_matches_is_judged_as_a_whole(folder):
    """Then a policy must take in everything that it can name."""
    change(folder, "auditor.yaml", ("namespaces: [prod]", 'namespaces: ["live-*"]'))
    change(folder, "cluster/signed.yaml", ('"prod*"', "live-a"))
    coverage = auditing.collect(folder).admission_coverage["default/live-*|ghcr.io/my-org/*"]
    assert coverage.tag_escapes
    change(folder, "cluster/signed.yaml", ("live-a", '"live*"'))
    assert auditing.collect(folder).admission_coverage["default/live-*|ghcr.io/my-org/*"].tag_escapes == ""


def test_two_webhooks_of_one_name_do_not_collide(folder):
    """Ids stay unique whatever the files say."""
    hook = "  - {name: a, objectSelector: {matchLabels: {x: y}}}\n"
    text = "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\nmetadata: {name: kyverno-resource-mutating-webhook-cfg}\nwebhooks:\n"
    (folder / "cluster/hooks.yaml").write_text(text + hook + hook)
    assert len(auditing.collect(folder).exemption) == 2


@pytest.mark.parametrize("text", ["apiVersion: kyverno.io/v1\nkind: ClusterPolicy\n", "kind: [x]\napiVersion: {}\n", "- 1\n", "", "apiVersion: v1\nkind: List\nitems: 3\n"])
def test_odd_documents_are_no_crash(folder, text):
    """Whatever has not the shape of its kind has its defaults, and the evidence stays consistent."""
    (folder / "cluster/odd.yaml").write_text(text)
    evidence = auditing.collect(folder)
    assert documents.decode(documents.encode(evidence)) == evidence


def test_a_kustomization_that_lists_itself_ends(folder):
    """Loops among kustomizations are followed once."""
    (folder / "cluster/kustomization.yaml").write_text("resources: [../cluster, signed.yaml]\nnamePrefix: a-\n")
    (folder / "cluster/more").mkdir()
    (folder / "cluster/more/kustomization.yaml").write_text("resources: [..]\n")
    assert ("admission_policy", "default") in gaps(auditing.collect(folder))
