"""The policies of a run: ours and the user's, read, linted, with the controls they declare."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor import resources
from auditor.errors import AnnotationError, PolicyError
from auditor.model.control import Control
from auditor.policy.annotations import control_of
from auditor.text import files
from auditor.text.yaml import TextError, decode

MAX_MODULES = 2_000
MAX_MODULE_BYTES = 256 * 1024


@dataclass(frozen=True)
class Library:
    """`modules`: path as shown -> source, tests apart in `tests`; `controls` by id; `ours` the paths that came with the package."""

    modules: dict[str, str]
    tests: dict[str, str]
    controls: dict[str, Control]
    ours: frozenset[str]

    @property
    def sha256(self) -> str:
        """The hash of all modules with their paths, tests left out."""
        digest = hashlib.sha256()
        for path in sorted(self.modules):
            digest.update(f"{path}\0{self.modules[path]}\0".encode())
        return digest.hexdigest()


def load(folders: Iterable[Path] = ()) -> Library:
    """Our policies and those of the user's folders.  Raises PolicyError with file and line: unreadable, METADATA at fault, an id taken twice."""
    modules: dict[str, str] = {}
    tests: dict[str, str] = {}
    controls: dict[str, Control] = {}
    ours: set[str] = set()
    for folder in [resources.folder("policies"), *folders]:
        own = folder == resources.folder("policies")
        label = "policies" if own else folder.name
        for path, source in _read(folder, label):
            if path in modules or path in tests:
                raise PolicyError(path, 0, 0, "policies", "two files of this name; name the folder differently")
            (tests if path.endswith("_test.rego") else modules)[path] = source
            if own:
                ours.add(path)
            _declare(path, source, own, controls)
    return Library(modules, tests, dict(sorted(controls.items())), frozenset(ours))


def _read(folder: Path, label: str) -> Iterable[tuple[str, str]]:
    count = 0
    for entry in files.walk(folder):
        if isinstance(entry, tuple):
            raise PolicyError(f"{label}/{entry[0].name}", 0, 0, "policies", entry[1])
        if entry.suffix != ".rego":
            continue
        count += 1
        path = f"{label}/{entry.relative_to(folder).as_posix()}"
        if count > MAX_MODULES:
            raise PolicyError(path, 0, 0, "policies", f"more than {MAX_MODULES} files")
        try:
            yield path, decode(files.read(entry, root=folder, limit=MAX_MODULE_BYTES))
        except files.Unreadable as trouble:
            raise PolicyError(path, 0, 0, "policies", trouble.reason) from None
        except TextError as trouble:
            raise PolicyError(path, trouble.line, 0, "policies", trouble.message) from None


def _declare(path: str, source: str, own: bool, controls: dict[str, Control]) -> None:
    if path.endswith("_test.rego") or (own and not path.startswith("policies/controls/")) or (not own and path.count("/") < 2):
        return
    control = control_of(path, source)
    expected = f"{control.id.replace('.', '/')}.rego"
    if not path.endswith("/" + expected):
        raise AnnotationError(path, control.line, 0, "package", f"controls.{control.id} belongs in a file {expected}")
    other = controls.get(control.id)
    if other is not None:
        raise AnnotationError(path, control.line, 0, "package", f"{control.id} is already declared in {other.path}")
    families = {known.family for known in controls.values() if known.path.startswith("policies/")}
    if not own and control.family in families:
        raise AnnotationError(path, control.line, 0, "package", f"the family `{control.family}` is built in; choose another name")
    controls[control.id] = control


def aliases(controls: Mapping[str, Control]) -> dict[str, str]:
    """Old id -> control id."""
    return {old: control.id for control in controls.values() for old in control.aliases}
