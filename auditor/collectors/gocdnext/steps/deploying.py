"""Plugins that act on clusters, clouds, machines and databases."""

from __future__ import annotations

from auditor.collectors.gocdnext.commands import cluster, migrations, tell_apart
from auditor.collectors.gocdnext.steps.step import Step
from auditor.collectors.gocdnext.touches import touch


def _kube(step: Step) -> list[str]:
    """The options that the entry point puts in front, the kubeconfig among them."""
    namespace, kubeconfig = step.value("namespace"), step.value("kubeconfig")
    return (["--namespace", namespace] if namespace else []) + ([f"--kubeconfig={kubeconfig}"] if kubeconfig else [])


def helm(step: Step) -> None:
    cluster.helm(step.split("helm", _kube(step)), step.scene)


def kubectl(step: Step) -> None:
    cluster.kubectl(step.split("kubectl", _kube(step)), step.scene)


def kustomize(step: Step) -> None:
    command = step.command(["kubectl", *_kube(step)], at=step.at_input("action" if step.has("action") else "path"))
    for image in step.value("images").replace(",", "\n").splitlines():
        found = cluster.kustomized(step.command(["kustomize"], at=step.at_input("images")), image.strip(), step.scene) if image.strip() else None
        if found is not None:
            step.scene.actions.images.append(found)
    action = step.value("action")
    if action == "apply":
        command.words += ["apply", "-k", step.value("path")]
        cluster.kubectl(command, step.scene)
    elif action in {"diff", "validate"}:
        command.words += ["diff", "-k", step.value("path")]
        cluster.kubectl(command, step.scene)


def argocd(step: Step) -> None:
    tell_apart(step.split("argocd", [], prefix={"ARGOCD_AUTH_TOKEN": step.value("auth_token")}), step.scene)


def cloud(step: Step) -> None:
    """gcloud, aws-cli, terraform: one program with the command's words."""
    name = {"aws-cli": "aws"}.get(step.plugin.name, step.plugin.name)
    tell_apart(step.split(name, []), step.scene)
    if "&&" in step.value("command").split() and step.scene.version == "documented":
        _rest(step)


def _rest(step: Step) -> None:
    """As the documentation has it, what follows `&&` runs too."""
    words = step.split("", []).words[1:]
    while "&&" in words:
        words = words[words.index("&&") + 1 :]
        end = words.index("&&") if "&&" in words else len(words)
        command = step.split("", [])
        command.words = words[:end]
        if command.words:
            tell_apart(command, step.scene)


def migrate(step: Step) -> None:
    command = step.split(step.plugin.name, [])
    verbs = {"flyway": {"migrate", "repair", "undo", "clean"}, "goose": {"up", "down", "down-to", "redo", "reset"}}.get(step.plugin.name, {"update"})
    found = [word for word in command.words[1:] if word in verbs or (step.plugin.name == "liquibase" and word.startswith("rollback"))]
    if found:
        migrations.record(step.plugin.name, command, step.scene, "", " ".join(found))


def remote(step: Step) -> None:
    secrets = step.scene.secrets_in(" ".join([step.value("key"), step.value("password"), step.value("ssh-private-key")]))
    verb = "observe" if step.on("check") else "change"
    touch(step.scene, step.at, verb, step.plugin.name, credentials=secrets)


def site(step: Step) -> None:
    """Sites: a preview unless it says production; Cloudflare, GitHub Pages and Gravitee always publish."""
    preview = step.plugin.name in {"vercel", "netlify"} and not step.on("prod")
    environment = "production" if step.plugin.name in {"vercel", "netlify"} and not preview else ""
    touch(step.scene, step.at, "deploy", step.plugin.name, environment=environment or ("preview" if preview else ""))


def unknown(step: Step) -> None:
    """A plugin we know nothing of, with inputs that name where it acts."""
    kubeconfig = step.value("kubeconfig")
    touch(
        step.scene,
        step.at,
        "deploy" if step.plugin.known is not None and step.plugin.known.category == "deploy" else "change",
        step.plugin.name,
        namespace=step.value("namespace"),
        cluster=step.value("cluster"),
        environment=step.value("environment"),
        credentials=step.scene.secrets_in(kubeconfig) or None,
    )


STEPS = {
    "helm": helm,
    "kubectl": kubectl,
    "kustomize": kustomize,
    "argocd": argocd,
    **dict.fromkeys(("gcloud", "aws-cli", "terraform"), cloud),
    **dict.fromkeys(("flyway", "goose", "liquibase"), migrate),
    **dict.fromkeys(("ssh", "ansible"), remote),
    **dict.fromkeys(("vercel", "netlify", "cloudflare-pages", "gh-pages", "gravitee"), site),
}
