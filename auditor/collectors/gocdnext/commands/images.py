"""Commands that build, push and copy images."""

from __future__ import annotations

from auditor.collectors.gocdnext import options
from auditor.collectors.gocdnext.publishing import build, copied, pushed
from auditor.collectors.gocdnext.references import split
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.touches import touch

_BUILD = frozenset(
    {"-t", "--tag", "-f", "--file", "--build-arg", "--platform", "--output", "-o", "--cache-to", "--cache-from", "--metadata-file", "--iidfile", "--target", "--label"}
    | {"--secret", "--ssh", "--builder", "--progress", "--provenance", "--sbom", "--attest", "--annotation", "--network", "--add-host", "--build-context", "--digestfile"}
    | {"--authfile", "--format", "--load-name", "--creds", "--cert-dir", "--label", "-m", "--memory", "--isolation"}
)
_COPY = frozenset(
    {"--platform", "--authfile", "--src-creds", "--dest-creds", "--multi-arch", "--format", "-j", "--jobs", "--creds", "--digestfile", "--retry-times", "--src-tls-verify", "--dest-tls-verify"}
)


def docker(command: Command, scene: Scene) -> None:
    """docker, podman, nerdctl and buildah."""
    words = [word for word in command.words[1:] if word]
    host = options.read(words, frozenset({"--config", "-H", "--host", "--context", "-c", "--log-level"})).last("-H", "--host") or command.variable("DOCKER_HOST")
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in {"--config", "-H", "--host", "--context", "-c", "--log-level"} else words[1:]
    verb, rest = (words[0], words[1:]) if words else ("", [])
    if verb in {"image", "builder", "manifest"} and rest:
        verb, rest = ("manifest " + rest[0] if verb == "manifest" else rest[0]), rest[1:]
    if host.startswith("ssh:") and {"run", "up", "deploy", "update", "create", "restart", "start", "stop", "rm"} & {verb, *rest[:3]}:
        touch(scene, command.at, "change", "docker", credentials=scene.powers())
        return
    if verb == "buildx" and rest:
        verb, rest = ("build", rest[1:]) if rest[0] in {"build", "b"} else ("buildx " + rest[0], rest[1:])
    if verb in {"build", "bud", "build-using-dockerfile"}:
        _build(command, rest, scene)
    elif verb == "push":
        _push(command, rest, scene)
    elif verb == "tag" and len(rest) > 1:
        scene.actions.local[rest[1]] = scene.actions.local.get(rest[0], rest[0])
    elif verb == "pull" and rest:
        scene.actions.pulled.add(rest[-1])
    elif verb == "buildx imagetools" and rest[:1] == ["create"]:
        given = options.read(rest[1:], frozenset({"-t", "--tag", "-f", "--file", "--progress", "--builder", "--annotation"}))
        for tag in given.all("-t", "--tag") if not given.on("--dry-run") else []:
            copied(command, given.rest[0] if given.rest else "", tag, scene)
    elif verb == "buildx bake" and "--push" in rest:
        scene.tell("which images `docker buildx bake` pushes is not in the pipeline", command.at)
    elif verb == "manifest push":
        given = options.read(rest, frozenset())
        pushed(command, given.rest[-1] if given.rest else "", scene)
    elif verb == "run":
        _run(command, rest, scene)
    elif verb in {"compose", "stack", "service", "swarm"} and {"up", "deploy", "update", "push", "create", "scale"} & set(rest[:3]):
        scene.tell(f"what `{command.name} {verb} {' '.join(rest[:2])}` acts on is not in the pipeline", command.at)


def _build(command: Command, words: list[str], scene: Scene) -> None:
    given = options.read(words, _BUILD)
    output = ",".join(given.all("-o", "--output"))
    push = given.on("--push") or "push=true" in output or "type=registry" in output
    names = given.all("-t", "--tag") or [part.partition("=")[2] for part in output.split(",") if part.startswith("name=")]
    for option in ("--metadata-file", "--iidfile", "--digestfile"):
        for file in given.all(option):
            scene.actions.digest_files[file] = "build"
    build(command, names, scene, pushes=push)


def _push(command: Command, words: list[str], scene: Scene) -> None:
    given = options.read(words, _COPY)
    for file in given.all("--digestfile"):
        scene.actions.digest_files[file] = "build"
    image = given.rest[-1] if given.rest else ""
    if given.on("--all-tags", "-a"):
        for name in [local for local in scene.actions.local if split(local)[0] == split(image)[0]]:
            pushed(command, name, scene)
    if image:
        pushed(command, image, scene)


def _run(command: Command, words: list[str], scene: Scene) -> None:
    """A tool run from its image: `docker run aquasec/trivy image X`."""
    from auditor.collectors.gocdnext.commands import TOOLS

    flags = {"--rm", "-i", "-t", "-it", "-ti", "-d", "--privileged", "--init", "--detach", "--interactive", "--tty", "--read-only"}
    index = 0
    while index < len(words) and words[index].startswith("-"):
        index += 1 if words[index] in flags or "=" in words[index] else 2
    if index >= len(words):
        return
    name = split(words[index])[0].rsplit("/", 1)[-1]
    inner = words[index + 1 :]
    if inner and inner[0].rsplit("/", 1)[-1] in {"sh", "bash"}:
        scene.tell(f"what runs in a container of {words[index]} cannot be told", command.at)
    elif name in TOOLS and (not inner or inner[0] != name):
        from auditor.collectors.gocdnext.commands import tell_apart

        tell_apart(_with(command, [name, *inner]), scene)
    elif inner and inner[0] in TOOLS:
        from auditor.collectors.gocdnext.commands import tell_apart

        tell_apart(_with(command, inner), scene)
    else:
        scene.tell(f"what runs in a container of {words[index]} cannot be told", command.at)


def _with(command: Command, words: list[str]) -> Command:
    from dataclasses import replace

    return replace(command, words=words)


def kaniko(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset({"-d", "--destination", "-f", "--dockerfile", "-c", "--context", "--build-arg", "--digest-file", "--image-name-with-digest-file"}))
    for file in given.all("--digest-file", "--image-name-with-digest-file", "--image-name-tag-with-digest-file"):
        scene.actions.digest_files[file] = "build"
    build(command, given.all("-d", "--destination"), scene, pushes=not given.on("--no-push"))


def crane(command: Command, scene: Scene) -> None:
    """crane and gcrane, regctl, oras, skopeo: copies and new tags inside registries."""
    words = [word for word in command.words[1:] if not (command.name == "regctl" and word == "image")]
    given = options.read(words, _COPY | {"-t", "--tag", "-f", "--new_layer", "--base"})
    verb, rest = (given.rest[0], given.rest[1:]) if given.rest else ("", [])
    if verb in {"copy", "cp", "sync"} and len(rest) > 1:
        for target in rest[1:]:
            copied(command, rest[0], target, scene)
        for file in given.all("--digestfile"):
            scene.actions.digest_files[file] = "promotion"
    elif verb == "tag" and len(rest) > 1:
        name, _, _ = split(rest[0])
        for target in rest[1:]:
            copied(command, rest[0], f"{name}:{target}" if "/" not in target else target, scene)
    elif verb in {"push", "append"}:
        target = (given.last("-t", "--tag") or rest[-1]) if rest or given.has("-t", "--tag") else ""
        if target and command.name in {"crane", "gcrane"}:
            build(command, [target], scene, pushes=True)


def ko(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset({"-t", "--tags", "--platform", "--image-refs", "--sbom", "-f", "--tag"}))
    if given.rest[:1] and given.rest[0] in {"build", "publish", "apply", "resolve"}:
        name = command.variable("KO_DOCKER_REPO")
        tags = [tag for value in given.all("-t", "--tags") for tag in value.split(",")] or ["latest"]
        for file in given.all("--image-refs"):
            scene.actions.digest_files[file] = "build"
        build(command, [f"{name}:{tag}" for tag in tags], scene, pushes=not (given.has("--push") and not given.on("--push")))
