"""Kyverno's ImageValidatingPolicy and NamespacedImageValidatingPolicy (`policies.kyverno.io`), read at v1.19."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.collectors.kubernetes import shapes
from auditor.collectors.kubernetes.automata import STAR, Token, TooComplex
from auditor.collectors.kubernetes.cel import CATEGORIES, NotUnderstood, Verification, verifications
from auditor.collectors.kubernetes.conditions import cel
from auditor.collectors.kubernetes.controller import PER_RULE_ACTIONS, Kyverno
from auditor.collectors.kubernetes.documents import Object
from auditor.collectors.kubernetes.globs import expand
from auditor.collectors.kubernetes.match import DEBUGGING
from auditor.collectors.kubernetes.selectors import NamespaceView, is_empty, selected
from auditor.collectors.kubernetes.spans import NEVER, NO, YES, Span, Why, all_of, any_of, never, none_of, sometimes
from auditor.collectors.kubernetes.values import Reader, items, repeated_keys
from auditor.collectors.kubernetes.verifying import Claim, Verifying, in_namespace
from auditor.model.place import At
from auditor.model.record import Remark
from auditor.text.yaml import Node

GROUP = "policies.kyverno.io"
KINDS = ("ImageValidatingPolicy", "NamespacedImageValidatingPolicy")


@dataclass(frozen=True)
class ImagePolicy:
    """`denies`: validationActions are empty or hold Deny.  `not_understood`: validations that verify in a way that is not recognised.
    The switches are as written; whether they are honoured depends on the version."""

    object: Object
    id: str
    namespace: str
    references: list[str]
    by_expression: Node | None
    denies: bool
    at_admission: bool
    failure_policy: str
    timeout_seconds: int
    required: bool
    mutate_digest: bool
    verify_digest: bool
    verified: list[Verification]
    not_understood: list[Node]
    attestations: list[str]
    defects: list[Remark]

    def at(self, node: Node | None = None) -> At:
        return self.object.at(node)

    def spec(self, *path: str) -> Node | None:
        return self.object.node.get("spec", *path)


def read_image_policy(obj: Object, identity: str) -> ImagePolicy:
    """The policy with its defaults: actions Deny, failure policy Fail, all three switches on, evaluated at admission."""
    reader = Reader(obj.document)
    spec = obj.node.get("spec")
    references, by_expression = [], None
    for reference in items(spec, "matchImageReferences"):
        glob = reference.get("glob")
        if glob is not None:
            references.append(reader.text(glob))
        else:
            by_expression = reference.get("expression") or reference
    verified, unclear = _validations(spec, reader)

    def get(*path: str) -> Node | None:
        return spec.get(*path) if spec is not None else None

    actions = reader.texts(get("validationActions"))
    mode = reader.text(get("evaluation", "mode"))
    defects = reader.defects
    result = ImagePolicy(
        object=obj,
        id=identity,
        namespace=obj.namespace if obj.kind == KINDS[1] else "",
        references=references,
        by_expression=by_expression,
        denies=not actions or "Deny" in actions,
        at_admission=mode in {"", "Kubernetes"} and reader.boolean(get("evaluation", "admission", "enabled"), True),
        failure_policy=reader.choice(get("failurePolicy"), ("Ignore", "Fail")),
        timeout_seconds=reader.integer(get("webhookConfiguration", "timeoutSeconds"), 10),
        required=reader.boolean(get("validationConfigurations", "required"), True),
        mutate_digest=reader.boolean(get("validationConfigurations", "mutateDigest"), True),
        verify_digest=reader.boolean(get("validationConfigurations", "verifyDigest"), True),
        verified=verified,
        not_understood=unclear,
        attestations=sorted({text for a in items(spec, "attestations") if (text := _type(a))}),
        defects=defects,
    )
    names = {reader.text(a.get("name")) for a in items(spec, "attestors")}
    for name in sorted({n for v in verified for n in v.attestors} - names):
        defects.append(Remark(message=f"a validation names the attestor {name}, which the policy does not have", at=obj.at(spec)))
    defects.extend(Remark(message=message, at=obj.at(node)) for message, node in shapes.of_object(obj))
    for key, line, column in repeated_keys(obj.node):
        defects.append(Remark(message=f"the key {key} stands twice", at=At(source=obj.document.source, line=line, column=column)))
    return result


def _validations(spec: Node | None, reader: Reader) -> tuple[list[Verification], list[Node]]:
    verified: list[Verification] = []
    unclear: list[Node] = []
    for validation in items(spec, "validations"):
        expression = validation.get("expression")
        if expression is None:
            reader.defect("a validation has no expression", validation)
            continue
        try:
            verified += verifications(expression.text)
        except NotUnderstood:
            unclear.append(expression)
    return verified, unclear


def _type(attestation: Node) -> str:
    for form in ("intoto", "referrer"):
        value = attestation.get(form, "type")
        if value is not None:
            return value.text
    return ""


def switches(policy: ImagePolicy, kyverno: Kyverno) -> tuple[bool | None, bool | None, bool | None]:
    """(required, mutateDigest, verifyDigest) as they work: before 1.19 they do nothing.  None where the version decides and is not known."""
    written = (policy.required, policy.mutate_digest, policy.verify_digest)
    if kyverno.version is None:
        required, mutate, verify = (None if value else False for value in written)
        return required, mutate, verify
    return written if kyverno.version >= PER_RULE_ACTIONS else (False, False, False)


def verifying(policy: ImagePolicy, identity: str, kyverno: Kyverno) -> Verifying:
    """The policy as one verifying rule."""
    shortfalls, doubts = _containers(policy, kyverno)
    claims: list[Claim] = []
    at = policy.at(policy.spec("matchImageReferences") or policy.object.node)
    try:
        tokens: list[list[Token]] = [t for glob in policy.references for t in expand(glob)]
        if not policy.references and policy.by_expression is None:
            tokens = [[STAR]]
        claims.append(Claim(tokens, [], at, at))
    except (TooComplex, ValueError):
        doubts.append("a glob of matchImageReferences cannot be read")
    if policy.by_expression is not None:
        doubts.append("a CEL expression decides which images it verifies")
    return Verifying(
        id=identity,
        policy=policy.id,
        policy_kind=policy.object.kind,
        policy_name=policy.object.name,
        rule_name="",
        at=policy.at(),
        claims=claims,
        as_written=True,
        sees=lambda view, operation: _sees(policy, view, operation),
        denies=lambda _view, _modern: _denies(policy),
        refused=policy.defects,
        shortfalls=shortfalls,
        doubts=doubts,
    )


def _denies(policy: ImagePolicy) -> Span:
    if not policy.at_admission:
        return never("it is not evaluated at admission", policy.at(policy.spec("evaluation")))
    if not policy.denies:
        return never("its validationActions deny nothing", policy.at(policy.spec("validationActions")))
    return YES


def _containers(policy: ImagePolicy, kyverno: Kyverno) -> tuple[list[Why], list[str]]:
    """Which kinds of container stay unverified.  With `required` in force an image that nothing verified is denied, whatever kind of container it is in."""
    place = policy.at(policy.spec("validations") or policy.object.node)
    replaced = [i for i in items(policy.object.node.get("spec"), "images") if (name := i.get("name")) is not None and name.text in CATEGORIES]
    if replaced:
        return [Why("its own extractor in `images` replaces one of a Pod's kinds of container", policy.at(replaced[0]))], []
    seen = {c for v in policy.verified if not v.attestation and v.needed > 0 and v.attestors for c in v.categories}
    if policy.not_understood and not set(CATEGORIES) <= seen:
        return [], ["a validation is written in a way that is not understood"]
    required = switches(policy, kyverno)[0]
    if not seen:
        return [Why("no validation demands that an image signature verifies", place)], []
    missing = [c for c in CATEGORIES if c not in seen]
    if not missing or required:
        return [], []
    if required is None:
        return [], [f"whether {', '.join(missing)} are verified depends on Kyverno's version"]
    return [Why(f"its validations do not look at {', '.join(missing)}", place)], []


def _sees(policy: ImagePolicy, view: NamespaceView, operation: str) -> Span:
    constraints = policy.spec("matchConstraints")
    if constraints is None:
        return never("it has no matchConstraints", policy.at())
    excluded = list(items(constraints, "excludeResourceRules"))
    parts = [
        in_namespace(policy.namespace, view, policy.at()),
        _any_rule(policy, constraints, operation),
        *(none_of(_rule(r, operation, policy), "its excludeResourceRules leave Pods out", policy.at(r)) for r in excluded),
        cel(items(policy.object.node.get("spec"), "matchConditions"), view, operation, policy.at, "the matchCondition"),
    ]
    if operation == "UPDATE":
        parts.append(_debugging(policy, constraints, excluded))
    selector, of_objects = constraints.get("namespaceSelector"), constraints.get("objectSelector")
    if selector is not None and not selector.is_null:
        span = selected(selector, view)
        why = () if span.low else never(f"its namespaceSelector does not select {view.name}", policy.at(selector)).why
        parts.append(Span(span.low, span.high, why, span.doubts))
    if of_objects is not None and not of_objects.is_null and not is_empty(of_objects):
        parts.append(sometimes("its objectSelector takes only Pods with certain labels", policy.at(of_objects)))
    return all_of(parts)


def _any_rule(policy: ImagePolicy, constraints: Node, operation: str) -> Span:
    rules = [_rule(r, operation, policy) for r in items(constraints, "resourceRules")]
    return any_of(rules) if rules else never("it has no resourceRules", policy.at(constraints))


def _debugging(policy: ImagePolicy, constraints: Node, excluded: list[Node]) -> Span:
    """Kyverno adds the subresource to the webhooks of ClusterPolicies by itself, to those of ImageValidatingPolicies not (read at v1.19)."""
    rules = [r for r in items(constraints, "resourceRules") if _rule(r, "UPDATE", policy, DEBUGGING).low > NEVER]
    if rules and not any(_rule(r, "UPDATE", policy, DEBUGGING).high > NEVER for r in excluded):
        return YES
    return sometimes(f"it leaves out pods/{DEBUGGING}, so containers that are added to a running Pod are not verified", policy.at(constraints))


def _rule(node: Node, operation: str, policy: ImagePolicy, subresource: str = "") -> Span:
    def texts(key: str) -> list[str]:
        value = node.get(key)
        return [item.text for item in (value.children() if value is not None else ())]

    at = policy.at(node)
    names = {"*/*", "pods/*", f"pods/{subresource}", f"*/{subresource}"} if subresource else {"pods", "*", "*/*"}
    if not (names & set(texts("resources")) and {"", "*"} & set(texts("apiGroups")) and {"v1", "*"} & set(texts("apiVersions"))):
        return Span(NEVER, NEVER, (Why(f"it matches {', '.join(texts('resources')) or 'nothing'} and no Pod", at),))
    if not {operation, "*"} & set(texts("operations")):
        return Span(NEVER, NEVER, (Why(f"it matches {', '.join(texts('operations')) or 'no operation'} and no {operation}", at),))
    if (scope := node.get("scope")) is not None and scope.text == "Cluster":
        return NO
    if texts("resourceNames"):
        return sometimes(f"it matches only Pods named {', '.join(texts('resourceNames'))}", at)
    return YES
