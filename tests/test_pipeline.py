"""Collecting and judging as a whole: containers never mix, partial failure goes on, names are refused when they clash."""

import shutil

import pytest

from auditor import config, evidence, pipeline
from auditor.errors import ConfigurationError
from auditor.model import Gap
from tests import auditing

BASE = auditing.FIXTURES / "base/gocdnext-0.93"
CLUSTER = auditing.FIXTURES / "base/kyverno"


def configured(folder, text):
    (folder / "auditor.yaml").write_text(text)
    return auditing.collect(folder)


@pytest.fixture
def organisation(tmp_path):
    """Two services, the second with a gate of one vote; two clusters, the second with its policies in Audit mode."""
    for name in ("a", "b"):
        shutil.copytree(BASE, tmp_path / "my-org" / name, ignore=shutil.ignore_patterns("auditor.yaml"))
        shutil.copytree(CLUSTER / "cluster", tmp_path / f"cluster-{name}")
    shutil.copytree(CLUSTER / "keys", tmp_path / "keys")
    prod = tmp_path / "my-org/b/.gocdnext/prod.yaml"
    prod.write_text(prod.read_text().replace("required: 2", "required: 1"))
    signed = tmp_path / "cluster-b/signed.yaml"
    signed.write_text(signed.read_text().replace("failureAction: Enforce", "failureAction: Audit\n          mutateDigest: false"))
    text = (CLUSTER / "auditor.yaml").read_text().split("sources:")[0]
    text += "sources:\n  repository: {path: my-org/*}\n  gocdnext: {path: my-org/*/.gocdnext}\n  kubernetes:\n"
    text += "    - {cluster: one, manifests: [cluster-a/]}\n    - {cluster: two, manifests: [cluster-b/]}\n"
    return auditing.judge(configured(tmp_path, text))


def failing(report, control):
    return {result.container for result in report.results if result.control == control and result.status == "fail"}


def test_repositories_do_not_mix(organisation):
    """What is wrong in one repository fails there and passes in the other."""
    assert failing(organisation, "duties.gate_quorum") == {"my-org/b"}
    assert {r.container for r in organisation.results if r.control == "duties.gate_quorum" and r.status == "pass"} == {"my-org/a"}


def test_clusters_do_not_mix(organisation):
    """A policy of one cluster covers nothing in another."""
    assert failing(organisation, "signatures.admission_policy") == {"two"}


def test_a_collector_that_breaks_leaves_gaps_and_the_run_goes_on(tmp_path, monkeypatch):
    """Something nobody foresaw in one collector makes everything it reads unknown; the others are judged."""
    import auditor.collectors.gocdnext as broken

    folder = auditing.lay(BASE, None, tmp_path / "tree")

    def collect(_config, _reading):
        yield Gap(kind="job", path="organization", reason="before")
        raise RuntimeError("boom")

    monkeypatch.setattr(broken, "collect", collect)
    report = auditing.judge(auditing.collect(folder))
    mine = {result.status for result in report.results if result.control.startswith("pipelines.")}
    assert mine == {"unknown"}
    assert any(result.status == "pass" for result in report.results if result.control == "duties.code_owners_valid")


def test_two_repositories_of_one_name_are_refused(tmp_path):
    """Two checkouts of one remote cannot be told apart."""
    for name in ("x", "y"):
        (tmp_path / name / ".git").mkdir(parents=True)
        (tmp_path / name / ".git/HEAD").write_text("ref: refs/heads/main\n")
        (tmp_path / name / ".git/config").write_text('[remote "origin"]\n\turl = https://github.com/my-org/app.git\n')
    with pytest.raises(ConfigurationError) as caught:
        configured(tmp_path, "sources: {repository: [{path: x}, {path: y}]}\n")
    assert "both the repository my-org/app" in str(caught.value)


def test_a_cluster_and_a_repository_of_one_name_are_refused(tmp_path):
    """Ids are unique over all containers."""
    (tmp_path / "k").mkdir()
    (tmp_path / "k/p.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: prod}\n")
    with pytest.raises(ConfigurationError) as caught:
        configured(tmp_path, "organization: acme\nsources: {repository: {path: .}, kubernetes: {cluster: acme, manifests: [k/]}}\n")
    assert "is a repository and a cluster" in str(caught.value)


def test_the_same_reality_gives_the_same_bytes(tmp_path):
    """Collecting twice gives the same document, also from another place."""
    first = auditing.collect(auditing.lay(BASE, None, tmp_path / "one"))
    again = auditing.collect(auditing.lay(BASE, None, tmp_path / "two"))
    assert evidence.encode(first) == evidence.encode(again)


def test_evidence_of_every_base_is_consistent(tmp_path):
    """What collectors yield passes the checks that decoding makes."""
    for number, base in enumerate(sorted((auditing.FIXTURES / "base").glob("*/auditor.yaml"))):
        document = auditing.collect(auditing.lay(base.parent, None, tmp_path / str(number)))
        assert list(evidence.inconsistencies(document)) == []
        assert evidence.decode(evidence.encode(document)) == document


def test_only_some_sources_can_be_collected(tmp_path):
    """--source narrows the run, and refuses names that are not configured."""
    folder = auditing.lay(BASE, None, tmp_path / "tree")
    assert auditing.collect(folder, only=["repository"]).job == {}
    from auditor.errors import UsageError

    with pytest.raises(UsageError):
        pipeline.tasks(config.load(folder / "auditor.yaml"), ["helm"])
