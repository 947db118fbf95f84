"""`auditor explain`: one control."""

from __future__ import annotations

import click

from auditor.cli import common


@click.command("explain", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("control")
@common.with_globals
def command(control: str) -> int:
    """Why CONTROL matters, what passes and fails, how to fix it."""
    from auditor.cli.running import prepare_library
    from auditor.errors import UsageError
    from auditor.policy import catalogue
    from auditor.policy.library import aliases
    from auditor.text.decode import meant

    library = prepare_library()
    identity = aliases(library.controls).get(control, control)
    if identity not in library.controls:
        raise UsageError(f"no control is called `{control}`", meant(control, library.controls) or "auditor controls lists them")
    click.echo(catalogue.explain(library.controls[identity]), nl=False)
    return 0
