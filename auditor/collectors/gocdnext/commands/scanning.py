"""Scanners: what they look at, and whether a finding fails the job."""

from __future__ import annotations

from auditor.collectors.gocdnext import options
from auditor.collectors.gocdnext.options import Options
from auditor.collectors.gocdnext.scanning import scan
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.traces import NOTHING, target
from auditor.model.facts.actions import Trace

_TRIVY = frozenset(
    {"--severity", "-s", "--exit-code", "--format", "-f", "--output", "-o", "--scanners", "--security-checks", "--skip-dirs", "--skip-files", "--ignorefile", "--timeout"}
    | {"--cache-dir", "--platform", "--vuln-type", "--pkg-types", "--template", "-t", "--ignore-policy", "--username", "--password", "--db-repository", "--config", "-c", "--input"}
)
_ORDER = ("negligible", "low", "medium", "high", "critical")
_NO_EXIT = "no exit code is asked for: a finding passes"


def trivy(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _TRIVY)
    verb, rest = (given.rest[0], given.rest[1:]) if given.rest else ("", [])
    subject = {"image": "image", "i": "image", "fs": "filesystem", "filesystem": "filesystem", "rootfs": "filesystem", "repo": "repository", "repository": "repository"}.get(verb, "")
    if verb in {"config", "conf"}:
        subject = "configuration"
    if not subject:
        return
    scanners = (given.last("--scanners", "--security-checks") or ("misconfig" if subject == "configuration" else "vuln")).split(",")
    code = given.last("--exit-code") or command.variable("TRIVY_EXIT_CODE")
    severities = _upper(given.last("--severity", "-s") or command.variable("TRIVY_SEVERITY"))
    why = _NO_EXIT if not code else "exit code 0: a finding passes" if code.strip("0") == "" else ""
    for name, finds in (("vuln", "vulnerabilities"), ("secret", "secrets"), ("misconfig", "misconfigurations"), ("config", "misconfigurations")):
        if name in scanners:
            trace = target(rest[0], scene, command.files) if subject == "image" and rest else NOTHING
            unfixed = given.on("--ignore-unfixed") and finds == "vulnerabilities"
            _scan(command, scene, "trivy", subject, finds, severities, trace, why, ignores_unfixed=unfixed)


def _upper(text: str) -> list[str]:
    return [part.strip().upper() for part in text.split(",") if part.strip()]


def _scan(command: Command, scene: Scene, tool: str, subject: str, finds: str, severities: list[str], trace: Trace, why: str, *, ignores_unfixed: bool = False) -> None:
    why = why or command.weakness
    scan(scene, tool, subject, finds, severities, trace, why, command.at, ignores_unfixed=ignores_unfixed)


def grype(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset({"--fail-on", "-f", "-o", "--output", "--file", "--scope", "-s", "-c", "--config", "--platform", "--distro", "--by-cve", "--exclude"}))
    subject = given.rest[0] if given.rest else ""
    if subject in {"db", "version", "completion", ""}:
        return
    scheme, colon, rest = subject.partition(":")
    files = scheme in {"dir", "file"} or subject in {".", "./"}
    level = (given.last("--fail-on", "-f") or command.variable("GRYPE_FAIL_ON_SEVERITY")).lower()
    severities = [name.upper() for name in _ORDER[_ORDER.index(level) :]] if level in _ORDER else []
    image = rest if colon and scheme in {"registry", "docker", "podman", "sbom"} else subject
    if scheme == "sbom":
        trace = scene.actions.made_of.get(rest, NOTHING)
    else:
        trace = NOTHING if files else target(image, scene, command.files)
    _scan(command, scene, "grype", "filesystem" if files else "image", "vulnerabilities", severities, trace, "" if level else _NO_EXIT, ignores_unfixed=given.on("--only-fixed"))


def snyk(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset({"--file", "--org", "--severity-threshold", "--fail-on", "--project-name"}))
    words, level = given.rest, given.last("--severity-threshold").lower()
    severities = [name.upper() for name in _ORDER[_ORDER.index(level) :]] if level in _ORDER else []
    why = "it only watches" if "monitor" in words else ""
    if words[:1] == ["container"]:
        _scan(command, scene, "snyk", "image", "vulnerabilities", severities, target(words[-1], scene, command.files), why)
    elif words[:1] == ["iac"]:
        _scan(command, scene, "snyk", "configuration", "misconfigurations", severities, NOTHING, why)
    elif words[:1] in (["test"], ["code"], ["monitor"]):
        _scan(command, scene, "snyk", "filesystem", "vulnerabilities", severities, NOTHING, why)


def docker_scout(command: Command, scene: Scene) -> None:
    given = options.read(command.words[2:], frozenset({"--only-severity", "--format", "--output", "--platform"}))
    if given.rest[:1] == ["cves"]:
        trace = target(given.rest[-1], scene, command.files)
        _scan(command, scene, "docker scout", "image", "vulnerabilities", _upper(given.last("--only-severity")), trace, "" if given.has("--exit-code", "-e") else _NO_EXIT)


def secrets(command: Command, scene: Scene) -> None:
    """gitleaks, trufflehog, detect-secrets, ggshield."""
    given = options.read(command.words[1:], frozenset({"--source", "-s", "--config", "-c", "--exit-code", "--report-path", "-r", "--report-format", "-f", "--redact", "--log-opts", "--baseline-path", "-b", "--log-level", "-l", "--since-commit", "--branch"}))
    verb, why = given.rest[0] if given.rest else "", ""
    if command.name == "gitleaks":
        if verb not in {"detect", "dir", "git", "protect", "stdin", "directory"}:
            return
        why = "exit code 0: a finding passes" if given.last("--exit-code") == "0" else ""
    elif command.name == "trufflehog":
        if verb not in {"git", "github", "gitlab", "filesystem", "docker"}:
            return
        why = "" if given.on("--fail") else "without `--fail` a finding passes"
    elif verb in {"version", "help", "auth", ""}:
        return
    _scan(command, scene, command.name, "repository", "secrets", [], NOTHING, why)


def others(command: Command, scene: Scene) -> None:
    """semgrep, osv-scanner, govulncheck, npm audit and their like."""
    given = options.read(command.words[1:], frozenset({"--config", "-c", "--severity", "--format", "-f", "-o", "--output", "--audit-level", "--level", "-r"}))
    name, why = command.name, ""
    if "--version" in command.words or given.rest[:1] in (["version"], ["help"]):
        return
    if name == "semgrep":
        why = "" if given.on("--error") or given.rest[:1] == ["ci"] else "without `--error` a finding passes"
    elif name in {"checkov", "tfsec", "kubesec", "kics", "terrascan", "hadolint", "conftest", "kube-linter"}:
        why = "a finding passes (`--soft-fail`)" if given.on("--soft-fail", "-s") else ""
        _scan(command, scene, name, "configuration", "misconfigurations", [], NOTHING, why)
        return
    elif name == "bandit" and given.on("--exit-zero"):
        why = "a finding passes (`--exit-zero`)"
    _scan(command, scene, name, "filesystem", "vulnerabilities", _levels(given), NOTHING, why)


def _levels(given: Options) -> list[str]:
    level = given.last("--audit-level").lower().replace("moderate", "medium")
    return [name.upper() for name in _ORDER[_ORDER.index(level) :]] if level in _ORDER else []
