"""The command line in this process: fast, with stdout, stderr and the exit code apart."""

import pytest

from auditor.cli import cli
from auditor.cli.common import guarded


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def auditor(capfdbinary, monkeypatch, tmp_path):
    """`auditor("audit", "--demo")` in an empty folder, AUDITOR_* scrubbed from the environment."""
    import os

    for name in [name for name in os.environ if name.startswith(("AUDITOR_", "_AUDITOR"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capfdbinary.readouterr()
        code = guarded(cli, [str(argument) for argument in arguments])
        got = capfdbinary.readouterr()
        return Outcome(code, got.out.decode(), got.err.decode())

    return run
