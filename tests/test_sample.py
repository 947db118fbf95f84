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


def changed(sample: dict[str, Any], jobs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {**sample, "job": {**sample["job"], **{f"o/r#{name}": {**sample["job"][f"o/r#{name}"], **fields} for name, fields in jobs.items()}}}


def unsound(sample: dict[str, Any]) -> list[dict[str, Any]]:
    """The sample with several things wrong: a failure must not become a pass either when something is lost."""

    def first(name: str, field: str, **fields: Any) -> dict[str, Any]:
        return {field: [{**sample["job"][f"o/r#{name}"][field][0], **fields}]}

    tag = {"kind": "tag", "job": "", "text": ""}
    artifact = {"kind": "artifact", "job": "o/r#release/verify-main-green", "text": ""}
    setting = sample["job"]["o/r#prod/deploy-prod"]["touches"][0]["images"][0]
    return [
        changed(
            sample,
            {
                "release/verify-main-green": first("release/verify-main-green", "run_checks", by="tag"),
                "release/trivy-image": first("release/trivy-image", "scans", target=artifact),
                "release/cosign-sign": first("release/cosign-sign", "signs", target=tag),
                "prod/preflight": {"digest_checks": []},
                "prod/deploy-prod": first("prod/deploy-prod", "touches", images=[{**setting, "trace": artifact}]),
                "pr/lint": first("pr/lint", "checks", blocks=False, why="its failure is ignored"),
            },
        ),
        changed(
            sample,
            {
                "release/verify-main-green": {"run_checks": []},
                "release/trivy-image": {"scans": []},
                "release/cosign-sign": {"signs": []},
                "prod/preflight": first("prod/preflight", "digest_checks", honoured=False),
                "prod/deploy-prod": first("prod/deploy-prod", "touches", images=[setting, {**setting, "form": "tag"}]),
                "pr/lint": {"checks": []},
            },
        ),
        changed(
            sample,
            {
                "release/build": {"secrets": sample["job"]["o/r#release/cosign-sign"]["secrets"]},
                "release/trivy-image": first("release/trivy-image", "scans", target=tag),
                "release/cosign-sign": first("release/cosign-sign", "signs", key="file"),
                "prod/deploy-prod": first("prod/deploy-prod", "touches", images=[]),
                "pr/build": {"publishes": sample["job"]["o/r#release/promote"]["publishes"]},
            },
        ),
    ]


@pytest.fixture(scope="module")
def sound() -> dict[str, Any]:
    return value("data.lib.sample_test.sound")


def test_the_sample_fails_nothing(sound):
    """The sample is compliant as far as it goes."""
    bad = {key: status for key, status in rows(evidence(sound)).items() if status in {"fail", "error"}}
    assert not bad


@pytest.mark.slow
@pytest.mark.parametrize("which", range(4))
def test_losing_a_fact_of_the_sample_settles_nothing(sound, which):
    """For the sample, and the sample with things wrong: a fact or field that is lost turns no status into a settled one."""
    sample = [sound, *unsound(sound)][which]
    whole = evidence(sample)
    before = rows(whole)
    wrong = []
    for what, lost in losses(whole, set(sample) & set(KINDS)):
        after = rows(lost)
        wrong += [(what, *trouble) for trouble in broken(before, after)]
        wrong += [(what, row, "", status) for row, status in after.items() if status == "error"]
    assert not wrong, "\n".join(map(str, wrong[:20])) + f"\n{len(wrong)} in all"
