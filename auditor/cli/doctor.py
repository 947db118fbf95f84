"""`auditor doctor`: what is installed, what can be read, what to add."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from auditor import __version__
from auditor.cli import common
from auditor.errors import AuditorError


@click.command("doctor", context_settings={"help_option_names": ["-h", "--help"]})
@common.with_globals
def command() -> int:
    """What is installed, what can be read here, and what to add to read more."""
    lines = list(_lines())
    for mark, what in lines:
        click.echo(f"{mark} {what}")
    return 2 if any(mark == "✕" for mark, _ in lines) else 0


def _lines() -> Iterator[tuple[str, str]]:
    yield "✓", f"auditor {__version__}, Python {platform.python_version()}, {sys.platform}"
    yield from _engines()
    yield from _helm()
    yield from _sources()


def _engines() -> Iterator[tuple[str, str]]:
    from auditor.policy.engine import open_engine

    try:
        yield "✓", f"embedded engine: {open_engine('embedded').version()}"
    except AuditorError as error:
        yield "✕", f"embedded engine: {error}" + (f" ({error.hint})" if error.hint else "")
    try:
        yield "✓", f"--engine opa: {open_engine('opa').version()}"
    except AuditorError as error:
        yield "·", f"--engine opa: {error}; it is optional"


def _helm() -> Iterator[tuple[str, str]]:
    from importlib.util import find_spec

    if find_spec("helm_python") is not None:
        yield "✓", "Helm: the SDK"
    elif shutil.which("helm"):
        yield "✓", f"Helm: {shutil.which('helm')}"
    else:
        yield "·", "Helm: not there, charts cannot be rendered: pip install 'auditor[helm]', or put helm on the PATH"


def _sources() -> Iterator[tuple[str, str]]:
    from auditor import config, pipeline
    from auditor.cli.running import load_policies
    from auditor.policy import selection

    path = config.find(Path.cwd(), common.setting("config"))
    if path is None:
        yield "·", "no auditor.yaml here: auditor audit looks at what is in this folder; auditor init writes one"
        return
    try:
        configuration = config.load(path)
        library = load_policies(configuration.policies)
        pipeline.check_selection(configuration, library)
        run = pipeline.tasks(configuration)
    except AuditorError as error:
        yield "✕", str(error) + (f" ({error.hint})" if error.hint else "")
        return
    configured = sorted({task.name for task in run})
    yield "✓", f"{path}: sources {', '.join(configured) or 'none'}"
    assessable = {"design": configured, "implementation": [], "operation": []}
    missing: dict[str, int] = {}
    for control in library.controls.values():
        for aspect in control.aspects:
            why = selection.not_assessed(control, aspect, configuration.resolved.controls, assessable)
            if why:
                missing[why] = missing.get(why, 0) + 1
    for why, count in sorted(missing.items(), key=lambda item: -item[1]):
        step = "; add it to auditor.yaml" if "sources." in why else "; this version reads files only" if why.startswith("no source") else ""
        yield "·", f"{count} question{'s' * (count != 1)} not asked: {why}{step}"
