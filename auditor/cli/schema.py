"""`auditor schema`: the JSON Schemas."""

from __future__ import annotations

import click

from auditor.cli import common


@click.command("schema", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", type=click.Choice(["evidence", "report", "config"]))
@common.with_globals
def command(name: str) -> int:
    """Print the JSON Schema of evidence, report or config."""
    from auditor import schemas

    click.echo(schemas.text(name), nl=False)
    return 0
