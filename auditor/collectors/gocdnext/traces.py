"""Where a digest or image reference comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from auditor.collectors.gocdnext.expressions import Reference, references
from auditor.collectors.gocdnext.pipeline import Place, Text
from auditor.collectors.gocdnext.references import is_reference, masked, split, words_of
from auditor.collectors.gocdnext.scene import UNRESOLVED, Scene, shown
from auditor.collectors.images import is_digest
from auditor.model.facts.actions import Trace

Files = Mapping[str, str]
NOTHING = Trace(kind="none")
NO_FILES: Files = {}
_BARE = re.compile(r"[0-9a-f]{64}")
_PIPE = re.compile(r" \|\|? ")
# Programs that print the digest which a registry has under a reference: name -> words that must follow.
_REGISTRY = {"crane": ("digest", "manifest"), "skopeo": ("inspect",), "regctl": ("digest", "manifest", "head", "inspect"), "oras": ("resolve", "manifest"), "docker": ("inspect", "images"), "podman": ("inspect",), "cosign": ("triangulate",), "nerdctl": ("inspect",)}


def target(text: str, scene: Scene, files: Files = NO_FILES) -> Trace:
    """The origin of what an image reference names: by its digest if it has one."""
    name, tag, digest = split(text)
    if digest:
        return _with_text(origin(digest, scene, files), text)
    if tag or not is_reference(name):
        return _trace("tag", text)
    return _with_text(origin(name, scene, files), text)


def origin(text: str, scene: Scene, files: Files = NO_FILES, depth: int = 0) -> Trace:
    """The origin of a digest, or of a variable that holds a reference."""
    value = text.strip().strip("'\"")
    if not value or depth > 6:
        return NOTHING if not value else _trace("other", text)
    if UNRESOLVED in value:
        return _trace("unresolved", text)
    if is_digest(value) or _BARE.fullmatch(value):
        return _trace("literal", text)
    if value.startswith(("sha256:$", "sha512:$")):
        value = value.partition(":")[2]
    if value.startswith("$(") and value.endswith(")"):
        return _with_text(_command(value[2:-1], scene, files, depth), text)
    if not is_reference(value):
        name, tag, digest = split(value)
        if digest:
            return _with_text(origin(digest, scene, files, depth + 1), text)
        return _trace("tag", text) if tag and "/" in name else _trace("other", text)
    found = references(Text(value, Place()))
    return _with_text(_reference(found[0], scene), text) if found else _trace("other", text)


def _trace(kind: str, text: str, job: str = "") -> Trace:
    return Trace(kind=kind, job=job, text=shown(text)[:300])  # type: ignore[arg-type]


def _with_text(trace: Trace, text: str) -> Trace:
    return msgspec.structs.replace(trace, text=shown(text)[:300])


def _reference(reference: Reference, scene: Scene) -> Trace:
    if reference.form == "output":
        return output(reference.job, reference.alias, scene, cell=reference.cell)
    if reference.form == "other":
        return _trace("unresolved", reference.raw)
    if reference.name in scene.secrets:
        return _trace("other", reference.raw)
    if reference.name not in scene.variables and scene.actions.made_of.get("(sourced)") is not None:
        return scene.actions.made_of["(sourced)"]
    return _trace("input", reference.raw)


def output(job: str, alias: str, scene: Scene, *, cell: str = "") -> Trace:
    """The origin of another job's output, `unresolved` where the product does not resolve it."""
    other = scene.pipeline.jobs.get(job)
    raw = f"${{{{ needs.{job}.outputs.{alias} }}}}"
    if other is None or alias not in other.outputs or (other.matrix is not None and not cell):
        return _trace("unresolved", raw)
    if scene.version == "0.93" and job not in {need.text for need in scene.job.needs}:
        return _trace("unresolved", raw)
    done = scene.done.get(job)
    return done.outputs.get(alias, _trace("unresolved", raw)) if done is not None else _trace("unresolved", raw)


def _command(inner: str, scene: Scene, files: Files, depth: int) -> Trace:
    """The origin of what a command prints."""
    for segment in _PIPE.split(inner):
        words = words_of(segment)
        name = words[0].rsplit("/", 1)[-1] if words else ""
        if name in {"echo", "printf"}:
            held = [word for word in words[1:] if word.startswith("$") or "@" in word]
            if held:
                return origin(held[-1], scene, files, depth + 1)
        if reads_registry(words):
            return _of_registry(words, scene, files, depth)
        if name in {"ko", "kaniko", "executor", "buildah"} or words[:2] == ["docker", "build"]:
            return _trace("build", inner, scene.identity)
        for word in words[1:]:
            found = of_file(word.strip("'\"<"), scene, files, depth)
            if found is not None:
                return found
    return _trace("other", inner)


def reads_registry(words: list[str]) -> bool:
    """Does this command ask a registry for a digest?"""
    wanted = _REGISTRY.get(words[0].rsplit("/", 1)[-1] if words else "")
    return wanted is not None and any(word in wanted for word in words[1:4])


def _of_registry(words: list[str], scene: Scene, files: Files, depth: int) -> Trace:
    held = [word for word in words[2:] if not word.startswith(("-", "{{", "'{{", '"{{', ".")) and ("/" in masked(word) or ":" in masked(word) or word.startswith("$"))]
    if not held:
        return _trace("other", " ".join(words))
    name, tag, digest = split(held[-1].strip("'\""))
    if digest:
        return origin(digest, scene, files, depth + 1)
    return mine(name, tag, scene) or _trace("tag", held[-1])


def mine(name: str, tag: str, scene: Scene) -> Trace | None:
    """`build` or `promotion` where this job itself built or copied what stands under the reference."""
    for build in scene.actions.builds:
        if build.image == name and (tag in build.tags or not tag):
            return _trace("build", f"{name}:{tag}", scene.identity)
    for publish in scene.actions.publishes:
        if publish.image == name and publish.tag == tag:
            return _trace(publish.by if publish.by == "promotion" else "build", f"{name}:{tag}", scene.identity)
    return None


def of_file(path: str, scene: Scene, files: Files, depth: int = 0) -> Trace | None:
    """The origin of what a file holds, None where it is no file that we know of."""
    held = scene.actions.digest_files.get(path)
    if held is not None:
        return _trace(held, path, scene.identity)
    content = files.get(path)
    if content is not None:
        line = next((line for line in content.splitlines() if "$" in line or "sha256:" in line), content)
        return origin(line.partition("=")[2] if "=" in line and not line.startswith("$") else line, scene, files, depth + 1)
    for needed in scene.job.needs_artifacts:
        if any(_covers(pattern.text, path) for pattern in needed.paths):
            job = needed.from_job.text if needed.from_job is not None else ""
            pipeline = scene.pipelines.get(needed.from_pipeline.text, "") if needed.from_pipeline is not None else scene.pipeline_id
            return _trace("artifact", path, f"{pipeline}/{job}" if pipeline and job else "")
    return None


def _covers(pattern: str, path: str) -> bool:
    """Is the file among an artifact's paths?  A folder holds what is below it."""
    pattern, path = pattern.strip().removeprefix("./").rstrip("/"), path.removeprefix("./")
    head = pattern.split("*", 1)[0]
    return path == pattern or path.startswith(pattern + "/") or ("*" in pattern and path.startswith(head))
