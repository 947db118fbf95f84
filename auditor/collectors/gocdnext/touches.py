"""Touches of something outside: which namespace, environment, cluster and credential, and which image a deploy sets."""

from __future__ import annotations

from auditor.collectors.gocdnext.references import masked, split
from auditor.collectors.gocdnext.scene import UNRESOLVED, Scene, settled, shown
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.traces import origin, target
from auditor.model.facts.actions import ImageSetting, Touch, Trace
from auditor.model.place import At


def touch(
    scene: Scene,
    at: At,
    verb: str,
    tool: str,
    *,
    namespace: str = "",
    cluster: str = "",
    environment: str = "",
    credentials: list[str] | None = None,
    chart: str = "",
    images: list[ImageSetting] | None = None,
    command: str = "",
    settings: list[str] | None = None,
    waits: str = "",
    why: str = "",
) -> None:
    """Record it, once for each credential that may be in use.  `why`: what keeps its failure from failing the job."""
    job = scene.job
    alias = job.cluster.text if job.cluster is not None else ""
    for credential in credentials or [""]:
        found = Touch(
            verb=verb,  # type: ignore[arg-type]
            tool=tool,
            namespace=settled(namespace),
            environment=scene.environment or shown(environment),
            cluster=alias or shown(cluster),
            credential=credential,
            chart=shown(chart),
            images=images or [],
            command=command,
            settings=settings or [],
            waits=waits,  # type: ignore[arg-type]
            fails=not why,
            why=why,
            at=at,
        )
        if found not in scene.actions.touches:
            scene.actions.touches.append(found)


def setting(command: Command, word: str, key: str, value: str, scene: Scene) -> ImageSetting | None:
    """The image setting that `key=value` is, None where it is about something else."""
    value = value.strip().strip("'\"")
    last = key.replace("]", "").replace("[", ".").rsplit(".", 1)[-1].lower()
    at = command.at_of(word)
    path = key.lower()
    if last in {"digest", "imagedigest", "image_digest", "sha", "sha256"} and ("image" in path or last not in {"sha", "sha256"}):
        return ImageSetting(key=str(key), form="digest", trace=digest_trace(value, scene, command), at=at)
    if last in {"tag", "imagetag", "image_tag"} or (last == "version" and "image" in path):
        if "@" in masked(value):
            return ImageSetting(key=str(key), form="digest", trace=target("x/x:" + value, scene, command.files), at=at)
        trace = Trace(kind="tag", text=shown(value)[:300])
        return ImageSetting(key=str(key), form="tag", trace=trace, at=at)
    if last in {"image", "repository", "imageref", "image_ref"} or last.endswith("image"):
        return reference_setting(command, word, key, value, scene)
    return None


def reference_setting(command: Command, word: str, key: str, value: str, scene: Scene) -> ImageSetting | None:
    """A whole image reference; None where it names a repository only."""
    _, tag, digest = split(value)
    if tag or digest or value.startswith("$"):
        return ImageSetting(key=str(key), form="reference", trace=target(value, scene, command.files), at=command.at_of(word))
    return None


def digest_trace(value: str, scene: Scene, command: Command) -> Trace:
    """A digest, perhaps with the repository in front; text that is neither a digest nor a reference to one is `other`."""
    if UNRESOLVED in value:
        return Trace(kind="unresolved", text=shown(value)[:300])
    return origin(value, scene, command.files)
