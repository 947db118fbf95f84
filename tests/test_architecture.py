"""The house rules that a machine can hold: sizes, folders, what may import what, docs that are true."""

import ast
import re
import subprocess
import sys

import pytest

from auditor.cli import COMMANDS
from auditor.cli.output import formats
from auditor.pipeline import known_collectors
from tests import auditing

ROOT = auditing.ROOT
MODULES = sorted((ROOT / "auditor").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_are_small(path):
    """A module has at most 300 lines, a function at most 50."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    long = [
        f"{node.name} {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 50
    ]
    assert long == []


def test_only_one_place_imports_each_implementation():
    """Rego engines, click and jinja2 have one home each."""
    homes = {"regorus": "auditor/policy/engine/", "click": "auditor/cli/", "jinja2": "auditor/reports/html/", "sarif_om": "auditor/reports/sarif", "helm_python": "auditor/collectors/helm/"}
    strays = []
    for path in MODULES:
        relative = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            strays += [f"{relative}: {name}" for name in names for home in [homes.get(name.partition(".")[0])] if home and not relative.startswith(home)]
    assert strays == []


def test_the_layers_hold():
    """import-linter's contracts are kept."""
    got = subprocess.run([f"{sys.prefix}/bin/lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert got.returncode == 0, got.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["audit", "--help"], ["report", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments):
    """Help costs no engine, no rich, no jinja2, no collectors."""
    code = (
        f"import sys; sys.argv = ['auditor', *{arguments!r}]\n"
        "from auditor.cli import run\nrun(sys.argv[1:])\n"
        "print([name for name in ('regorus', 'rich', 'jinja2', 'sarif_om', 'jsonschema', 'helm_python', 'auditor.collectors.kubernetes') if name in sys.modules], file=sys.stderr)"
    )
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert got.stderr.strip() == "[]"


def test_top_level_folders_are_the_agreed_ones():
    """auditor policies fixtures tests reports, and dot-folders."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {path.split("/")[0] for path in tracked if "/" in path}
    assert {folder for folder in folders if not folder.startswith(".")} <= {"auditor", "policies", "fixtures", "tests", "reports"}


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_command_format_and_collector():
    """What there is, README says, and nothing else."""
    text = readme()
    for command in COMMANDS:
        assert re.search(rf"`auditor {command}\b", text), command
    for name in formats():
        assert f"`{name}`" in text, name
    for name in known_collectors():
        assert f"`{name}`" in text, name


def test_the_readme_shows_help_as_it_is():
    """The help text in README is what `auditor --help` prints."""
    got = subprocess.run([sys.executable, "-m", "auditor", "--help"], capture_output=True, text=True, check=True, env={"COLUMNS": "100", "PATH": ""}).stdout
    assert got.replace("python -m auditor", "auditor").strip() in readme()


def test_the_architecture_names_every_dependency():
    """Each runtime dependency has its reason in ARCHITECTURE.md."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["helm"]]:
        assert re.split(r"[<>=!~\[]", requirement)[0] in text


def test_the_architecture_names_every_folder():
    """Each package of auditor is in ARCHITECTURE.md's table."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for folder in (ROOT / "auditor").iterdir():
        if folder.is_dir() and (folder / "__init__.py").exists():
            assert f"`auditor/{folder.name}`" in text, folder.name
