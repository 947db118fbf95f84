"""git, gh and release tools: tags and releases."""

from __future__ import annotations

from auditor.collectors.gocdnext import options, tags
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.touches import touch
from auditor.model.facts.actions import TagCreation

_GIT = frozenset({"-C", "-c", "--git-dir", "--work-tree"})
_LISTING = frozenset({"-l", "--list", "-d", "--delete", "-v", "--verify", "--points-at", "--contains", "--merged", "--sort"})


def git(command: Command, scene: Scene) -> None:
    words = command.words[1:]
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in _GIT else words[1:]
    if words[:1] == ["tag"] and len(words) > 1 and not _LISTING & set(words):
        given = options.read(words[1:], frozenset({"-m", "--message", "-F", "--file", "-u", "--local-user", "--cleanup"}))
        scene.actions.git_tags.update(given.rest[:1])
    elif words[:1] == ["clone"]:
        scene.actions.cloned = True
    elif words[:1] == ["push"]:
        _push(command, words[1:], scene)


def _push(command: Command, words: list[str], scene: Scene) -> None:
    given = options.read(words, frozenset({"-o", "--push-option", "--receive-pack", "--repo", "--exec"}))
    if given.on("--delete", "-d", "--dry-run", "-n"):
        return
    specs = given.rest[1:]
    forced = given.on("-f", "--force", "--force-with-lease") or any(spec.startswith("+") for spec in specs)
    following = given.on("--tags", "--follow-tags", "--mirror")
    if following or any(_is_tag(spec.lstrip("+"), index, specs, scene) for index, spec in enumerate(specs)):
        created(command, scene, "git", "tag", forced=forced)
    elif scene.actions.cloned or any("://" in word or "@" in word for word in given.rest[:1]):
        touch(scene, command.at, "change", "git", credentials=scene.secrets_in(" ".join(words)))


def _is_tag(spec: str, index: int, specs: list[str], scene: Scene) -> bool:
    to = spec.rpartition(":")[2]
    if spec.startswith(":") or "refs/heads/" in to:
        return False
    if "refs/tags/" in spec or spec in scene.actions.git_tags or (index and specs[index - 1] == "tag"):
        return True
    return ":" not in spec and tags.kind(spec, scene) in {"release", "candidate"} and spec != "HEAD"


def created(command: Command, scene: Scene, tool: str, what: str, *, forced: bool = False) -> None:
    scene.actions.tag_creations.append(TagCreation(tool=tool, what=what, forced=forced, at=command.at))  # type: ignore[arg-type]


def gh(command: Command, scene: Scene) -> None:
    """gh, glab, hub."""
    words = [word for word in command.words[1:] if word not in {"-R", "--repo"}]
    if words[:2] == ["release", "create"]:
        created(command, scene, command.name, "release")
    elif words[:1] == ["api"]:
        text = " ".join(words)
        writes = any(word in {"-f", "-F", "--field", "--raw-field", "--input", "POST", "PATCH", "PUT", "-XPOST"} for word in words)
        if "/git/refs" in text and "refs/tags/" in text and writes:
            created(command, scene, command.name, "tag", forced="PATCH" in words)
        elif "/releases" in text and writes:
            created(command, scene, command.name, "release")
        elif writes:
            scene.tell(f"what `{command.name} api` changes cannot be told", command.at)
    elif words[:2] == ["workflow", "run"]:
        scene.tell(f"what the workflow of `{command.name} workflow run` does is not in the pipeline", command.at)


def releaser(command: Command, scene: Scene) -> None:
    """semantic-release, goreleaser, release-it: they tag and release."""
    if not {"--dry-run", "--snapshot", "--version", "-v", "check", "build", "healthcheck"} & set(command.words):
        created(command, scene, command.name, "release")
