"""Where reports go: one format at most to stdout, the others to files, written whole or not at all."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor import reports
from auditor.cli.common import say, setting
from auditor.errors import AuditorError, NothingToUpload, UsageError
from auditor.model.report import Report
from auditor.text.decode import meant


@dataclass(frozen=True)
class Target:
    """A format and where it goes; `file` None is stdout."""

    format: str
    file: Path | None


def formats() -> list[str]:
    """The names of the formats there are: the modules of `auditor.reports`, `_` read as `-`."""
    return sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(reports.__path__) if info.name not in reports.HELPERS)


def targets(given: Sequence[str]) -> list[Target]:
    """Parse NAME[=FILE]...; none given means text to stdout.  Raises UsageError."""
    known = formats()
    out: list[Target] = []
    for entry in given or ["text"]:
        name, _, file = entry.partition("=")
        if name not in known:
            raise UsageError(f"--format {entry}: no such format", meant(name, known) or f"there are {', '.join(known)}")
        if "=" in entry and not file:
            raise UsageError(f"--format {entry}: the file name is missing")
        out.append(Target(name, Path(file) if file and file != "-" else None))
    if sum(target.file is None for target in out) > 1:
        raise UsageError("two formats want stdout", "give all but one a file: --format json=report.json")
    for target in out:
        if target.file is not None and not target.file.absolute().parent.is_dir():
            raise UsageError(f"{target.file}: the folder does not exist")
    return out


def emit(report: Report, wanted: Sequence[Target]) -> None:
    """Render everything, then write everything.  Raises AuditorError if a file cannot be written; what was there before is then untouched."""
    rendered: list[tuple[Target, str]] = []
    for target in wanted:
        module = importlib.import_module(f"auditor.reports.{target.format.replace('-', '_')}")
        if target.format == "text" and target.file is None:
            _show(report, module)
            continue
        try:
            rendered.append((target, module.render(report)))
        except NothingToUpload as reason:
            say(f"auditor: {target.format}: {reason}")
    for target, text in rendered:
        if target.file is None:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.flush()
        else:
            write(target.file, text.encode())
            say(f"wrote {target.file}")


def _show(report: Report, module: object) -> None:
    from rich.console import Console

    color = setting("color")
    terminal = {"always": True, "never": False}.get(color)
    plain = color == "never" or (color == "auto" and ("NO_COLOR" in os.environ or not sys.stdout.isatty()))
    width = None if sys.stdout.isatty() else 100
    console = Console(file=sys.stdout, force_terminal=terminal, no_color=plain, width=width, highlight=False, soft_wrap=False)
    module.show(report, console, verbose=bool(setting("verbose")))  # type: ignore[attr-defined]


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside it, then renamed.  Raises AuditorError."""
    folder = path.absolute().parent
    temporary: str | None = None
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device such as /dev/stdout
            return
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise AuditorError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
