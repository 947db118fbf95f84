"""Options that commands share, and how a run ends: messages to stderr, exit codes, never a traceback without -vv."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self, TypeVar

import click

from auditor.errors import AuditorError, UsageError

F = TypeVar("F", bound=Callable[..., Any])

CONFIG_HELP = "Configuration to read (default: auditor.yaml here, else what is found here)."


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """A click option that can also be given as AUDITOR_NAME."""
    long = next(name for name in names if name.startswith("--")).split("/")[0]
    settings.setdefault("envvar", "AUDITOR_" + long.removeprefix("--").replace("-", "_").upper())
    settings.setdefault("show_envvar", False)
    return click.option(*names, **settings)


def with_globals(command: F) -> F:
    """Add the global options; the command receives them as one `options` dictionary through the context's `meta`."""
    for decorate in reversed(_GLOBALS):
        command = decorate(command)
    return command


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    ctx.meta[f"auditor.{param.name}"] = value
    if param.name == "verbose":
        level = logging.DEBUG if value > 1 else logging.INFO if value else logging.WARNING
        logging.basicConfig(level=level, format="%(name)s: %(message)s", stream=sys.stderr)
        os.environ["_AUDITOR_VERBOSE"] = str(value)
    return value


def _replay(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    if value:
        raise click.UsageError("--replay: this version has no source that asks a server, so nothing can be replayed")
    return value


_GLOBALS: list[Callable[[Any], Any]] = [
    option("-c", "--config", type=click.Path(path_type=Path), help=CONFIG_HELP, callback=_keep, expose_value=False),
    option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.", callback=_keep, expose_value=False),
    option("-v", "--verbose", count=True, help="Say more; -vv shows tracebacks.", callback=_keep, expose_value=False),
    option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours in text (default: on a terminal).", callback=_keep, expose_value=False),
    option("--no-progress", is_flag=True, help="No progress line.", callback=_keep, expose_value=False),
    option("--offline", is_flag=True, help="Ask no server.", callback=_keep, expose_value=False),
    option("--replay", type=click.Path(path_type=Path), help="Recorded answers in place of servers.", callback=_replay, expose_value=False),
    option("--as-of", metavar="TIME", help="Judge as of this time (RFC 3339) and not now.", callback=_keep, expose_value=False),
    option("--engine", type=click.Choice(["embedded", "opa"]), default="embedded", help="The Rego engine.", callback=_keep, expose_value=False),
]


def setting(name: str) -> Any:
    """The value of a global option in this run."""
    return click.get_current_context().meta.get(f"auditor.{name}")


def as_of() -> str:
    """The time of the run, RFC 3339 in UTC.  Raises UsageError for a time that is none."""
    from datetime import UTC, datetime

    given = setting("as_of")
    if not given:
        from auditor.pipeline import now

        return now()
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise UsageError(f"--as-of {given}: not a time such as 2026-11-24T14:30:00Z") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def say(message: str) -> None:
    """A line on stderr, unless -q."""
    if not setting("quiet"):
        click.echo(message, err=True)


class Progress:
    """One line on stderr that says what is being done, on a terminal only."""

    def __init__(self) -> None:
        self.on = sys.stderr.isatty() and not setting("quiet") and not setting("no_progress") and os.environ.get("TERM") != "dumb"

    def __call__(self, what: str) -> None:
        if self.on:
            text = "".join(character for character in what if character.isprintable())[:70]
            sys.stderr.write(f"\r\x1b[2K{text} …")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.on:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def guarded(cli: click.Command, arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; every way to fail is a message."""
    try:
        result = cli.main(args=list(arguments), prog_name="auditor", standalone_mode=False)
        sys.stdout.flush()
        return int(result or 0)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted; nothing was written")
        return 130
    except AuditorError as error:
        _complain(str(error), error.hint)
        return _broken(error)
    except BrokenPipeError:
        _silence()
        return 2
    except Exception as error:
        _complain(f"something nobody foresaw: {type(error).__name__}: {error}", "run again with -vv and report what it prints")
        return _broken(error)


def _broken(error: BaseException) -> int:
    if int(os.environ.get("_AUDITOR_VERBOSE", "0")) > 1:
        import traceback

        traceback.print_exception(error)
    return 2


def _silence() -> None:
    """Nobody reads stdout any more: keep the interpreter from complaining about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, hint: str = "") -> None:
    clean = "".join(character if character.isprintable() or character == "\n" else "�" for character in message)
    click.echo(f"auditor: {clean}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
