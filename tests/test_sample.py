"""The laws on the sample that policy tests change: they hold whether or not a collector can read such a repository yet."""

from __future__ import annotations

import functools
from typing import Any

import msgspec
import pytest

from auditor.model import KINDS, Evidence
from auditor.policy.engine import open_engine
from tests import auditing
from tests.test_laws import broken, losses, rows

READ = ["gocdnext", "helm", "repository"]


@functools.cache
def value(query: str) -> Any:
    """What a rule of the policies' tests stands for."""
    modules = {**auditing.library().modules, **auditing.library().tests}
    with open_engine("embedded").load(modules, b"{}") as policies:
        outcome = policies.evaluate(query, b"{}", timeout=30)
        return outcome.value


def evidence(sample: dict[str, Any]) -> Evidence:
    """The sample as a document of evidence, decoded as strictly as any."""
    document = {
        "as_of": auditing.AS_OF,
        "configuration": {},
        "assessable": {"design": READ, "implementation": [], "operation": []},
        "readable": list(KINDS),
        "containers": dict.fromkeys(sample["repository"], "repository"),
        "sources": {"s1": {"uri": "sample", "kind": "file"}},
        **{kind: sample.get(kind, {}) for kind in KINDS},
        "scope": {},
    }
    return msgspec.json.decode(msgspec.json.encode(document), type=Evidence)


def changed(sample: dict[str, Any], kind: str, identity: str, **fields: Any) -> dict[str, Any]:
    return {**sample, kind: {**sample[kind], identity: {**sample[kind][identity], **fields}}}


def unsound(sample: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The sample with one thing wrong: failures must not become passes either when something is lost."""
    job, tag = sample["job"], {"kind": "tag", "job": "", "text": ""}
    artifact = {"kind": "artifact", "job": "o/r#release/verify-main-green", "text": ""}
    deploy = job["o/r#prod/deploy-prod"]["touches"][0]
    setting = deploy["images"][0]
    check = job["o/r#release/verify-main-green"]["run_checks"][0]
    scan = job["o/r#release/trivy-image"]["scans"][0]
    sign = job["o/r#release/cosign-sign"]["signs"][0]
    return [
        ("run check", changed(sample, "job", "o/r#release/verify-main-green", run_checks=[{**check, "by": "tag"}])),
        ("no run check", changed(sample, "job", "o/r#release/verify-main-green", run_checks=[])),
        ("scan of a tag", changed(sample, "job", "o/r#release/trivy-image", scans=[{**scan, "target": tag}])),
        ("scan of an artifact", changed(sample, "job", "o/r#release/trivy-image", scans=[{**scan, "target": artifact}])),
        ("no scan", changed(sample, "job", "o/r#release/trivy-image", scans=[])),
        ("signed by tag", changed(sample, "job", "o/r#release/cosign-sign", signs=[{**sign, "target": tag}])),
        ("key file", changed(sample, "job", "o/r#release/cosign-sign", signs=[{**sign, "key": "file"}])),
        ("unsigned", changed(sample, "job", "o/r#release/cosign-sign", signs=[])),
        ("no digest check", changed(sample, "job", "o/r#prod/preflight", digest_checks=[])),
        ("ignored check", changed(sample, "job", "o/r#prod/preflight", digest_checks=[{**job["o/r#prod/preflight"]["digest_checks"][0], "honoured": False}])),
        ("deploy by artifact", changed(sample, "job", "o/r#prod/deploy-prod", touches=[{**deploy, "images": [{**setting, "trace": artifact}]}])),
        ("deploy by tag", changed(sample, "job", "o/r#prod/deploy-prod", touches=[{**deploy, "images": [setting, {**setting, "form": "tag"}]}])),
        ("deploy of nothing", changed(sample, "job", "o/r#prod/deploy-prod", touches=[{**deploy, "images": []}])),
        ("toothless lint", changed(sample, "job", "o/r#pr/lint", checks=[{**job["o/r#pr/lint"]["checks"][0], "blocks": False, "why": "it"}])),
        ("no lint", changed(sample, "job", "o/r#pr/lint", checks=[])),
        ("no main", changed(sample, "pipeline", "o/r#main", starts=[{**sample["pipeline"]["o/r#main"]["starts"][0], "branches": ["develop"]}])),
        ("key in build", changed(sample, "job", "o/r#release/build", secrets=job["o/r#release/cosign-sign"]["secrets"])),
        ("pushes", changed(sample, "job", "o/r#pr/build", publishes=job["o/r#release/promote"]["publishes"])),
    ]


@pytest.fixture(scope="module")
def sound() -> dict[str, Any]:
    return value("data.lib.sample_test.sound")


def test_the_sample_fails_nothing(sound):
    """The sample is compliant as far as it goes."""
    bad = {key: status for key, status in rows(evidence(sound)).items() if status in {"fail", "error"}}
    assert not bad


@pytest.mark.slow
def test_losing_a_fact_of_the_sample_settles_nothing(sound):
    """For the sample, and the sample with one thing wrong: a fact or field that is lost turns no status into a settled one."""
    wrong = []
    for name, sample in [("sound", sound), *unsound(sound)]:
        whole = evidence(sample)
        before = rows(whole)
        assert name == "sound" or "fail" in before.values(), name
        for what, lost in losses(whole, set(sample) & set(KINDS)):
            after = rows(lost)
            wrong += [(name, what, *trouble) for trouble in broken(before, after)]
            wrong += [(name, what, row, "", status) for row, status in after.items() if status == "error"]
    assert not wrong, "\n".join(map(str, wrong[:20])) + f"\n{len(wrong)} in all"
