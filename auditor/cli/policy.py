"""`auditor policy`: for policy authors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import common

if TYPE_CHECKING:
    from auditor.policy.library import Library

SETTINGS = {"help_option_names": ["-h", "--help"]}


@click.group("policy", context_settings=SETTINGS)
def command() -> None:
    """For policy authors: test, check, docs, new."""


@command.command("check", context_settings=SETTINGS)
@common.with_globals
def check() -> int:
    """Lint every policy, ours and those auditor.yaml names.  Exit 1 on a finding."""
    from auditor.policy.check import findings

    found = findings(_library())
    for finding in found:
        click.echo(str(finding))
    common.say("no findings" if not found else f"{len(found)} finding{'s' * (len(found) != 1)}")
    return 1 if found else 0


@command.command("test", context_settings=SETTINGS)
@common.with_globals
@common.option("--coverage", is_flag=True, help="Also list lines that no test reaches (embedded engine).")
def test(coverage: bool) -> int:
    """Run the test_ rules of *_test.rego.  Exit 1 if one fails."""
    from auditor.policy import testing

    library = _library()
    modules = {**library.modules, **library.tests}
    data = testing.data_for(library.controls)
    outcomes = testing.run_tests(modules, data, engine=common.setting("engine"))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        click.echo(f"{outcome.path}:{outcome.line}: {outcome.name}: {outcome.message or 'not true'}")
    uncovered = testing.coverage(modules, data) if coverage else {}
    for path, lines in uncovered.items():
        for line in lines:
            click.echo(f"{path}:{line}: no test reaches this line")
    common.say(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or any(uncovered.values()) else 0


@command.command("docs", context_settings=SETTINGS)
@common.with_globals
def docs() -> int:
    """Print the catalogue as Markdown (policies/README.md)."""
    from auditor import resources
    from auditor.policy import catalogue

    vocabulary = (resources.folder("policies") / "VOCABULARY.md").read_text(encoding="utf-8")
    click.echo(catalogue.docs(_library().controls, vocabulary), nl=False)
    return 0


@command.command("new", context_settings=SETTINGS)
@click.argument("control")
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("policies"), show_default=True, help="Folder of your policies.")
@common.with_globals
def new(control: str, folder: Path) -> int:
    """Write a control FAMILY.NAME and its test to start from."""
    from auditor import resources
    from auditor.cli.running import policy_folders
    from auditor.errors import UsageError
    from auditor.policy import library
    from auditor.policy.scaffold import scaffold

    configured = policy_folders()
    built_in = resources.folder("policies") / "controls"
    if folder.resolve() != built_in.resolve():
        taken = {known.partition(".")[0] for known in library.load([]).controls}
        if control.partition(".")[0] in taken:
            raise UsageError(f"{control}: the family `{control.partition('.')[0]}` is built in; choose another name")
    for path in scaffold(control, folder):
        common.say(f"wrote {path}")
    if folder.resolve() not in {built_in.resolve(), *(Path(one).resolve() for one in configured)}:
        common.say(f"it counts once auditor.yaml names its folder: policies: [{folder}]")
    common.say("then: auditor policy check, auditor policy test")
    return 0


def _library() -> Library:
    """Ours and the user's, not linted yet."""
    from auditor.cli.running import policy_folders
    from auditor.policy import library

    return library.load(policy_folders())
