"""`auditor audit`: collect, evaluate, report in one process."""

from __future__ import annotations

import click

from auditor.cli import common, output, running


@click.command("audit", context_settings={"help_option_names": ["-h", "--help"]})
@common.with_globals
@common.option("--demo", is_flag=True, help="Audit a packaged example organisation.")
@running.reporting
def command(demo: bool, formats: tuple[str, ...], **judging: object) -> int:
    """Collect, evaluate, report: the main job.

    Reads auditor.yaml here, or, without one, audits what it finds in this folder.
    """
    wanted = output.targets(formats)
    library, configuration, assumed = running.demo() if demo else running.prepare()
    configuration = running.override(configuration, library, judging)
    with common.Progress() as progress:
        evidence = running.collect(configuration, library, assumed, progress)
        report = running.judge(evidence, library, progress)
    output.emit(report, wanted)
    return running.leave(report, judging)


