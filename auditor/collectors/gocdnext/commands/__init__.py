"""What a command does, told apart by its name; one module a family of tools."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from auditor.collectors.gocdnext.commands import checks, cluster, contexts, git, images, migrations, remote, scanning, signing
from auditor.collectors.gocdnext.comparing import compare
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.touches import touch
from auditor.model.facts.actions import Check

Handler = Callable[[Command, Scene], None]

TOOLS: dict[str, Handler] = {
    **dict.fromkeys(("helm", "helm3"), cluster.helm),
    **dict.fromkeys(("kubectl", "oc", "k3s", "kubecolor"), cluster.kubectl),
    **dict.fromkeys(("kubectl-argo-rollouts", "argo-rollouts"), cluster.argo_rollouts),
    "kustomize": cluster.kustomize,
    "argocd": cluster.argocd,
    "flux": cluster.flux,
    **dict.fromkeys(("kubectx", "kubens"), contexts.switcher),
    **dict.fromkeys(("kind", "k3d", "minikube", "k0s", "microk8s"), contexts.own),
    "helmfile": cluster.helmfile,
    **dict.fromkeys(("ssh", "scp", "rsync", "sftp"), remote.ssh),
    **dict.fromkeys(("ansible-playbook", "ansible"), remote.ansible),
    **dict.fromkeys(("terraform", "tofu", "terragrunt", "pulumi"), remote.terraform),
    **dict.fromkeys(
        ["gcloud", "aws", "az", "gsutil", "doctl", "flyctl", "fly", "heroku", "vercel", "netlify", "wrangler", "serverless", "sls", "cdk", "sam", "firebase", "eb", "ecs-cli", "copilot", "nomad", "skaffold", "waypoint", "kamal", "cf"], remote.cloud
    ),
    **dict.fromkeys(("docker", "podman", "nerdctl", "buildah", "img"), images.docker),
    **dict.fromkeys(("executor", "kaniko"), images.kaniko),
    **dict.fromkeys(("crane", "gcrane", "skopeo", "regctl", "oras"), images.crane),
    "ko": images.ko,
    "cosign": signing.cosign,
    "notation": signing.notation,
    "syft": signing.syft,
    "trivy": scanning.trivy,
    "grype": scanning.grype,
    "snyk": scanning.snyk,
    **dict.fromkeys(("gitleaks", "trufflehog", "detect-secrets", "ggshield"), scanning.secrets),
    **dict.fromkeys(
        ["semgrep", "osv-scanner", "govulncheck", "pip-audit", "npm-audit", "safety", "bandit", "gosec", "brakeman", "checkov", "tfsec", "kubesec", "kics", "terrascan", "hadolint", "conftest", "kube-linter", "dependency-check", "bundler-audit"],
        scanning.others,
    ),
    "git": git.git,
    **dict.fromkeys(("gh", "glab", "hub"), git.gh),
    **dict.fromkeys(("semantic-release", "goreleaser", "release-it", "standard-version", "release-please"), git.releaser),
}

# They change nothing outside the job, or only what a person would not call a deployment.
HARMLESS = frozenset(
    ["[", "[[", "((", "test", "true", "false", ":", "echo", "printf", "cat", "cd", "ls", "pwd", "mkdir", "rm", "rmdir", "cp", "mv", "ln", "touch", "chmod", "chown", "mktemp", "tee", "head", "tail", "sed", "awk", "grep", "egrep", "fgrep", "cut", "tr", "sort", "uniq", "wc", "jq", "yq", "base64", "sha256sum", "sha1sum", "md5sum", "date", "sleep", "find", "basename", "dirname", "realpath", "readlink", "seq", "expr", "trap", "wait", "which", "type", "hash", "command", "exit", "return", "break", "continue", "shift", "set", "unset", "export", "local", "apk", "apt", "apt-get", "yum", "dnf", "microdnf", "brew", "pip", "pip3", "pipx", "uv", "npm", "pnpm", "yarn", "corepack", "go", "cargo", "rustup", "gem", "bundle", "envsubst", "gpg", "openssl", "tar", "gzip", "gunzip", "zip", "unzip", "xz", "wget", "diff", "cmp", "comm", "paste", "nl", "fold", "column", "id", "whoami", "uname", "hostname", "env", "printenv", "ulimit", "umask", "stat", "du", "df", "ps", "kill", "pushd", "popd", "file", "strings", "xxd", "od", "less", "more", "tty", "clear", "nslookup", "dig", "ping", "nc", "getent", "install", "dos2unix", "rev", "yes", "timeout", "getopts", "alias", "shopt", "let", "source", ".", "ssh-keyscan", "ssh-agent", "ssh-add", "ssh-keygen", "update-ca-certificates", "helm-docs", "crc32", "sync", "dockerd", "dockerd-entrypoint.sh", "lsb_release", "pg_isready", "wait-for-it", "jd", "diffoci", "dive", "cyclonedx-py", "cyclonedx", "gunzip", "bc", "ts", "pv", "tree", "time", "protoc", "sqlc", "templ", "mockgen", "swag", "git-cliff", "conform", "lychee", "semver"]
)
_INTERPRETERS = frozenset({"python", "python3", "node", "ruby", "perl", "php", "deno", "bun", "java", "pwsh", "Rscript", "lua", "tsx", "ts-node", "make", "task", "just", "rake", "npx", "npm", "yarn", "pnpm", "invoke", "nox", "bazel", "gulp", "grunt", "mage"})
_TESTS = re.compile(r"smoke|e2e|integration|acceptance|health|probe|canary-test", re.IGNORECASE)
_NOTIFIES = ("slack", "teams", "discord", "telegram", "pagerduty", "opsgenie", "mattermost", "chat.googleapis", "sentry", "honeycomb", "newrelic", "datadog")


def tell_apart(command: Command, scene: Scene) -> None:
    """Record what one command does; what cannot be told goes to `unread`."""
    name = command.name
    if compare(command, scene):
        return
    if name == "docker" and command.words[1:2] == ["scout"]:
        scanning.docker_scout(command, scene)
        return
    inner = _behind(command)
    if inner is not None:
        tell_apart(inner, scene)
        return
    handler = TOOLS.get(name)
    if handler is not None:
        handler(command, scene)
    elif not (_audits(command, scene) or migrations.migrate(command, scene) or checks.check(command, scene)):
        _unknown(command, scene)


def _behind(command: Command) -> Command | None:
    """The tool that `npx TOOL`, `python -m TOOL`, `yarn exec TOOL` and the like start."""
    words = [word for word in command.words if word not in {"--yes", "-y", "--no-install", "--"}]
    for start in (("npx",), ("bunx",), ("pnpm", "dlx"), ("pnpm", "exec"), ("yarn", "dlx"), ("yarn", "exec"), ("npm", "exec"), ("python", "-m"), ("python3", "-m"), ("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("bundle", "exec"), ("uvx",), ("go", "run"), ("pdm", "run"), ("hatch", "run")):
        if tuple(words[: len(start)]) == start and len(words) > len(start):
            tool = words[len(start)].rsplit("/", 1)[-1].split("@", 1)[0]
            if start == ("go", "run") and tool not in TOOLS and tool not in {"goose", "migrate"}:
                return None
            return replace(command, words=[tool, *words[len(start) + 1 :]])
    if len(words) > 1 and words[0] in {"python", "python3", "php"} and words[1].rsplit("/", 1)[-1] in {"manage.py", "artisan"}:
        return replace(command, words=[words[1].rsplit("/", 1)[-1], *words[2:]])
    return None


def _audits(command: Command, scene: Scene) -> bool:
    """`npm audit`, `yarn audit`, `cargo audit`, `composer audit`."""
    if command.name in {"npm", "yarn", "pnpm", "cargo", "composer"} and "audit" in command.words[1:3]:
        scanning.others(replace(command, words=["npm-audit", *command.words[2:]]), scene)
        return True
    return False


def _unknown(command: Command, scene: Scene) -> None:
    name, text = command.name, " ".join(command.words)[:80]
    if name in {"curl", "http", "https", "xh", "wget"}:
        _request(command, scene)
    elif _TESTS.search(name):
        _probe(command, scene)
        scene.tell(f"what `{text}` does cannot be told", command.at)
    elif name.startswith("$"):
        scene.tell(f"the command `{text}` is a variable", command.at)
    elif name in _INTERPRETERS and name not in {"npm", "yarn", "pnpm"}:
        if not {"--version", "-V", "-v"} & set(command.words[1:]) and len(command.words) > 1:
            scene.tell(f"what `{text}` does cannot be told", command.at)
    elif (name in {"npm", "yarn", "pnpm", "bundle", "cargo", "uv"} and len(command.words) > 2) or name not in HARMLESS:
        scene.tell(f"what `{text}` does cannot be told", command.at)


def _probe(command: Command, scene: Scene, why: str = "") -> None:
    """A request or script that is a smoke test if it comes after a deploy."""
    why = why or ("" if command.fails else command.why)
    scene.actions.probes.append(Check(of="tests", blocks=not why, why=why, at=command.at))


def _request(command: Command, scene: Scene) -> None:
    """A request that changes something, other than a message to people."""
    words = command.words[1:]
    text = " ".join(words).lower()
    methods = {word.upper().removeprefix("-X").removeprefix("--REQUEST=") for word in words}
    sends = bool(methods & {"POST", "PUT", "PATCH", "DELETE"}) or any(word in {"-d", "--data", "-T", "-F", "--form", "--json", "--upload-file"} or word.startswith("--data") for word in words)
    if not sends and not any(word in {"-O", "--output", "--output-dir", "-P"} or word.startswith("-o") for word in words):
        lenient = command.name == "curl" and not any(word.startswith("--fail") or (word[:1] == "-" and word[1:2] != "-" and "f" in word) for word in words)
        _probe(command, scene, "without `--fail` an error page is a success" if lenient and not command.nested else "")
    if sends and not any(name in text for name in _NOTIFIES):
        _sent(command, text, scene)


def _sent(command: Command, text: str, scene: Scene) -> None:
    held = scene.secrets_in(" ".join(command.words))
    forge = any(host in text for host in ("api.github.com", "/api/v3/", "gitlab", "/api/v4/", "bitbucket"))
    if forge and ("refs/tags/" in text or "/repository/tags" in text):
        git.created(command, scene, command.name, "tag")
    elif forge and "/releases" in text:
        git.created(command, scene, command.name, "release")
    elif forge or not held or ("webhook" in text and "deploy" not in text):
        scene.tell("what the request of `curl` sets off cannot be told", command.at)
    else:
        touch(scene, command.at, "change", "curl", credentials=held)
