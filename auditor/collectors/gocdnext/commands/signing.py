"""cosign, notation, syft: signatures and attestations."""

from __future__ import annotations

from auditor.collectors.gocdnext import options
from auditor.collectors.gocdnext.attesting import attest, predicate_uri
from auditor.collectors.gocdnext.references import split
from auditor.collectors.gocdnext.scene import Scene, shown
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.traces import target
from auditor.model.facts.actions import Sign

_COSIGN = frozenset(
    {"--key", "--predicate", "--type", "--output-signature", "--output-certificate", "--identity-token", "-a", "--annotations", "--certificate", "--certificate-chain"}
    | {"--rekor-url", "--fulcio-url", "--oidc-issuer", "--registry-username", "--registry-password", "--timeout", "-t", "--output", "-o", "--slot", "--payload"}
    | {"--certificate-identity", "--certificate-oidc-issuer", "--certificate-identity-regexp", "--certificate-oidc-issuer-regexp", "--policy", "--attachment"}
)
_KMS = ("awskms://", "gcpkms://", "azurekms://", "hashivault://", "k8s://", "pkcs11:")


def cosign(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _COSIGN)
    verb, rest = (given.rest[0], given.rest[1:]) if given.rest else ("", [])
    if verb not in {"sign", "attest"} or (given.has("--upload") and not given.on("--upload")):
        return
    key, secret = _key(given.last("--key"), command, scene)
    for image in rest:
        trace = target(image, scene, command.files)
        if verb == "sign":
            scene.actions.signs.append(Sign(tool="cosign", image=shown(split(image)[0]), target=trace, key=key, secret=secret, fails=not command.weakness, why=command.weakness, at=command.at))  # type: ignore[arg-type]
        else:
            predicate = given.last("--predicate")
            attest(scene, "cosign", image, trace, predicate, predicate_uri(given.last("--type")), key, secret, command.at, command.files)


def _key(reference: str, command: Command, scene: Scene) -> tuple[str, str]:
    """(kind of key, secret that holds it)."""
    if not reference:
        return "keyless", ""
    if reference.startswith("env://"):
        name = reference.removeprefix("env://")
        held = scene.secrets_in(command.variable(name))
        return "environment", held[0] if held else name
    if reference.startswith(_KMS):
        return "kms", ""
    content = command.files.get(reference, "")
    held = scene.secrets_in(content) or scene.secrets_in(reference)
    temporary = "mktemp" in reference or reference.startswith(("/dev/", "/tmp/", "/run/", "/proc/", "${", "$("))  # noqa: S108 - paths of others
    return ("content" if held and temporary else "file"), held[0] if held else ""


def notation(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset({"--key", "-k", "--signature-format", "--plugin", "--id", "-u", "-p"}))
    if given.rest[:1] == ["sign"]:
        for image in given.rest[1:]:
            trace = target(image, scene, command.files)
            scene.actions.signs.append(Sign(tool="notation", image=shown(split(image)[0]), target=trace, key="kms" if given.has("--plugin") else "file", secret="", fails=not command.weakness, why=command.weakness, at=command.at))


def syft(command: Command, scene: Scene) -> None:
    """An SBOM: its file remembers what it was made from; `syft attest` signs one."""
    given = options.read(command.words[1:], frozenset({"-o", "--output", "--file", "--key", "-c", "--config", "--platform", "--from", "--source-name", "--source-version", "-q", "--scope", "--base-path"}))
    words = given.rest[1:] if given.rest[:1] and given.rest[0] in {"scan", "packages", "attest"} else given.rest
    if not words:
        return
    trace = target(_subject(words[0]), scene, command.files)
    if given.rest[0] == "attest":
        key, secret = _key(given.last("--key"), command, scene)
        form = given.last("-o", "--output").split("-")[0]
        attest(scene, "syft", words[0], trace, "", predicate_uri("cyclonedx" if form == "cyclonedx" else "spdxjson"), key, secret, command.at, command.files)
        return
    files = [value.partition("=")[2] for value in given.all("-o", "--output")] + given.all("--file") + command.writes
    for file in files:
        if file:
            scene.actions.made_of[file] = trace


def _subject(word: str) -> str:
    """Syft's sources carry a scheme: `registry:IMAGE`, `docker:IMAGE`."""
    scheme, colon, rest = word.partition(":")
    return rest if colon and scheme in {"registry", "docker", "podman", "containerd", "dir", "file"} else word
