"""`auditor collect`: facts only."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor import evidence as documents
from auditor.cli import common, output, running


@click.command("collect", context_settings={"help_option_names": ["-h", "--help"]})
@common.with_globals
@common.option("-o", "--output", "file", type=click.Path(path_type=Path), help="Where the evidence goes (default: stdout).")
@common.option("--source", multiple=True, metavar="NAME", help="Only this source; may be repeated.")
@common.option("--demo", is_flag=True, help="Of the packaged example organisation.")
def command(file: Path | None, source: tuple[str, ...], demo: bool) -> int:
    """Facts only, as one evidence document for `auditor evaluate`."""
    library, configuration, assumed = running.demo() if demo else running.prepare()
    with common.Progress() as progress:
        evidence = running.collect(configuration, library, assumed, progress, source)
    data = documents.encode(evidence)
    if file is None or str(file) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        output.write(file, data)
        common.say(f"wrote {file}: {len(evidence.sources)} sources, {len(evidence.gaps)} gaps")
    return 0
