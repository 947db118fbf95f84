"""Commands that act on a cluster: helm, kubectl, Argo Rollouts, kustomize, Argo CD, helmfile."""

from __future__ import annotations

from auditor.collectors.gocdnext import options
from auditor.collectors.gocdnext.commands import contexts
from auditor.collectors.gocdnext.options import Options
from auditor.collectors.gocdnext.references import words_of
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.touches import reference_setting, setting, touch
from auditor.model.facts.actions import ImageSetting

_KUBE = {"-n", "--namespace", "--kubeconfig", "--context", "--kube-context", "--cluster", "--token", "--server", "-s", "--user", "--as"}
_HELM = frozenset(
    _KUBE
    | {"-f", "--values", "--set", "--set-string", "--set-json", "--set-file", "--set-literal", "--version", "--timeout", "--repo", "--description", "--history-max"}
    | {"--post-renderer", "--username", "--password", "--keyring", "-o", "--output", "--kube-token", "--kube-apiserver", "--ca-file", "--cert-file", "--key-file", "-l", "--labels"}
)
_KUBECTL = frozenset(
    _KUBE
    | {"-f", "--filename", "-k", "--kustomize", "-l", "--selector", "-o", "--output", "-c", "--container", "--timeout", "-p", "--patch", "--type", "--replicas"}
    | {"--field-selector", "--for", "--to-revision", "--image", "--from-literal", "--from-file", "--field-manager", "--patch-file", "--tail", "--since", "--timeout-seconds"}
    | {"--overrides", "--restart", "--grace-period", "--cascade", "--request-timeout", "--docker-server", "--docker-username", "--docker-password", "--from-env-file"}
)
_ARGOCD = frozenset(
    {"--server", "--auth-token", "--grpc-web-root-path", "--revision", "--resource", "--timeout", "-p", "--parameter", "--helm-set", "--helm-set-string", "--kustomize-image"}
    | {"--values", "--plugin-env", "--server-crt", "--project", "-l", "--selector", "--label", "-o", "--output", "--dest-namespace", "--operation-timeout", "--retry-limit"}
)
_SAME = {"-n": "--namespace"}
_HELM_VERBS = {"upgrade": "deploy", "install": "deploy", "rollback": "rollback", "uninstall": "change", "delete": "change", "un": "change", "del": "change"}
_HELM_LOOKS = frozenset({"list", "ls", "status", "get", "history", "hist", "diff", "test"})
_KUBECTL_LOOKS = frozenset(
    {"get", "describe", "logs", "top", "wait", "diff", "auth", "explain", "events", "cluster-info", "port-forward", "proxy", "api-resources", "api-versions"}
)
_KUBECTL_LOCAL = frozenset({"config", "version", "kustomize", "completion", "plugin", "options", "help", "krew"})
_ROLLOUT_VERBS = {"undo": "rollback", "restart": "change", "pause": "change", "resume": "change"}
_ARGO_VERBS = {"undo": "rollback", "promote": "change", "abort": "change", "retry": "change", "restart": "change", "pause": "change", "set": "deploy", "terminate": "change", "create": "deploy", "delete": "change"}
_ARGOCD_VERBS = {"sync": "deploy", "rollback": "rollback", "set": "deploy", "create": "deploy", "delete": "change", "patch": "change", "actions": "change", "unset": "change", "terminate-op": "change"}


def helm(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _HELM, same=_SAME)
    verb, rest = (given.rest[0], given.rest[1:]) if given.rest else ("", [])
    if verb == "secrets" and rest:  # the plugin that decrypts values in front of a command
        verb, rest = rest[0], rest[1:]
    if verb not in _HELM_VERBS and verb not in _HELM_LOOKS:
        if verb.startswith("$"):
            scene.tell(f"what `helm {verb}` does cannot be told", command.at)
        return
    acts = _HELM_VERBS.get(verb, "observe")
    if given.on("--dry-run"):
        acts = "observe"
    if not given.has("--namespace"):
        given.add("--namespace", command.variable("HELM_NAMESPACE"))
    names = 0 if given.has("-g", "--generate-name") else 1
    chart = rest[names] if acts == "deploy" and len(rest) > names else ""
    images = _helm_images(command, given, scene) if acts == "deploy" else []
    waits = "release" if acts == "deploy" and given.on("--wait", "--atomic") else ""
    _touch(command, scene, given, acts, "helm", chart=chart, images=images, settings=_switches(given) if acts == "deploy" else [], waits=waits)


def _switches(given: Options) -> list[str]:
    """Settings that are true or false; other values may be anything, secrets too."""
    parts = [part.strip() for name in ("--set", "--set-string") for value in given.all(name) for part in _settings(value)]
    return [part for part in parts if part.rpartition("=")[2].lower() in {"true", "false"} and len(part) < 200]


def _helm_images(command: Command, given: Options, scene: Scene) -> list[ImageSetting]:
    found: dict[str, ImageSetting] = {}
    for name in ("--set", "--set-string", "--set-literal"):  # the later kind wins, whatever the order on the command line
        for value in given.all(name):
            for part in _settings(value):
                key, equals, text = part.partition("=")
                image = setting(command, value, key.strip(), text, scene) if equals else None
                if image is not None:
                    found[key.strip()] = image
    for value in given.all("--set-json"):
        key, _, text = value.partition("=")
        image = setting(command, value, key.strip(), text.strip('"'), scene) if key else None
        if image is not None:
            found[key.strip()] = image
    return list(found.values())


def _settings(value: str) -> list[str]:
    """`a=b,c=d` taken apart at commas that are not escaped, in braces or in a reference."""
    found, level, part, previous = [], 0, "", ""
    for char in value:
        level += {"{": 1, "(": 1, "}": -1, ")": -1}.get(char, 0)
        if char == "," and level <= 0 and previous != "\\":
            found.append(part)
            part = ""
        else:
            part += char
        previous = char
    return [*found, part]


def _touch(
    command: Command,
    scene: Scene,
    given: Options,
    verb: str,
    tool: str,
    *,
    chart: str = "",
    images: list[ImageSetting] | None = None,
    settings: list[str] | None = None,
    waits: str = "",
    why: str = "",
) -> None:
    touch(
        scene,
        command.at,
        verb,
        tool,
        namespace=given.last("--namespace") or scene.actions.context.get("namespace", ""),
        cluster=given.last("--kube-context", "--context") or command.variable("HELM_KUBECONTEXT") or scene.actions.context.get("cluster", ""),
        credentials=scene.kube_credentials(command, given.last("--kubeconfig")),
        chart=chart,
        images=images,
        settings=settings,
        waits=waits,
        why=why or ("" if command.fails else command.why),
    )


def kubectl(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _KUBECTL, same=_SAME)
    verb, rest = (given.rest[0], given.rest[1:]) if given.rest else ("", [])
    if verb == "argo" and rest[:1] == ["rollouts"]:
        _argo(command, scene, given, rest[1:])
        return
    if verb == "config" and rest[:1] in (["use-context"], ["set-context"]):
        contexts.switch(rest[1:2] if rest[0] == "use-context" or not given.has("--current") else [], given.all("--namespace"), scene)
    if verb in _KUBECTL_LOCAL or not verb:
        return
    if verb in _KUBECTL_LOOKS or (given.has("--dry-run") and given.last("--dry-run") != "none"):
        waits = "deployment" if verb == "wait" else ""
        _touch(command, scene, given, "observe", "kubectl", waits=waits)
        return
    acts, images, waits = "change", list[ImageSetting](), ""
    if verb in {"apply", "create", "replace", "run", "set"}:
        acts, images = _applies(verb, rest, given, command, scene)
    elif verb == "rollout":
        acts = _ROLLOUT_VERBS.get(rest[0] if rest else "", "observe")
        waits = "deployment" if rest[:1] == ["status"] and given.last("--watch", "-w") != "false" else ""
    elif verb == "patch":
        acts, images = _patched(given, command, scene)
    elif verb.startswith("$"):
        scene.tell(f"what `kubectl {verb}` does cannot be told", command.at)
    _touch(command, scene, given, acts, "kubectl", images=images, waits=waits)


def flux(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _KUBECTL | {"--source", "--path", "--interval"}, same=_SAME)
    verb = {"reconcile": "deploy", "resume": "change", "suspend": "change", "create": "change", "delete": "change"}.get(given.rest[0] if given.rest else "", "")
    if verb:
        _touch(command, scene, given, verb, "flux")


def _applies(verb: str, rest: list[str], given: Options, command: Command, scene: Scene) -> tuple[str, list[ImageSetting]]:
    if verb == "set" and rest[:1] == ["image"]:
        return "deploy", _assigned(rest[2:] if "/" in "".join(rest[1:2]) else rest[3:], command, scene)
    if verb == "run" or (verb == "create" and rest[:1] and rest[0] in {"deployment", "deploy", "job", "cronjob"}):
        images = [found for value in given.all("--image") if (found := reference_setting(command, value, "image", value, scene)) is not None]
        return "deploy", images
    if verb in {"apply", "replace"} or (verb == "create" and given.has("-f", "--filename", "-k", "--kustomize")):
        return "deploy", list(scene.actions.images) or _edited(command, scene)
    return "change", []


def _edited(command: Command, scene: Scene) -> list[ImageSetting]:
    """References that `sed` puts into what is applied: `sed "s|IMAGE|NAME@DIGEST|" FILE | kubectl apply -f -`."""
    found = []
    for word in words_of(command.stdin[2:-1]) if command.stdin.startswith("$(") and "sed " in command.stdin else []:
        parts = word.strip("'\"").split(word.strip("'\"")[1:2] or " ")
        if parts[0] == "s" and len(parts) == 4 and "@" in parts[2]:
            image = reference_setting(command, word, parts[1], parts[2], scene)
            found += [image] if image is not None else []
    return found


def _assigned(words: list[str], command: Command, scene: Scene) -> list[ImageSetting]:
    """`CONTAINER=IMAGE` of `set image`."""
    found = []
    for word in words:
        key, equals, value = word.partition("=")
        image = reference_setting(command, word, key, value, scene) if equals else None
        if image is not None:
            found.append(image)
    return found


def _patched(given: Options, command: Command, scene: Scene) -> tuple[str, list[ImageSetting]]:
    patch = given.last("-p", "--patch")
    mark = patch.find('"image"') + 7 if '"image"' in patch else patch.find('"value"') + 7 if '/image"' in patch and '"value"' in patch else -1
    if mark < 0:
        return "change", []
    value = patch[mark:].lstrip(": ").lstrip('"').split('"', 1)[0]
    image = reference_setting(command, patch, "image", value, scene)
    return "deploy", [image] if image is not None else []


def argo_rollouts(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _KUBECTL, same=_SAME)
    _argo(command, scene, given, given.rest)


def _argo(command: Command, scene: Scene, given: Options, rest: list[str]) -> None:
    verb = rest[0] if rest else ""
    if verb in {"version", "lint", "dashboard", "completion", ""}:
        return
    images = _assigned(rest[3:], command, scene) if rest[:2] == ["set", "image"] else []
    waits, why = "", ""
    if verb == "status" and given.last("--watch", "-w") != "false":
        waits = "rollout"
    elif verb == "get" and given.on("--watch", "-w"):
        waits, why = "rollout", "`get rollout --watch` only shows the rollout: it does not fail when that degrades"
    _touch(command, scene, given, _ARGO_VERBS.get(verb, "observe"), "argo-rollouts", images=images, waits=waits, why=why)


def kustomize(command: Command, scene: Scene) -> None:
    """`kustomize edit set image NAME=REFERENCE` counts at the next apply."""
    if command.words[1:4] == ["edit", "set", "image"]:
        for word in command.words[4:]:
            image = kustomized(command, word, scene)
            if image is not None:
                scene.actions.images.append(image)


def kustomized(command: Command, word: str, scene: Scene) -> ImageSetting | None:
    """`NAME=REFERENCE`, `NAME:TAG` or `NAME@DIGEST`."""
    key, equals, value = word.partition("=")
    return reference_setting(command, word, key if equals else "image", value if equals else word, scene)


def argocd(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _ARGOCD)
    if given.rest[:1] == ["app"] and len(given.rest) > 1:
        images = []
        for name in ("--helm-set", "--helm-set-string", "-p", "--parameter"):
            for value in given.all(name):
                key, equals, text = value.partition("=")
                image = setting(command, value, key, text, scene) if equals else None
                images += [image] if image is not None else []
        images += [image for value in given.all("--kustomize-image") if (image := kustomized(command, value, scene)) is not None]
        verb = _ARGOCD_VERBS.get(given.rest[1], "observe")
        if given.rest[1] == "set":
            scene.actions.images += images
        elif given.rest[1] == "sync":
            images = images or list(scene.actions.images)
        credentials = scene.secrets_in(" ".join([given.last("--auth-token"), command.variable("ARGOCD_AUTH_TOKEN")])) or [
            name for name in sorted(scene.secrets) if "ARGO" in name.upper()
        ]
        namespace = given.last("--dest-namespace")
        waits = "application" if given.rest[1] == "wait" else ""
        touch(
            scene,
            command.at,
            verb,
            "argocd",
            namespace=namespace,
            credentials=credentials,
            images=images,
            chart=" ".join(given.rest[2:3]),
            waits=waits,
            why="" if command.fails else command.why,
        )


def helmfile(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], _HELM | {"-e", "--environment", "--file", "--selector", "--args", "--state-values-set"}, same=_SAME)
    verb = {"apply": "deploy", "sync": "deploy", "destroy": "change", "delete": "change", "diff": "observe", "status": "observe"}.get(given.rest[0] if given.rest else "", "")
    if not verb:
        return
    images = []
    for value in given.all("--set", "--state-values-set"):
        key, equals, text = value.partition("=")
        image = setting(command, value, key, text, scene) if equals else None
        images += [image] if image is not None else []
    touch(
        scene,
        command.at,
        verb,
        "helmfile",
        namespace=given.last("--namespace"),
        environment=given.last("-e", "--environment"),
        cluster=given.last("--kube-context"),
        credentials=scene.kube_credentials(command, given.last("--kubeconfig")),
        images=images if verb == "deploy" else [],
    )
