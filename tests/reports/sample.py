"""Reports to show: `report()` is two repositories and one cluster with every status, waiver state and gap; `many(n)` is an organisation of n repositories;
`hostile()` has names that try to be HTML, terminal escapes and direction overrides."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from auditor.model.configuration import Production, Scope, SignerSpec
from auditor.model.control import STATUSES
from auditor.model.evidence import Assumed, Period
from auditor.model.gap import Gap
from auditor.model.place import At, SourceLine, source_id
from auditor.model.report import AskedControl, Checkout, Finding, Population, Prerequisite, Reason, Report, Result, WaiverLine
from tests.reports import catalogue

SHOP, PAY, CLUSTER, ORG = "my-org/shop", "my-org/pay", "default", "organization"
KYVERNO, PROD, CHART, OWNERS = "prod-cluster/kyverno.yaml", "shop/.gocdnext/prod.yaml", "pay/charts/pay/templates/deployment.yaml", "shop/.github/CODEOWNERS"
RELEASE, MIGRATION, CONFIG = "shop/.gocdnext/release.yaml", "pay/migrations/005_drop_email.sql", "auditor.yaml"
READ_AT = "2026-11-24T14:29:58Z"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def source(uri: str, kind: str = "file", **more: Any) -> tuple[str, SourceLine]:
    line = SourceLine(uri=uri, kind=kind, collector=more.pop("collector", "repository"), sha256=sha(uri), size=len(uri) * 97, read_at=READ_AT, **more)
    return source_id(uri), line


def at(uri: str, line: int = 0, column: int = 0) -> At:
    return At(source=source_id(uri), line=line, column=column)


def finding(message: str, uri: str, line: int = 0, excerpt: str = "", start: int = 0) -> Finding:
    return Finding(message=message, at=at(uri, line), excerpt=excerpt.split("\n") if excerpt else [], excerpt_start=start)


GAPS = [
    Gap(kind="chart", path="my-org/pay/charts/pay", reason="Helm is not installed", source=source_id("pay/charts/pay/Chart.yaml"), line=1,
        hint="pip install 'auditor[helm]', or put helm on the PATH, and run again"),
    Gap(kind="gate.author_excluded", path="my-org/shop#prod/approve", reason="gocdnext 0.93 can say it only through the approver groups, and the server is not read",
        source=source_id(PROD), line=9, hint="add sources.gocdnext.url and set GOCDNEXT_TOKEN"),
    Gap(kind="admission_policy", path="default/ClusterPolicy/require-attestations", reason="the document is 41 levels deep, the limit is 40",
        source=source_id("prod-cluster/attestations.yaml"), line=118),
]  # fmt: skip

KYVERNO_TEXT = '      match:\n        any:\n          - resources:\n              kinds: [Pod]\n              namespaces: [prod]\n      verifyImages:\n        - imageReferences: ["ghcr.io/my-org/*"]'
PROD_TEXT = "  approve:\n    approval:\n      approvers: [group:release-managers]\n      required: 1\n  deploy-prod:\n    needs: [approve]"
DEPLOY_TEXT = "    script:\n      - helm upgrade shop charts/shop --namespace prod --set image.tag=$TAG --wait --timeout 10m --atomic --history-max 20 -f values-prod.yaml\n      - kubectl argo rollouts status shop -n prod"

# control -> rows (subject, container, status, extra)
ODD: dict[str, list[tuple[str, str, str, dict[str, Any]]]] = {
    "signatures.admission_policy": [
        ("default/prod-system|ghcr.io/my-org/*", CLUSTER, "fail", {"findings": [finding(
            "Images in namespace prod-system are admitted without a signature: require-cosign-signature enforces, but matches only prod", KYVERNO, 17, KYVERNO_TEXT, 13)]}),
        ("default/prod|ghcr.io/my-org/*", CLUSTER, "pass", {}),
    ],
    "signatures.trust_anchor": [
        ("default/ClusterPolicy/require-cosign-signature#verify-image-signature/1", CLUSTER, "pass", {}),
        ("default/ClusterPolicy/require-cosign-signature#verify-image-signature/2", CLUSTER, "fail", {"findings": [finding(
            "The key is a placeholder, so no signature ever verifies: the policy is not functional", KYVERNO, 24,
            "            - keys:\n                publicKeys: |-\n                  -----BEGIN PUBLIC KEY-----\n                  <your cosign public key>\n                  -----END PUBLIC KEY-----", 21)]}),
    ],
    "duties.gate_quorum": [
        ("my-org/shop#prod/deploy-prod", SHOP, "fail", {"findings": [finding("One person can approve: the largest quorum of a gate before this job is 1, the minimum is 2", PROD, 12, PROD_TEXT, 9)]}),
        ("my-org/pay#prod/deploy-prod", PAY, "pass", {}),
    ],
    "digests.deploy_by_digest": [
        ("my-org/shop#prod/deploy-prod", SHOP, "fail", {"findings": [finding("The image is set by tag (image.tag), not by digest", PROD, 16, DEPLOY_TEXT, 15)]}),
        ("my-org/shop#release/deploy-stage", SHOP, "pass", {}), ("my-org/pay#prod/deploy-prod", PAY, "pass", {}),
    ],
    "duties.code_owners_cover_risk": [
        ("my-org/shop/migrations", SHOP, "fail", {"findings": [
            finding("No owner: the last line that matches, `/migrations/`, names nobody", OWNERS, 8, "*               @my-org/platform\n/charts/        @my-org/platform @my-org/sre\n/migrations/", 6)]}),
        ("my-org/shop/charts", SHOP, "pass", {}), ("my-org/pay/auth", PAY, "waived", {"waiver": 0, "findings": [finding("Only one person owns this path: @kim", "pay/CODEOWNERS", 3, "/auth/  @kim", 3)]}),
        ("my-org/pay/migrations", PAY, "pass", {}),
    ],
    "migrations.expand_contract": [
        ("my-org/pay/migrations/004_split_name.sql#drop users.name", PAY, "pass", {}), ("my-org/pay/migrations/005_drop_email.sql#drop users.email", PAY, "pass", {}),
    ],
    "digests.chart_renders_digest": [("my-org/shop/charts/shop", SHOP, "pass", {}), ("my-org/pay/charts/pay", PAY, "unknown", {"reasons": [Reason(gap=0)]})],
    "duties.author_excluded": [("my-org/shop#prod/deploy-prod", SHOP, "unknown", {"reasons": [Reason(gap=1)]}), ("my-org/pay#prod/deploy-prod", PAY, "pass", {})],
    "attestations.admission_requires": [("default/prod|ghcr.io/my-org/*", CLUSTER, "unknown", {"reasons": [Reason(gap=2)]}), ("default/prod-system|ghcr.io/my-org/*", CLUSTER, "unknown", {"reasons": [Reason(gap=2)]})],
    "rollouts.analysis_can_fail": [("default/prod/Rollout/shop#success-rate", CLUSTER, "error", {"reasons": [Reason(text="the policy ran out of its 10 seconds")]})],
    "migrations.before_deploy": [("*", ORG, "not_applicable", {})],
    "credentials.workload_identity": [
        ("my-org/pay#prod/deploy-prod", PAY, "waived", {"waiver": 1, "findings": [finding("Uses the long-lived secret PROD_KUBECONFIG", "pay/.gocdnext/prod.yaml", 31, "    secrets: [PROD_KUBECONFIG]", 31)]}),
        ("my-org/shop#prod/deploy-prod", SHOP, "pass", {}),
    ],
    "digests.no_moving_tags": [("my-org/shop#release/build", SHOP, "fail", {"enforced": False, "findings": [finding("Publishes the tag latest", RELEASE, 22, '      tags: ["$TAG", latest]', 22)]})],
    "attestations.sbom_attested": [("my-org/shop#release", SHOP, "pass", {"note": "declared, not observed"}), ("my-org/pay#release", PAY, "pass", {})],
    "audit.waivers_sound": [("organization/waiver/3", ORG, "fail", {"findings": [finding("Expired on 2026-10-31, 24 days ago", CONFIG, 48)]}), ("organization/waiver/1", ORG, "pass", {}), ("organization/waiver/2", ORG, "pass", {})],
}  # fmt: skip

WAIVERS = [
    WaiverLine(control="duties.code_owners_cover_risk", subject="my-org/pay/auth", reason="A second owner joins the team in January", requested_by="kim", approved_by="robin",
               expires="2027-01-31", state="in force", matched=["my-org/pay/auth"], at=at(CONFIG, 31)),
    WaiverLine(control="credentials.workload_identity", subject="", subjects=["my-org/pay#prod/*"], reason="Federation is being set up, OPS-412", requested_by="alex", approved_by="robin",
               expires="2026-12-10", state="expires within 30 days", matched=["my-org/pay#prod/deploy-prod"], at=at(CONFIG, 39)),
    WaiverLine(control="pipelines.honoured_keys", subject="my-org/shop/.gocdnext/main.yaml", reason="Old server", requested_by="alex", approved_by="alex", expires="2026-10-31",
               state="expired", matched=[], at=at(CONFIG, 46)),
]  # fmt: skip


def results(controls: dict[str, AskedControl]) -> list[Result]:
    """The odd rows, and for every other assessed control a pass per container of its sort."""
    found = []
    for name, control in controls.items():
        plain = {"repository": [(f"{r}#prod/deploy-prod", r) for r in (SHOP, PAY)], "cluster": [("default/ClusterPolicy/require-cosign-signature", CLUSTER)]}
        rows = ODD.get(name) or [(subject, container, "pass", {}) for subject, container in plain.get(control.per, [("*", ORG)])]
        if control.assessed:
            found += [Result(control=name, aspect="design", subject=s, container=c, status=status, **more) for s, c, status, more in rows]
    return found


def assemble(found: list[Result], controls: dict[str, AskedControl], **fields: Any) -> Report:
    """A report whose counts fit its results."""
    how = {"repository": "jobs and files of the pipelines found under .gocdnext", "cluster": "pairs of namespace and image pattern, declared in auditor.yaml:6-9"}
    sizes: dict[str, int] = {}
    for result in found:
        sizes[result.control] = sizes.get(result.control, 0) + (result.subject != "*")
    controls = {
        name: msgspec.structs.replace(c, population=Population(count=sizes.get(name, 0), how=how.get(c.per, "entries of auditor.yaml")))
        for name, c in controls.items()
    }
    tops = {}
    for number, title in catalogue.TITLES.items():
        mine = [r for r in found if str(controls[r.control].prerequisite) == number]
        members = [c for c in controls.values() if str(c.prerequisite) == number]
        status = next((s for s in STATUSES if any(r.status == s and r.enforced for r in mine)), None)
        counts = {s: sum(r.status == s for r in mine) for s in STATUSES}
        tops[number] = Prerequisite(status=status, title=title, assessed=sum(bool(c.assessed) for c in members), controls=len(members), counts=counts)
    summary = {s: sum(r.status == s for r in found) for s in STATUSES}
    summary |= {"assessed": sum(bool(c.assessed) for c in controls.values()), "controls": len(controls)}
    defaults: dict[str, Any] = {
        "tool": {"name": "auditor", "version": "0.1.0"},
        "engine": {"name": "embedded", "version": "regorus 0.13.0", "wheel_sha256": sha("wheel")},
        "as_of": "2026-11-24T14:30:00Z",
        "evidence_sha256": sha("evidence"), "policies_sha256": sha("policies"), "configuration_sha256": sha("configuration"),
        "organization": "my-org", "exit_code": 1, "sources": {}, "frameworks": catalogue.FRAMEWORKS,
        "checkout": Checkout(uri="https://github.com/my-org/ops", revision=sha("commit")[:40], branch="main"),
        "scope": Scope(organization="my-org", production=Production(namespaces=["prod", "prod-system"], images=["ghcr.io/my-org/*"]),
                       signers=[SignerSpec(name="release", public_key="keys/cosign.pub")], builders=["https://gocdnext.example.com/builders/gocdnext-agent"]),
    }  # fmt: skip
    return Report(**(defaults | fields), controls=controls, results=found, prerequisites=tops, summary=summary)


def report() -> Report:
    """Two repositories, one cluster, every status."""
    controls = catalogue.controls()
    sources = dict([
        source(KYVERNO, collector="kubernetes"), source("prod-cluster/attestations.yaml", collector="kubernetes"), source(PROD, collector="gocdnext"),
        source(RELEASE, collector="gocdnext"), source("pay/.gocdnext/prod.yaml", collector="gocdnext"), source(OWNERS), source("pay/CODEOWNERS"), source(MIGRATION),
        source("pay/charts/pay/Chart.yaml", collector="helm"), source(CHART, "rendered", collector="helm"), source(CONFIG, "configuration", collector=""),
    ])  # fmt: skip
    return assemble(
        results(controls), controls, sources=sources, gaps=GAPS, waivers=WAIVERS, exit_code=2, containers={SHOP: "repository", PAY: "repository", CLUSTER: "cluster"},
        period=Period(start="2026-08-26T00:00:00Z", end="2026-11-24T14:30:00Z"),
        assumed=[
            Assumed(what="Kyverno's version, because no file holds its controller", value="1.19 or newer", line='sources: {kubernetes: {kyverno_version: "1.19"}}'),
            Assumed(what="production environments", value="prod, production", line="scope: {production: {environments: [prod, production]}}"),
        ],
    )  # fmt: skip


def many(count: int = 1000) -> Report:
    """`count` repositories of two clusters with 33 controls each: of a hundred results about four fail, two are unknown, one is waived."""
    controls = {name: msgspec.structs.replace(c, assessed=["design"], per="repository", aspects=["design"]) for name, c in catalogue.controls().items()}
    names = [f"acme/{word}-{n:04d}" for n, word in zip(range(count), ["shop", "ledger", "search", "mail", "identity", "gateway", "report"] * count, strict=False)]
    found, gaps, sources, text = [], [], dict([source(CONFIG, "configuration")]), PROD_TEXT
    for n, name in enumerate(names):
        uri = f"{name}/.gocdnext/prod.yaml"
        sources.update([source(uri, collector="gocdnext")])
        careless = 4 if n % 9 == 0 else 1 if n % 3 == 0 else 0
        for k, control in enumerate(controls):
            lot = int(sha(f"{name}{control}")[:6], 16) % 100
            row: dict[str, Any] = {"control": control, "aspect": "design", "subject": f"{name}#prod/deploy-prod" if k % 3 else name, "container": name}
            if lot < 6 * careless:
                row |= {"status": "fail", "findings": [finding(f"One person can approve: the largest quorum of a gate before job {k} is 1, the minimum is 2", uri, 12, text, 9)]}
            elif lot > 97:
                gaps.append(Gap(kind="job", path=row["subject"], reason="the file is not valid YAML: found a tab", source=source_id(uri), line=7, hint="replace the tab by spaces"))
                row |= {"status": "unknown", "reasons": [Reason(gap=len(gaps) - 1)]}
            elif lot == 97:
                row |= {"status": "waived", "waiver": 0, "findings": [finding("Only one person owns this path", uri, 3)]}
            else:
                row |= {"status": "pass"}
            found.append(Result(**row))
    waiver = WaiverLine(control="*", subject="", subjects=["acme/*"], reason="Being moved, OPS-7", requested_by="kim", approved_by="robin", expires="2027-01-31",
                        state="in force", matched=[r.subject for r in found if r.status == "waived"], at=at(CONFIG, 31))  # fmt: skip
    return assemble(found, controls, organization="acme", sources=sources, gaps=gaps, waivers=[waiver], containers=dict.fromkeys(names, "repository"))


def hostile() -> Report:
    """Names and messages that would act if a format did not make them harmless."""
    evil = "my-org/<script>alert(1)</script>\x1b[31m\u202egnp.exe\"'&--></noscript></style>"
    uri = "a\x1b]0;title\x07<img src=x onerror=alert(1)>\u2066.yaml"
    controls = {name: c for name, c in catalogue.controls().items() if name in ("duties.gate_quorum", "pipelines.roles")}
    found = [
        Result(control="duties.gate_quorum", aspect="design", subject=evil, container=evil, status="fail", findings=[finding(f"bad {evil}", uri, 2, f"a\r\n{evil}\n\x00]]>", 1)]),
        Result(control="pipelines.roles", aspect="design", subject=evil + "/p", container=evil, status="unknown", reasons=[Reason(text=evil), Reason(gap=0)]),
        Result(control="pipelines.roles", aspect="design", subject=evil, container=evil, status="pass", note=evil),
    ]  # fmt: skip
    return assemble(
        found, controls, organization=evil, containers={evil: "repository"}, sources=dict([source(uri, identity=evil, query=evil)]),
        gaps=[Gap(kind="job", path=evil, reason=evil, source=source_id(uri), hint=evil)], assumed=[Assumed(what=evil, value=evil, line=evil)],
    )  # fmt: skip
