"""What a job's own markers say it acts on: `deploy`, `environment` and `cluster`."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.touches import touch

TOOL = "gocdnext"
# Commands whose words speak of more than tests, and those whose words are hidden.
_ACTS = re.compile(r"deploy|prod|release|publish|promote|rollout|ship|push|helm|kubectl|argocd|terraform|` runs cannot be told|is a variable", re.IGNORECASE)


def mark(scene: Scene) -> None:
    """Add the touch that the markers stand for, unless a command that acts carries it already; or say that nobody can tell."""
    job, actions = scene.job, scene.actions
    if not job.is_executable:
        return
    acting = any(found.verb != "observe" for found in actions.touches)
    deploy = job.deploy
    if deploy is not None and deploy.target is not None:
        target = {name: value.text for name, value in deploy.target.items()}
        verb = "observe" if target.get("sync_mode", "").strip() == "observe" else "deploy"
        touch(scene, scene.place(deploy.at), verb, "argocd", namespace=target.get("namespace", ""), cluster=target.get("cluster", ""))
    elif deploy is not None and not acting:
        touch(scene, scene.place(deploy.at), "deploy", TOOL)
    elif acting or deploy is not None:
        return
    elif job.environment is not None and job.environment.text.strip():
        only_looks = bool(actions.touches) and not actions.unread
        held = [name for name in scene.powers() if name in scene.secrets] if actions.unread else []
        touch(scene, scene.place(job.environment.at), "observe" if only_looks else "change", TOOL, credentials=held)
    elif job.cluster is not None and actions.unread:
        touch(scene, scene.place(job.cluster.at), "change", TOOL)
    elif actions.unread and not actions.lost:
        _lose(scene)


def _lose(scene: Scene) -> None:
    """What cannot be told of a job that is handed credentials may be anything they allow."""
    actions = scene.actions
    speaking = next((remark for remark in actions.unread if _ACTS.search(remark.message)), None)
    held = scene.powers() or (scene.strangers() if speaking is not None else [])
    if held:
        remark = speaking or actions.unread[0]
        actions.lost = f"{remark.message}, and it is handed {held[0]}"
        actions.lost_at = remark.at
        actions.lost_hint = "call the tool in the pipeline, or put the script in the repository as a shell script"
