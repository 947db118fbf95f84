"""`auditor controls`: the catalogue."""

from __future__ import annotations

import click

from auditor.cli import common


@click.command("controls", context_settings={"help_option_names": ["-h", "--help"]})
@common.with_globals
@common.option("--family", metavar="F", help="Only this family.")
@common.option("--framework", metavar="NAME", help="Only controls with evidence relevant to this framework, by clause.")
@common.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", envvar="AUDITOR_CONTROLS_FORMAT")
def command(family: str | None, framework: str | None, form: str) -> int:
    """List the controls."""
    from auditor.cli.running import load_policies
    from auditor.policy import catalogue

    library = load_policies([])
    chosen = catalogue.choose(library.controls, family, framework)
    click.echo({"text": catalogue.text, "json": catalogue.json, "markdown": catalogue.markdown}[form](chosen, framework), nl=False)
    return 0
