"""`auditor report`: render a report again."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli import common, output
from auditor.cli.reading import read_document
from auditor.errors import EvidenceError


@click.command("report", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("report", type=click.Path(path_type=Path))
@common.with_globals
@common.option("--format", "formats", multiple=True, metavar="NAME[=FILE]", help="Report format; may be repeated.", envvar="AUDITOR_FORMAT")
def command(report: Path, formats: tuple[str, ...]) -> int:
    """Render REPORT (a report.json, - for stdin) again in other formats."""
    import auditor.reports.json as json_format

    wanted = output.targets(formats)
    try:
        document = json_format.decode(read_document(report))
    except EvidenceError as error:
        raise EvidenceError(f"{report}: {error}", error.hint) from None
    output.emit(document, wanted)
    return 0
