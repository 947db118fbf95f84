"""`auditor init`: an auditor.yaml from what is found."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli import common, output
from auditor.errors import UsageError


@click.command("init", context_settings={"help_option_names": ["-h", "--help"]})
@common.with_globals
@common.option("--force", is_flag=True, help="Replace an auditor.yaml that is there.")
@common.option("--stdout", is_flag=True, help="Print it and write nothing.")
def command(force: bool, stdout: bool) -> int:
    """Write an auditor.yaml from what is found in this folder."""
    from auditor.config import NAME
    from auditor.initial import initial

    path = common.setting("config") or Path(NAME)
    text = initial(Path.cwd())
    if stdout:
        click.echo(text, nl=False)
        return 0
    if path.exists() and not force:
        raise UsageError(f"{path} is there already", "--force replaces it, --stdout only prints")
    output.write(path, text.encode())
    common.say(f"wrote {path}; read it once, then: auditor audit")
    return 0
