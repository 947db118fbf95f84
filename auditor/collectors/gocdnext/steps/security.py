"""cosign and the scanners."""

from __future__ import annotations

from auditor.collectors.gocdnext.attesting import attest, predicate_uri
from auditor.collectors.gocdnext.references import split
from auditor.collectors.gocdnext.scanning import scan
from auditor.collectors.gocdnext.scene import shown
from auditor.collectors.gocdnext.steps.step import Step
from auditor.collectors.gocdnext.traces import NOTHING, target
from auditor.model.facts.actions import Sign

_KMS = ("awskms://", "gcpkms://", "azurekms://", "hashivault://", "k8s://", "pkcs11:")
_PASSES = "exit code 0: a finding passes"


def cosign(step: Step) -> None:
    scene, image = step.scene, step.value("image")
    trace = target(image, scene)
    key, secret = _key(step)
    action = step.value("action")
    if action == "sign":
        scene.actions.signs.append(Sign(tool="cosign", image=shown(split(image)[0]), target=trace, key=key, secret=secret, at=step.at_input("image")))  # type: ignore[arg-type]
    elif action == "attest":
        kind = predicate_uri(step.value("predicate-type"))
        attest(scene, "cosign", image, trace, step.value("predicate"), kind, key, secret, step.at_input("image"), {})


def _key(step: Step) -> tuple[str, str]:
    for name, kind in (("key-content", "content"), ("key", "file")):
        value = step.value(name)
        if not value:
            continue
        held = step.scene.secrets_in(value)
        if name == "key" and value.startswith("env://"):
            return "environment", value.removeprefix("env://")
        if name == "key" and value.startswith(_KMS):
            return "kms", ""
        return kind, held[0] if held else _named(value)
    return "keyless", ""


def _named(value: str) -> str:
    return value[3:-2].strip() if value.startswith("${{") and value.endswith("}}") else ""


def _exit_code(step: Step) -> str:
    """Why a finding passes by the exit code that is asked for, "" if it does not."""
    code = step.value("exit-code")
    if "$" in code:
        return "the exit code is a value that the file does not say"
    return _PASSES if code.isdecimal() and int(code) == 0 else ""


def trivy(step: Step) -> None:
    subject = {"image": "image", "fs": "filesystem", "repo": "repository", "config": "configuration"}.get(step.value("scan-type"), "filesystem")
    severities = [part.strip().upper() for part in step.value("severity").split(",") if part.strip()]
    trace = target(step.value("target"), step.scene) if subject == "image" else NOTHING
    why = _exit_code(step)
    finds = "misconfigurations" if subject == "configuration" else "vulnerabilities"
    at = step.at_input("exit-code" if why else "target")
    scan(step.scene, "trivy", subject, finds, severities, trace, why, at, ignores_unfixed=step.value("ignore-unfixed") == "true")


def gitleaks(step: Step) -> None:
    why = _exit_code(step)
    scan(step.scene, "gitleaks", "repository", "secrets", [], NOTHING, why, step.at_input("exit-code" if why else "scan-mode"))


def osv(step: Step) -> None:
    why = "`fail-on: none`: a finding passes" if step.value("fail-on").lower() == "none" else ""
    scan(step.scene, "osv-scanner", "filesystem", "vulnerabilities", [], NOTHING, why, step.at_input("fail-on"))


def semgrep(step: Step) -> None:
    why = "`fail-on: none`: a finding passes" if step.value("fail-on").lower() == "none" else ""
    scan(step.scene, "semgrep", "filesystem", "vulnerabilities", [], NOTHING, why, step.at_input("fail-on"))


def nuclei(step: Step) -> None:
    why = _exit_code(step)
    severities = [part.strip().upper() for part in step.value("fail-on").split(",") if part.strip()]
    scan(step.scene, "nuclei", "filesystem", "vulnerabilities", severities, NOTHING, why, step.at_input("exit-code"))


STEPS = {"cosign": cosign, "trivy": trivy, "gitleaks": gitleaks, "osv-scanner": osv, "semgrep": semgrep, "nuclei": nuclei}
