"""`auditor evaluate`: judge an evidence document."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from auditor import config, pipeline
from auditor import evidence as documents
from auditor.cli import common, output, running
from auditor.cli.reading import read_document
from auditor.errors import EvidenceError


@click.command("evaluate", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("evidence", type=click.Path(path_type=Path))
@common.with_globals
@running.reporting
def command(evidence: Path, formats: tuple[str, ...], **judging: object) -> int:
    """Judge an EVIDENCE document (- for stdin): no network, no tokens.

    Uses the configuration recorded in it, unless -c gives another.
    """
    wanted = output.targets(formats)
    try:
        document = documents.decode(read_document(evidence))
    except EvidenceError as error:
        raise EvidenceError(f"{evidence}: {error}", error.hint) from None
    given = common.setting("config")
    folders: list[Path] = []
    if given is not None:
        configuration = config.load(config.find(Path.cwd(), given) or given)
        document = pipeline.reconfigure(document, configuration)
        folders = configuration.policies
    elif document.configuration.policies:
        folders = [Path(folder) for folder in document.configuration.policies]
        missing = next((folder for folder in folders if not folder.is_dir()), None)
        if missing is not None:
            raise EvidenceError(f"{evidence}: its configuration names policies in {missing}, which is not here", "run it in the configuration's folder, or give -c")
    library = running.load_policies(folders)
    resolved = running.overridden(document.configuration, judging)
    document = msgspec.structs.replace(document, configuration=resolved)
    with common.Progress() as progress:
        report = running.judge(document, library, progress)
    output.emit(report, wanted)
    return running.leave(report, judging)
