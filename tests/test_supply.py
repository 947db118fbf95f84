from __future__ import annotations

import tomllib
from pathlib import Path

from auditor.policy.engine.embedded import DISTRIBUTION, VERSION

ROOT = Path(__file__).parents[1]
PACKAGES = {package["name"]: package for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]}


def test_notice_is_complete() -> None:
    """NOTICE names every package that an installation brings along, those of the extra `helm` too."""
    wanted, brought = ["auditor"], set()
    while wanted:
        package = PACKAGES[wanted.pop()]
        direct = package.get("dependencies", []) + package.get("optional-dependencies", {}).get("helm", [])
        wanted += [dependency["name"] for dependency in direct if dependency["name"] not in brought]
        brought |= {dependency["name"] for dependency in direct}
    named = (ROOT / "NOTICE").read_text(encoding="utf-8").replace(",", " ").split()
    assert len(brought) > 10
    assert sorted(brought - set(named)) == []


def test_lock_names_the_public_index_only() -> None:
    """uv.lock takes every package from the public index, with a hash for each file."""
    others = [package for name, package in PACKAGES.items() if name != "auditor"]
    assert {package["source"].get("registry") for package in others} == {"https://pypi.org/simple"}
    files = [file for package in others for file in [*package.get("wheels", []), *filter(None, [package.get("sdist")])]]
    assert all(file["url"].startswith("https://files.pythonhosted.org/") and file["hash"].startswith("sha256:") for file in files)


def test_engine_is_pinned_exactly() -> None:
    """The embedded engine's package is required in one exact version, the locked one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"gordon-to-regorus=={PACKAGES['gordon-to-regorus']['version']}" in project["dependencies"]
    assert f"{DISTRIBUTION}=={VERSION}" in project["dependencies"]
