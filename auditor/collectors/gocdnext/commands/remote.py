"""Commands that act on machines and clouds: ssh, rsync, Ansible, Terraform, cloud command lines."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext import options
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.touches import reference_setting, touch

_SSH = re.compile(r"SSH|DEPLOY.*KEY|ID_RSA|PRIVATE_KEY", re.IGNORECASE)
_CLOUD = re.compile(r"GCP|GCLOUD|GOOGLE|AWS|AZURE|ARM_|CLOUD|TF_|TERRAFORM|PULUMI|DEPLOY", re.IGNORECASE)
_HOST = re.compile(r"[^/:\s]+@[^/:\s]+:|[A-Za-z0-9._${}-]+:(?!//)")
_LOOKS = re.compile(r"describe.*|list.*|get.*|show.*|info|status|wait|logs?|help|version|config|login|auth|configure|sts|components|ls|account|head.*|tail|print.*|read|query|tokens?")
_ACTS = re.compile(r"deploy.*|create.*|update.*|set.*|apply|delete.*|remove.*|sync|cp|mv|rm|run.*|start.*|stop.*|restart|put.*|publish.*|promote.*|rollback.*|register.*|replace.*|import|up|push|scale|resize|patch.*|modify.*|execute.*|invoke.*|import.*|submit|upload.*|reboot.*|terminate.*|add.*|attach.*|detach.*|enable.*|disable.*|rollout")
_TERRAFORM = {"apply": "change", "destroy": "change", "import": "change", "taint": "change", "state": "change", "plan": "observe", "refresh": "observe", "up": "change", "preview": "observe"}
_LOCAL = frozenset({"get-credentials", "update-kubeconfig", "configure-docker", "get-login-password", "activate-service-account", "create-cred-config", "print-access-token"})


def ssh(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset(["-i", "-p", "-l", "-o", "-F", "-J", "-L", "-R", "-D", "-E", "-b", "-c", "-e", "-m", "-W", "-P"]))
    if command.name in {"scp", "rsync", "sftp"} and not any(_HOST.match(word) for word in given.rest):
        return
    key = given.last("-i")
    held = scene.secrets_in(key + command.files.get(key, ""))
    touch(scene, command.at, "change", command.name, credentials=held or scene.guess(_SSH))


def ansible(command: Command, scene: Scene) -> None:
    if command.name in {"ansible-playbook", "ansible"}:
        verb = "observe" if {"--check", "-C", "--syntax-check", "--list-hosts", "--list-tasks", "--version"} & set(command.words) else "change"
        touch(scene, command.at, verb, "ansible", credentials=scene.guess(_SSH))


def terraform(command: Command, scene: Scene) -> None:
    given = options.read(command.words[1:], frozenset({"-chdir", "-var-file", "-var", "--stack", "-s"}), single_dash=True)
    words = [word for word in given.rest if word not in {"run-all", "run", "--all"}]
    verb = _TERRAFORM.get(words[0] if words else "", "")
    if verb == "change" and words[0] == "state" and words[1:2] in (["list"], ["show"], ["pull"]):
        verb = "observe"
    if verb:
        touch(scene, command.at, verb, "terraform" if command.name in {"tofu", "terragrunt"} else command.name, credentials=scene.guess(_CLOUD))


def cloud(command: Command, scene: Scene) -> None:
    """gcloud, aws, az and others: what they do shows in their verbs."""
    given = options.read(command.words[1:], frozenset({"--region", "--project", "--image", "--zone", "--profile", "--cluster", "--service", "--name", "-n", "-g", "--resource-group", "--output", "--format", "-a", "--app", "-i"}))
    words = given.rest
    if {"get-credentials", "update-kubeconfig"} & set(words):
        cluster = given.last("--name", "-n") or words[-1]
        scene.actions.context["cluster"] = cluster if cluster not in _LOCAL else ""
    if _LOCAL & set(words) or words[:1] in (["auth"], ["config"], ["configure"], ["login"], ["sts"]):
        return
    verb = ""
    for word in words[:5]:
        if _ACTS.fullmatch(word):
            verb = verb or ("deploy" if word.startswith(("deploy", "rollout")) or word in {"update-service", "update-function-code"} else "rollback" if word.startswith("rollback") else "change")
        elif _LOOKS.fullmatch(word) and not verb:
            verb = "observe"
    if command.name in {"flyctl", "fly", "heroku", "vercel", "netlify", "wrangler", "serverless", "sls", "cdk", "sam", "firebase", "eb"}:
        verb = verb or ("deploy" if command.name == "vercel" else "")
        verb = "deploy" if verb == "change" and "deploy" in words else verb
    if command.words[1:3] == ["run", "deploy"] or words[:2] == ["run", "deploy"]:
        verb = "deploy"
    images = [found for value in given.all("--image", "-i") if (found := reference_setting(command, value, "image", value, scene)) is not None]
    environment = "production" if given.on("--prod", "--production") else ""
    if verb:
        cluster = given.last("--cluster", "--project") or scene.actions.context.get("cluster", "")
        touch(scene, command.at, verb, command.name, environment=environment, cluster=cluster, credentials=scene.guess(_CLOUD), images=images if verb == "deploy" else [])
