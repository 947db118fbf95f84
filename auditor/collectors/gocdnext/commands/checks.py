"""Linters, tests and builds of code."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.model.facts.actions import Check

LINTERS = frozenset(
    ["golangci-lint", "eslint", "ruff", "flake8", "pylint", "mypy", "black", "isort", "prettier", "stylelint", "shellcheck", "yamllint", "markdownlint", "tsc", "staticcheck", "gofmt", "rubocop", "ktlint", "detekt", "checkstyle", "buf", "spectral", "actionlint", "ansible-lint", "tflint", "pyright", "clippy", "commitlint", "revive", "biome", "phpstan", "phpcs", "psalm", "helm-docs", "kubeconform", "kubeval"]
)
TESTERS = frozenset(["pytest", "jest", "vitest", "mocha", "tox", "nox", "phpunit", "rspec", "ctest", "playwright", "cypress", "k6", "gotestsum", "bats", "karma", "ava", "behave", "newman"])
_RUNNERS = frozenset({"npm", "pnpm", "yarn", "npx", "make", "mvn", "mvnw", "gradle", "gradlew", "go", "cargo", "dotnet", "python", "python3", "uv", "poetry", "pipenv", "bundle", "composer", "task", "just", "bazel", "sbt", "swift", "mix", "bun", "deno", "hatch", "pdm", "turbo", "nx", "rake", "tox"})
_MEANS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("lint", re.compile(r"lint|vet|fmt|format|check-?style|typecheck|type-check|clippy|tsc|eslint|ruff|flake8|mypy|style|analy[sz]e|ktlint|detekt|spotless")),
    ("tests", re.compile(r"(?:^|[:_-])(?:tests?|verify|check|e2e|integration|unit|spec|coverage|pytest|jest|vitest|mocha)(?:$|[:_-])|^test|Test$|^verify$")),
    ("build", re.compile(r"^(?:build|compile|package|install|assemble|bundle|publish|dist|all|bootJar|jar)(?:$|[:_-])")),
)
_SHIPS = re.compile(r"deploy|prod(?!uct)|release|promote|rollout|ship", re.IGNORECASE)
_FILLERS = frozenset({"run", "exec", "-m", "-s", "--silent", "ci", "--", "x", "dlx", "tool"})
_HIDES = {"--passWithNoTests": "", "-Dmaven.test.failure.ignore=true": "failures of tests are ignored", "-DskipTests": "tests are skipped", "-Dmaven.test.skip=true": "tests are skipped", "-fn": "failures are ignored", "--exit-zero": "a finding passes (`--exit-zero`)", "--issues-exit-code=0": "a finding passes (`--issues-exit-code=0`)"}


def check(command: Command, scene: Scene) -> bool:
    """Record what a linter, a test runner or a build does; False for a command that is none."""
    name, words = command.name, command.words[1:]
    if name in LINTERS:
        if "--version" in words or words[:1] == ["version"] or (name == "buf" and words[:1] not in (["lint"], ["breaking"])):
            return True
        _record("lint", command, scene)
        return True
    if name in TESTERS:
        _record("tests", command, scene)
        return True
    if name not in _RUNNERS:
        return False
    found = _meant(name, words)
    if any(word.rsplit(":", 1)[-1] in {"jib", "build-image", "bootBuildImage"} or word.startswith("jib:build") for word in words):
        scene.tell(f"which image `{' '.join(command.words)[:80]}` pushes is not in the pipeline", command.at)
    for of in found:
        _record(of, command, scene)
    if not found and any(_SHIPS.search(word) for word in words if not word.startswith("-")):
        return False
    return bool(found) or name in {"go", "cargo", "npm", "pnpm", "yarn", "mvn", "mvnw", "gradle", "gradlew", "dotnet", "poetry", "uv", "composer", "bundle"}


def _meant(name: str, words: list[str]) -> list[str]:
    plain = [word for word in words if word not in _FILLERS and not word.startswith("-") and "=" not in word]
    if name in {"mvn", "mvnw", "gradle", "gradlew"}:
        return list(dict.fromkeys(of for word in plain for of in _kinds(word.rsplit(":", 1)[-1]))) + (["tests"] if {"package", "install", "verify", "deploy"} & set(plain) and name.startswith("mvn") and "-DskipTests" not in words else [])
    return _kinds(plain[0].rsplit("/", 1)[-1]) if plain else ["tests"] if name == "tox" else []


def _kinds(word: str) -> list[str]:
    if word in LINTERS:
        return ["lint"]
    if word in TESTERS:
        return ["tests"]
    for of, pattern in _MEANS:
        if pattern.search(word):
            return [of]
    return []


def _record(of: str, command: Command, scene: Scene) -> None:
    why = command.weakness
    for word in command.words[1:]:
        why = why or _HIDES.get(word, "")
    found = Check(of=of, blocks=not why, why=why, at=command.at)  # type: ignore[arg-type]
    if found not in scene.actions.checks:
        scene.actions.checks.append(found)
