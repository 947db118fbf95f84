"""The real programs that tests run against: found, or the test is skipped, or it fails where they are required."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from auditor.collectors.helm import render

# The page may fetch nothing: a report must stand alone.
CHROMIUM = ("--no-sandbox", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND")


def tools() -> Path:
    """The directory where `.ci/tools` puts programs."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("TOOLS") or cache / "auditor-tools")


def tool(name: str) -> Path:
    """The program's path; the pinned one of `.ci/tools` before what the machine has.

    Without it the test is skipped, or fails if AUDITOR_REQUIRE_TOOLS=1.
    """
    found = shutil.which(name, path=os.pathsep.join([str(tools()), os.environ.get("PATH", os.defpath)]))
    if found:
        return Path(found)
    reason = f"{name} is neither in {tools()} nor on PATH: run .ci/tools"
    if os.environ.get("AUDITOR_REQUIRE_TOOLS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def needs_helm() -> None:
    """Without the SDK and without a `helm` the test is skipped, or fails if AUDITOR_REQUIRE_TOOLS=1."""
    if render.sdk() is None:
        tool("helm")


def browser_screenshot(page: Path, width: int, height: int, out: Path, *, dark: bool = False) -> Path:
    """A PNG of the page as a screen of width x height pixels shows it; `dark`: the reader prefers a dark colour scheme.

    `chromium-headless-shell` lays out at the width asked for; `chromium --headless` does not below 500 pixels.
    """
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []  # 0 is dark; --force-dark-mode changes nothing here
    command = [str(tool("chromium-headless-shell")), *CHROMIUM, *scheme, f"--window-size={width},{height}", f"--screenshot={out}", page.absolute().as_uri()]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0 and out.is_file(), f"no screenshot of {page}:\n{run.stderr[-2000:]}"
    return out
