from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.real import browser_screenshot, tool

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """<!doctype html><style>
  body { background: #ff0000 } @media (max-width: 400px) { body { background: #00ff00 } }
  @media (prefers-color-scheme: dark) { body { background: #0000ff } }</style>"""


def picture(png: Path) -> tuple[int, int, bytes]:
    """Width, height and the first pixel, which no PNG filter changes: nothing is left of it or above it."""
    import struct
    import zlib

    data, place, packed = png.read_bytes(), 8, b""
    while place < len(data):
        (size,) = struct.unpack_from(">I", data, place)
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + size]
        place += 12 + size
    return *struct.unpack_from(">II", data, 16), zlib.decompress(packed)[1:4]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark", "colour"), [(1280, False, b"\xff\0\0"), (390, False, b"\0\xff\0"), (390, True, b"\0\0\xff")])
def test_screenshot(tmp_path: Path, width: int, dark: bool, colour: bytes) -> None:
    """The browser lays a page out at the asked width and in the asked colour scheme."""
    page = tmp_path / "a page.html"
    page.write_text(PAGE)
    assert picture(browser_screenshot(page, width, 300, tmp_path / "out.png", dark=dark)) == (width, 300, colour)


@pytest.mark.opa
def test_pinned_tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program on PATH is not taken where `.ci/tools` has installed the pinned one."""
    (tmp_path / "opa").write_text("#!/bin/sh\necho another\n")
    (tmp_path / "opa").chmod(0o755)
    pinned = tool("opa")
    monkeypatch.setenv("TOOLS", str(pinned.parent))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Version: 1." in subprocess.run([tool("opa"), "version"], capture_output=True, text=True, check=True).stdout


def test_absent_tool_skips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the program a test is skipped, and the reason names it and the remedy."""
    monkeypatch.setenv("TOOLS", str(tmp_path))
    monkeypatch.delenv("AUDITOR_REQUIRE_TOOLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"no-such-tool is neither in .* run \.ci/tools"):
        tool("no-such-tool")


def test_absent_tool_fails_where_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """With AUDITOR_REQUIRE_TOOLS=1 a missing program fails the test instead of hiding it."""
    monkeypatch.setenv("AUDITOR_REQUIRE_TOOLS", "1")
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match="no-such-tool") as outcome:
        tool("no-such-tool")
    assert outcome.type is pytest.fail.Exception
