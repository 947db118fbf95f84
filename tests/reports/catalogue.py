"""33 controls as they might be asked, for reports to show.  The texts are samples: the real ones stand in the policies' METADATA."""

from __future__ import annotations

from auditor.model.control import Link, Parameter
from auditor.model.framework import Clause, Framework
from auditor.model.report import AskedControl, Population

D, LIVE, OPERATION = "design", "implementation", "operation"
SOC = {"1": ["CC6.8", "CC6.1", "CC7.1"], "2": ["CC8.1", "CC6.8"], "3": ["CC8.1", "CC7.5"], "4": ["CC8.1", "CC7.2", "CC7.4"], "5": ["CC8.1", "CC7.1"]}
OTHER = {"1": {"cis-sscs-1.0": ["4.3.1"]}, "2": {"cis-sscs-1.0": ["5.1.7"], "slsa-1.2": ["threat G"]}, "5": {"slsa-1.2": ["Build L2"], "ssdf-1.1": ["PS.3.2"]}}
DUTIES = {"soc2-tsc-2017-2022": ["CC6.3", "CC8.1"], "slsa-1.2": ["Source: two-party-review"], "cis-sscs-1.0": ["1.1.3", "5.2.3"], "pci-4.0.1": ["6.5.4"]}

# id, severity, aspects, per, title, why, how to fix
ROWS: list[tuple[str, str, list[str], str, str, str, str]] = [
    ("signatures.admission_policy", "critical", [D, LIVE], "cluster", "A policy that enforces verification covers every production image",
     ("A signature that nobody checks at admission stops nothing: any image that can be pulled runs. A policy counts only if it enforces, matches the "
     "namespace and the image in both forms, by tag and by digest, and its webhook is asked on create and update."),
     "Let the policy match every namespace declared as production:\n\n```\nmatch:\n  any:\n    - resources:\n        kinds: [Pod]\n        namespaces: [prod, prod-system]\n```"),
    ("signatures.fail_closed", "critical", [D, LIVE], "cluster", "The admission webhook fails closed",
     "With `failurePolicy: Ignore` an unreachable webhook admits everything.", "Set `spec.webhookConfiguration.failurePolicy: Fail` in the policy."),
    ("signatures.required_and_pinned", "high", [D], "cluster", "Verification is required and pins the digest",
     "Without `required` an image that matches no attestor passes; without `mutateDigest` the tag can move between check and pull.", "Set `required`, `mutateDigest` and `verifyDigest` to true."),
    ("signatures.trust_anchor", "critical", [D], "cluster", "Only declared signers are trusted",
     "A signature by a key that nobody declared says nothing about who built the image.", "Put the signer's key under `scope.signers`, or remove the attestor."),
    ("signatures.release_signs_digest", "high", [D], "repository", "The release signs the digest that was scanned",
     "What is signed by tag may be another image than the one that was scanned.", "Sign `$IMAGE@$DIGEST` after the scan and before the final tag."),
    ("digests.build_exports_digest", "high", [D], "repository", "The build hands on the digest",
     "Every later step needs the digest of exactly this build.", "Declare an output `digest` on the building job."),
    ("digests.deploy_by_digest", "critical", [D], "repository", "Production is deployed by the digest that was built",
     "A tag can be moved after approval: what was approved is then not what runs.", "Pass `--set image.digest=$DIGEST`, and do not set `image.tag`."),
    ("digests.chart_renders_digest", "high", [D], "repository", "The chart renders the digest for every container",
     "A container that the chart leaves by tag escapes the digest that the deploy passes.", "Render `{{ .Values.image.repository }}@{{ .Values.image.digest }}` in every container, init containers too."),
    ("digests.no_moving_tags", "medium", [D], "repository", "Releases publish no moving tags", "A tag such as `latest` names another image tomorrow.", "Remove the tag from `tags:`."),
    ("digests.running_by_digest", "high", [LIVE], "cluster", "Running production containers name a digest", "What runs by tag may change at the next pull.", "Redeploy by digest."),
    ("migrations.forward_only", "high", [D], "repository", "No pipeline can run a migration backwards",
     "A down migration after a release destroys what the new version wrote.", "Remove the `down` command; write a new forward migration instead."),
    ("migrations.expand_contract", "high", [D], "repository", "Destructive statements are the contract half of an earlier expand",
     "During a rollout two versions run on one schema; the old one breaks when its column goes.", "Split the change: expand now, contract at least one release later."),
    ("migrations.before_deploy", "high", [D], "repository", "Production migrates after the gate and before the deploy", "Code that meets an older schema fails.", "Let the deploy job need the migrate job."),
    ("rollouts.deployments_forbidden", "high", [D, LIVE], "cluster", "Plain Deployments are refused in production", "A Deployment exposes all users at once.", "Add a policy that denies kind Deployment."),
    ("rollouts.canary_steps", "high", [D, LIVE], "cluster", "Canaries start small and pause",
     "The first weight is the number of users that meet a fault first.", "Start with a `setWeight` at or below the limit, then pause or analyse."),
    ("rollouts.analysis_can_fail", "high", [D], "cluster", "The analysis can fail", "An analysis that cannot fail is a delay.", "Give every metric a `failureCondition` that its provider can reach."),
    ("rollouts.watched", "high", [D], "repository", "The pipeline waits for the rollout and fails when it degrades", "A deploy that does not wait reports success too early.", "Add `kubectl argo rollouts status --timeout` after the deploy."),
    ("attestations.sbom_attested", "high", [D], "repository", "Each release attests a CycloneDX SBOM of its digest",
     "Which images hold a vulnerable component cannot be answered without it.", "Run `syft $IMAGE@$DIGEST -o cyclonedx-json`, then `cosign attest --type cyclonedx`."),
    ("attestations.provenance_attested", "high", [D], "repository", "Each release attests SLSA provenance of its digest", "Nothing else ties the image to commit and builder.", "Attest the builder's statement with `--type slsaprovenance1`."),
    ("attestations.admission_requires", "high", [D, LIVE], "cluster", "Admission requires SBOM and provenance", "An attestation nobody requires may be missing.", "Add both predicate types to `verifyImages`."),
    ("duties.code_owners_valid", "high", [D, LIVE], "repository", "CODEOWNERS is where it is honoured, and valid", "An invalid line is skipped in silence.", "Move the file to `.github/CODEOWNERS` and fix the line."),
    ("duties.code_owners_cover_risk", "high", [D], "repository", "Risky paths have owners, more than one",
     "A path without an owner can be changed with anybody's approval.", "Add a line for the path that names a team."),
    ("duties.production_gated", "critical", [D], "repository", "Nothing acts on production before a gate", "Without a gate, whoever can start a pipeline can change production.", "Put an `approval` job before it."),
    ("duties.gate_quorum", "critical", [D], "repository", "Two people must approve",
     "With one approval, one person can write, approve and deploy a change.", "Raise the gate's quorum:\n\n    approval:\n      approvers: [group:release-managers]\n      required: 2"),
    ("duties.author_excluded", "high", [D], "repository", "The author of a change cannot approve it", "The author's own approval is no second pair of eyes.", "Make approvers and authors disjoint groups."),
    ("duties.changes_reviewed", "high", [OPERATION], "repository", "Every change was reviewed before it was merged", "A design that was bypassed protected nothing.", "Review after the fact, and record a waiver."),
    ("duties.deployments_approved", "critical", [OPERATION], "organization", "Every production deployment was approved by enough people", "Shows that the gate worked every time.", "Find out who deployed, and how."),
    ("pipelines.roles", "high", [D], "repository", "The four pipelines are there", "Each stop between main and production is one of them.", "Add the missing pipeline."),
    ("pipelines.pr_never_publishes", "critical", [D], "repository", "Pull requests publish nothing", "Whoever opens a pull request would publish.", "Set `push: false` on the build step."),
    ("pipelines.honoured_keys", "high", [D], "repository", "The server honours every key of the pipeline files", "A key that is ignored protects nobody.", "Remove the key, or update the server."),
    ("credentials.not_on_argv", "high", [D], "repository", "No secret is on a command line", "Command lines are seen by every process and in logs.", "Pass it by environment or standard input."),
    ("credentials.workload_identity", "medium", [D], "repository", "Deploys use a workload identity", "A long-lived key that leaks stays valid.", "Exchange the job's token for a short-lived one."),
    ("audit.waivers_sound", "medium", [D], "organization", "Waivers are sound", "A waiver without end is a hole with a name.", "Give it a reason, an expiry, and an approver who did not request it."),
]  # fmt: skip
FRAMEWORKS = {
    "soc2-tsc-2017-2022": Framework(
        title="SOC 2, Trust Services Criteria", short="SOC 2", edition="2017, points of focus revised 2022", url="https://www.aicpa-cima.com/",
        clauses={
            "CC6.3": Clause(text="access is given by least privilege and with duties kept apart", families={"duties": "supports"}),
            "CC8.1": Clause(text="changes are authorised, tested, approved and put in place under control", families={"duties": "supports", "digests": "evidence_for"}),
        },
    ),
    "cis-sscs-1.0": Framework(
        title="CIS Software Supply Chain Security Guide", short="CIS SSCS", edition="1.0", url="https://www.cisecurity.org/",
        clauses={"4.3.1": Clause(text="signatures are validated on upload", families={"signatures": "partially_supports"})},
    ),
    "pci-4.0.1": Framework(title="PCI DSS", short="PCI DSS", edition="4.0.1", url="https://www.pcisecuritystandards.org/", clauses={}),
}
"""Some that the controls name; for the others a report has to do with the id."""
SECTIONS = {"signatures": 1, "digests": 2, "migrations": 3, "rollouts": 4, "attestations": 5}
TITLES = {
    "1": "Signatures verified at admission",
    "2": "Deploy by digest",
    "3": "Forward-only migrations",
    "4": "Progressive delivery",
    "5": "SBOM and provenance",
}
VALUES = {"rollouts.canary_steps": {"first_weight": 25}, "duties.gate_quorum": {"quorum": 2}}


def controls() -> dict[str, AskedControl]:
    """All of them, assessed in design only; `sample.py` says what came of them."""
    return {row[0]: _control(*row) for row in ROWS}


def _control(name: str, severity: str, aspects: list[str], per: str, title: str, why: str, fix: str) -> AskedControl:
    family = name.partition(".")[0]
    number = SECTIONS.get(family)
    live = {"cluster": "no cluster is read: add sources.kubernetes.context", "repository": "GitHub is not read: add sources.github.repositories"}
    reasons = {LIVE: live.get(per, ""), OPERATION: "the gocdnext server is not read: add sources.gocdnext.url"}
    return AskedControl(
        title=title, description=why, severity=severity, aspects=aspects, family=family, prerequisite=number, per=per, remediation=fix,
        frameworks={"soc2-tsc-2017-2022": SOC[str(number)], **OTHER.get(str(number), {})} if number else DUTIES if family == "duties" else {"soc2-tsc-2017-2022": ["CC8.1"]},
        links=[Link(ref="https://kyverno.io/docs/policy-types/", description="Kyverno: policy types")] if number == 1 else [],
        reads={D: ["admission_policy", "verify_rule"] if per == "cluster" else ["job", "pipeline"]},
        values=VALUES.get(name, {}),
        parameters={key: Parameter(default=value, schema={"type": "integer"}, description="limit") for key, value in VALUES.get(name, {}).items()},
        added_in="0.1.0", file=f"policies/controls/{family}/{name.partition('.')[2]}.rego",
        assessed=[D] if D in aspects else [], reason={aspect: reasons[aspect] for aspect in aspects if aspect != D},
        population=Population(count=0, how=""),
    )  # fmt: skip
