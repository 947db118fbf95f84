"""What the commands that run have in common: preparing a configuration, judging, leaving with the right code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from auditor import config, pipeline, resources
from auditor.cli import common
from auditor.config import Configuration
from auditor.errors import UsageError
from auditor.model.configuration import Resolved
from auditor.model.control import SEVERITIES
from auditor.model.evidence import Assumed, Evidence
from auditor.model.report import Report
from auditor.policy import library as policies
from auditor.policy import selection
from auditor.policy.library import Library

DEMO_AS_OF = "2026-11-24T14:30:00Z"


def reporting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that decide what is reported and how the run ends."""
    for decorate in reversed(
        [
            common.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="Report format, to stdout or to a file; may be repeated.", envvar="AUDITOR_FORMAT"),
            common.option("--fail-on", type=click.Choice(list(SEVERITIES)), help="The least severity that fails the run (default: high, or fail_on)."),
            common.option("--control", "control", multiple=True, metavar="ID", help="Only these controls (globs); may be repeated."),
            common.option("--allow-unknown", is_flag=False, flag_value="*", multiple=True, metavar="[GLOB]", help="Unknown results of these controls do not fail the run."),
            common.option("--exit-zero", is_flag=True, help="Exit 0 whatever the result."),
        ]
    ):
        command = decorate(command)
    return command


def prepare() -> tuple[Library, Configuration, list[Assumed]]:
    """The policies and the configuration of this run; without auditor.yaml, what is discovered in the current folder."""
    here = Path.cwd()
    path = config.find(here, common.setting("config"))
    if path is not None:
        configuration = config.load(path)
        return load_policies(configuration.policies), configuration, []
    from auditor.discover import discover

    configuration, assumed = discover(here)
    return load_policies([]), configuration, assumed


def load_policies(folders: Sequence[Path]) -> Library:
    """Our policies and these folders', linted where they are the user's."""
    library = policies.load(folders)
    if folders:
        from auditor.policy.check import check

        check(library, only_users=True)
    return library


def demo() -> tuple[Library, Configuration, list[Assumed]]:
    """The packaged organisation."""
    if common.setting("config"):
        raise UsageError("--demo has its own configuration; leave out -c")
    context = click.get_current_context()
    configuration = config.load(context.with_resource(resources.unpacked_demo()) / config.NAME)
    context.meta["auditor.as_of"] = common.setting("as_of") or DEMO_AS_OF
    return load_policies([]), configuration, []


def override(configuration: Configuration, library: Library, judging: dict[str, Any]) -> Configuration:
    """The configuration with what the command line says on top."""
    import dataclasses

    for pattern in judging.get("control") or ():
        selection.known(pattern, library.controls, "--control")
    resolved = overridden(configuration.resolved, judging)
    changed = dataclasses.replace(configuration, resolved=resolved)
    pipeline.check_selection(changed, library)
    return changed


def overridden(resolved: Resolved, judging: dict[str, Any]) -> Resolved:
    """The settings with the command line's on top."""
    controls = resolved.controls
    if judging.get("control"):
        controls = msgspec.structs.replace(controls, select=list(judging["control"]))
    return msgspec.structs.replace(
        resolved,
        controls=controls,
        fail_on=judging.get("fail_on") or resolved.fail_on,
        allow_unknown=[*resolved.allow_unknown, *(judging.get("allow_unknown") or ())],
    )


def collect(configuration: Configuration, library: Library, assumed: Sequence[Assumed], progress: Callable[[str], None], only: Sequence[str] = ()) -> Evidence:
    """Collect as of this run's time."""
    return pipeline.collect(
        configuration, library, as_of=common.as_of(), only=only, progress=lambda what: progress(f"Reading {what}"), assumed=assumed
    )


def judge(evidence: Evidence, library: Library, progress: Callable[[str], None]) -> Report:
    """Evaluate with this run's engine."""
    return pipeline.evaluate(evidence, library, engine=common.setting("engine"), progress=lambda what: progress(f"Judging {what}"))


def leave(report: Report, judging: dict[str, Any]) -> int:
    """The exit code of the run."""
    return 0 if judging.get("exit_zero") else report.exit_code


def prepare_library() -> Library:
    """Our policies, and those that a configuration here names."""
    return load_policies(policy_folders())


def policy_folders() -> list[Path]:
    """The folders of policies that a configuration here names."""
    path = config.find(Path.cwd(), common.setting("config"))
    return config.load(path).policies if path is not None else []
