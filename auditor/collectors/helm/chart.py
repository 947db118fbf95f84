"""A chart folder, read whole and within bounds, so that what is hashed is what is rendered."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from auditor.text import files
from auditor.text.files import PRUNED, Unreadable
from auditor.text.yaml import Node, TextError, parse

MAX_FILES = 5_000
MAX_TOTAL = 32 * 1024 * 1024
MAX_FILE = 5 * 1024 * 1024
"""Helm's own limit for one file of a chart."""
MAX_LEVELS = 24


@dataclass(slots=True)
class ChartFiles:
    """`files`: path in the chart (with `/`) -> bytes; `vendored`: the same of charts packed as charts/NAME.tgz, as `charts/NAME.tgz!PATH`."""

    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)
    vendored: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    metadata: Node | None = None

    def everything(self) -> Iterator[tuple[str, bytes]]:
        yield from self.files.items()
        yield from self.vendored.items()


def load(folder: Path) -> ChartFiles:
    """Read a chart.  Raises Unreadable: no chart, a link out of it or to a folder, too many or too large files."""
    chart = ChartFiles(folder)
    left = MAX_TOTAL
    for path in _walk(folder):
        inner = Path(os.path.relpath(path, folder)).as_posix()
        try:
            data = files.read(path, root=folder, limit=MAX_FILE)
        except Unreadable as error:
            raise Unreadable(f"{inner}: {error.reason}") from None
        left -= len(data)
        if left < 0 or len(chart.files) >= MAX_FILES:
            raise Unreadable(f"a chart of more than {MAX_FILES} files or {MAX_TOTAL // 1024 // 1024} MiB")
        chart.files[inner] = data
    if "Chart.yaml" not in chart.files:
        raise Unreadable("it holds no Chart.yaml")
    chart.metadata = _yaml("Chart.yaml", chart.files["Chart.yaml"])
    name = chart.metadata.get("name")
    chart.name = name.text if name is not None else ""
    for packed in [inner for inner in chart.files if inner.startswith("charts/") and inner.endswith(".tgz")]:
        _unpack(chart, packed)
    return chart


def _walk(folder: Path) -> Iterator[Path]:
    """Every file.  Folders of tools are left out, but not below `templates`, where Helm renders whatever there is."""
    pending = [(folder, 0)]
    while pending:
        here, level = pending.pop()
        try:
            with os.scandir(here) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise Unreadable((error.strerror or "cannot be listed").lower()) from None
        for entry in listed:
            inside = "templates" in Path(os.path.relpath(entry.path, folder)).parts
            if entry.is_dir(follow_symlinks=False):
                if entry.name in PRUNED and not inside:
                    continue
                if level >= MAX_LEVELS:
                    raise Unreadable(f"folders nested deeper than {MAX_LEVELS}")
                pending.append((Path(entry.path), level + 1))
            elif entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(folder.resolve()):
                raise Unreadable(f"{entry.name}: a link that leads out of the chart")
            elif entry.is_symlink() and Path(entry.path).is_dir():
                raise Unreadable(f"{entry.name}: a link to a folder")
            else:
                yield Path(entry.path)


def _yaml(name: str, data: bytes) -> Node:
    try:
        documents = parse(data, documents=1)
    except TextError as error:
        raise Unreadable(f"{name} line {error.line}: {error.message}") from None
    if not documents or documents[0].entries is None:
        raise Unreadable(f"{name} is no mapping")
    return documents[0]


def _unpack(chart: ChartFiles, path: str) -> None:
    """Read a packed chart for what its templates say.  Nothing is written, links in it are passed over as Helm passes them over."""
    left, count = MAX_TOTAL, 0
    try:
        with tarfile.open(fileobj=io.BytesIO(chart.files[path]), mode="r|gz") as archive:
            for member in archive:
                count += 1
                left -= member.size
                if left < 0 or count > MAX_FILES:
                    raise Unreadable(f"{path}: unpacks to more than {MAX_FILES} files or {MAX_TOTAL // 1024 // 1024} MiB")
                content = archive.extractfile(member) if member.isreg() else None
                if content is not None:
                    chart.vendored[f"{path}!{member.name}"] = content.read(MAX_FILE)
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
        raise Unreadable(f"{path}: no chart archive ({type(error).__name__})") from None


def write(chart: ChartFiles, folder: Path) -> None:
    """Write the files below a new folder."""
    for path, data in chart.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(stat.S_IRUSR | stat.S_IWUSR)


def foreign_schema(chart: ChartFiles) -> str:
    """Where a values.schema.json refers out of itself ("" if none does): Helm would fetch that from the network or read it from this machine."""
    for path, data in chart.everything():
        if PurePosixPath(path).name != "values.schema.json":
            continue
        try:
            pending: list[Any] = [json.loads(data)]
        except (ValueError, RecursionError):
            return f"{path} is no JSON"
        while pending:
            one = pending.pop()
            pending.extend(one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            for key in ("$ref", "$dynamicRef", "$recursiveRef", "$schema") if isinstance(one, dict) else ():
                target = one.get(key)
                if isinstance(target, str) and not target.startswith(("#", *_DRAFTS[key == "$schema"])):
                    return f"{path} refers to {target[:80]}"
    return ""


_DRAFTS: dict[bool, tuple[str, ...]] = {True: ("http://json-schema.org/", "https://json-schema.org/"), False: ()}


def missing_dependencies(chart: ChartFiles) -> list[str]:
    """Names of declared dependencies that are not below `charts/`.  Helm refuses to render such a chart, wanted or not."""
    declared = chart.metadata.get("dependencies") if chart.metadata is not None else None
    if declared is None and "requirements.yaml" in chart.files:
        declared = _yaml("requirements.yaml", chart.files["requirements.yaml"]).get("dependencies")
    wanted = [name.text for item in (declared.children() if declared is not None else ()) if (name := item.get("name")) is not None]
    present = set()
    for path, data in chart.everything():
        parts = PurePosixPath(path.replace("!", "/")).parts
        if parts[0] == "charts" and parts[-1] == "Chart.yaml" and len(parts) == (4 if "!" in path else 3):
            name = _yaml(path, data).get("name")
            present.add(name.text if name is not None else "")
    return sorted(set(wanted) - present)


def origin(chart: ChartFiles, rendered: str) -> str:
    """The file of the chart that a template is, which Helm names CHART/[charts/ALIAS/]...templates/NAME; a packed chart's archive; "" if there is none."""
    parts = rendered.split("/")[1:]
    base = ""
    while parts[:1] == ["charts"] and len(parts) > 2:
        for directory, name in _subcharts(chart, base):
            if parts[1] in aliases(chart, base, name):
                base = directory
                break
        else:
            return ""
        if base.endswith(".tgz"):
            return base
        parts = parts[2:]
    path = base + "/".join(parts)
    return path if path in chart.files else ""


def _subcharts(chart: ChartFiles, base: str) -> Iterator[tuple[str, str]]:
    """(folder with a slash, or archive; name) of the charts directly in the chart at `base`."""
    inside = f"{base}charts/"
    for path, data in chart.everything():
        rest = path.removeprefix(inside) if path.startswith(inside) else ""
        folder, mark, inner = rest.partition("!")
        direct = (inner.count("/") == 1 and "/" not in folder) if mark else rest.count("/") == 1
        if direct and rest.endswith("/Chart.yaml"):
            name = _yaml(path, data).get("name")
            yield (inside + folder if mark else inside + rest.removesuffix("Chart.yaml")), (name.text if name is not None else "")


def aliases(chart: ChartFiles, base: str, name: str) -> list[str]:
    """The names under which the chart at `base` renders its dependency `name`."""
    data = chart.files.get(f"{base}Chart.yaml", b"")
    declared = _yaml("Chart.yaml", data).get("dependencies") if data else None
    found = [alias.text if (alias := item.get("alias")) is not None and alias.text else name for item in _named(declared, name)]
    return found or [name]


def _named(declared: Node | None, name: str) -> Iterator[Node]:
    for item in declared.children() if declared is not None else ():
        own = item.get("name")
        if own is not None and own.text == name:
            yield item


def switched_off(chart: ChartFiles, path: str, rendered: list[str]) -> bool:
    """Is this file in a chart of the chart of which nothing was rendered?  `rendered`: all templates, empty ones too."""
    for folder, name in _subcharts(chart, ""):
        if path.startswith(folder if folder.endswith("/") else folder + "!"):
            inside = tuple(f"{chart.name}/charts/{alias}/" for alias in aliases(chart, "", name))
            return not any(one.startswith(inside) for one in rendered)
    return False
