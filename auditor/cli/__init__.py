"""The command line.  Commands are imported when they are called, so that `--version` and `--help` cost nothing."""

from __future__ import annotations

import importlib

import click

from auditor import __version__

COMMANDS = {
    "audit": "Collect, evaluate, report: the main job.",
    "collect": "Facts only, as one evidence document.",
    "evaluate": "Judge an evidence document: no network, no tokens.",
    "report": "Render a report again in other formats.",
    "controls": "List the controls.",
    "explain": "Why a control matters, what passes and fails, how to fix it.",
    "policy": "For policy authors: test, check, docs, new.",
    "init": "Write an auditor.yaml from what is found here.",
    "doctor": "What is installed, what can be read, what to add.",
    "schema": "The JSON Schema of evidence, report or config.",
}


class _Lazy(click.Group):
    """A group that imports a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"auditor.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from auditor.text.decode import meant

            hint = meant(args[0], COMMANDS)
            ctx.fail(f"no command is called `{args[0]}`" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", message="auditor %(version)s")
def cli() -> None:
    """Is the way to production really controlled?  Audits it as policy-as-code, with evidence.

    `auditor audit` in a checkout looks at what is there; `auditor audit --demo` shows an example.
    Exit codes: 0 controlled, 1 a control failed, 2 could not run or judge, 3 something is unknown, 4 nothing in scope.
    """


def run(arguments: list[str]) -> int:
    """Run the command line; the exit code."""
    from auditor.cli.common import guarded

    return guarded(cli, arguments)
