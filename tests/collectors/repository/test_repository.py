"""The collector `repository` over whole folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from auditor.collectors.repository import Config, collect, merge, repositories
from auditor.model import Fact, Gap
from auditor.model.configuration import Scope
from auditor.model.facts.repository import CodeOwners, Repository, RiskPath, RuleFile
from auditor.text import files
from auditor.text.reading import Place, Reading

RISK = [".gocdnext/", "**/migrations/", ".github/workflows/", "auditor.yaml", ".github/CODEOWNERS"]


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def run(root: Path, places: list[Place] | None = None, **rest: object) -> tuple[dict[str, Fact], list[Gap], Reading]:
    here = places if places is not None else [Place("my-org/app", root, root, "github.com/my-org/app", "main")]
    reading = Reading(root=root, as_of="2027-01-01T00:00:00Z", scope=Scope(), places=here, risk_paths=RISK, **rest)  # type: ignore[arg-type]
    found = list(collect(Config(), reading))
    facts = [one for one in found if isinstance(one, tuple)]
    assert len({(type(fact), identity) for identity, fact in facts}) == len(facts)
    assert all(fact.at.source in reading.sources for _, fact in facts)
    return dict(facts), [one for one in found if isinstance(one, Gap)], reading


FILES = {
    ".github/CODEOWNERS": "* @my-org/all\n/migrations/ @my-org/db @dana\n/migrations/seed.sql\nbad line\n/.gocdnext/ @Rel @rel\n",
    "CODEOWNERS": "",
    ".gitlab/CODEOWNERS": "",
    ".gocdnext/prod.yaml": "",
    "migrations/1.sql": "",
    "migrations/seed.sql": "",
    "auditor.yaml": "",
    "node_modules/x/migrations/1.sql": "",
}


def test_a_repository(tmp_path: Path) -> None:
    """Owners, places, skipped lines and risk paths of an ordinary repository."""
    write(tmp_path, FILES)
    facts, gaps, _ = run(tmp_path, rule_paths={"configuration": [tmp_path / "auditor.yaml"], "waivers": [tmp_path / "auditor.yaml"]})
    assert gaps == []
    repository = facts["my-org/app"]
    assert isinstance(repository, Repository)
    assert repository.has_pipelines
    migrations = facts["my-org/app/migrations/"]
    assert isinstance(migrations, RiskPath)
    assert [(one.owners, one.teams, one.example, one.at.line) for one in migrations.ownerships or ()] == [
        (["@my-org/db", "@dana"], ["@my-org/db"], "migrations/1.sql", 2),
        ([], [], "migrations/seed.sql", 3),
    ]
    pipelines = facts["my-org/app/.gocdnext/"]
    assert isinstance(pipelines, RiskPath)
    assert [one.owners for one in pipelines.ownerships or ()] == [["@Rel"]]
    assert "my-org/app/node_modules/x/migrations/" not in facts


def test_files_named_codeowners(tmp_path: Path) -> None:
    """Each file of the name is a fact with its standing; the one in force has its bad lines."""
    write(tmp_path, FILES)
    reading = Reading(root=tmp_path, as_of="", scope=Scope(), places=[Place("r", tmp_path, tmp_path)])
    found = [one for one in collect(Config(), reading) if isinstance(one, tuple) and isinstance(one[1], CodeOwners)]
    assert [(identity, fact.standing) for identity, fact in found] == [
        ("r/.github/CODEOWNERS", "in force"),
        ("r/CODEOWNERS", "shadowed"),
        ("r/.gitlab/CODEOWNERS", "misplaced"),
    ]
    assert [remark.at.line for remark in found[0][1].invalid or ()] == [4]


def test_too_large_is_not_loaded(tmp_path: Path) -> None:
    """Over 3 MB GitHub does not load the file, so nobody owns anything."""
    write(tmp_path, {"CODEOWNERS": "* @a\n" + "#" * 3_145_729, "migrations/x": ""})
    facts, gaps, _ = run(tmp_path)
    assert gaps == []
    owners, risk = facts["my-org/app/CODEOWNERS"], facts["my-org/app/migrations/"]
    assert isinstance(owners, CodeOwners)
    assert not owners.loaded
    assert isinstance(risk, RiskPath)
    assert [one.owners for one in risk.ownerships or ()] == [[]]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_no_permission(tmp_path: Path) -> None:
    """A CODEOWNERS without read permission is a gap, and so is what rests on it."""
    write(tmp_path, FILES)
    (tmp_path / ".github/CODEOWNERS").chmod(0)
    _, gaps, _ = run(tmp_path)
    assert {gap.kind for gap in gaps} >= {"code_owners", "risk_path.ownerships"}


def test_what_cannot_be_known_is_a_gap(tmp_path: Path) -> None:
    """A linked CODEOWNERS, a line of open meaning and git trouble are gaps with None beside them, never a default."""
    write(tmp_path, {"real": "* @a\n", "migrations/x": "", "auditor.yaml": ""})
    (tmp_path / "CODEOWNERS").symlink_to("real")
    facts, gaps, _ = run(tmp_path, [Place("r", tmp_path, tmp_path, git_trouble="broken")], rule_paths={"configuration": [tmp_path / "auditor.yaml"]})
    kinds = {(gap.kind, gap.path) for gap in gaps}
    assert {("code_owners", "r/CODEOWNERS"), ("repository.remote", "r"), ("repository.default_branch", "r")} <= kinds
    assert {("risk_path.ownerships", "r/migrations/"), ("rule_file.judged", "r/auditor.yaml")} <= kinds
    risk = facts["r/migrations/"]
    assert isinstance(risk, RiskPath)
    assert risk.ownerships is None
    (tmp_path / "CODEOWNERS").unlink()
    write(tmp_path, {"CODEOWNERS": "* @a\nmigrations/**/** @b\n"})
    facts, gaps, _ = run(tmp_path)
    assert [(gap.kind, gap.path) for gap in gaps] == [("risk_path.ownerships", "my-org/app/migrations/")]
    assert "line 2" in gaps[0].reason


def test_monorepo(tmp_path: Path) -> None:
    """CODEOWNERS at the git root applies below it; a file belongs to the innermost repository; a submodule's files to none."""
    write(tmp_path, {"CODEOWNERS": "/services/api/migrations/ @api\n", "services/api/migrations/1": "", "services/api/.gocdnext/p.yaml": ""})
    write(tmp_path, {"migrations/1": "", "sub/migrations/1": "", "sub/.git": "gitdir: x"})
    api = tmp_path / "services/api"
    facts, gaps, _ = run(tmp_path, [Place("o/m", tmp_path, tmp_path), Place("o/m/services/api", api, tmp_path)])
    assert gaps == []
    assert sorted(identity for identity, fact in facts.items() if isinstance(fact, RiskPath)) == [
        "o/m/migrations/",
        "o/m/services/api/.gocdnext/",
        "o/m/services/api/migrations/",
    ]
    risk = facts["o/m/services/api/migrations/"]
    assert isinstance(risk, RiskPath)
    assert [one.owners for one in risk.ownerships or ()] == [["@api"]]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A file name that is not UTF-8 can still be written down."""
    folder = os.fsencode(tmp_path) + b"/migrations"
    Path(os.fsdecode(folder)).mkdir()
    try:
        Path(os.fsdecode(folder + b"/\xff")).write_text("")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    facts, _, _ = run(tmp_path)
    risk = facts["my-org/app/migrations/"]
    assert isinstance(risk, RiskPath)
    assert [one.example.encode() for one in risk.ownerships or ()] == ["migrations/\ufffd".encode()]


def test_rule_files(tmp_path: Path) -> None:
    """The audit's own files carry their owners and the owners of the pipelines that they judge; a path in two roles is one fact."""
    write(tmp_path, FILES | {"rules/a.rego": "", ".github/CODEOWNERS": "/rules/ @sec\n/.gocdnext/ @rel\n"})
    rules = {"configuration": [tmp_path / "auditor.yaml"], "waivers": [tmp_path / "auditor.yaml"], "policies": [tmp_path / "rules"]}
    reading = Reading(root=tmp_path, as_of="", scope=Scope(), places=[Place("r", tmp_path, tmp_path)], rule_paths=rules)
    found = [one for one in collect(Config(), reading) if isinstance(one, tuple) and isinstance(one[1], RuleFile)]
    assert [(identity, fact.role, [one.owners for one in fact.ownerships or ()], fact.judged) for identity, fact in found] == [
        ("r/auditor.yaml", "configuration", [[]], ["@rel"]),
        ("r/rules", "policies", [["@sec"]], ["@rel"]),
    ]


@pytest.mark.parametrize("how", ["unreadable", "not text"])
def test_losing_a_file_gives_no_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Whichever file cannot be read or is no text: no path has an owner that it had not, without a gap beside it."""
    write(tmp_path, FILES)
    before, _, _ = run(tmp_path)
    real = files.read
    for victim in sorted(path for path in tmp_path.rglob("*") if path.is_file()):

        def broken(path: Path, *, victim: Path = victim, **settings: Any) -> bytes:
            if Path(path).absolute() == victim:
                if how == "unreadable":
                    raise files.Unreadable("permission denied")
                return b"\xff\xfe\xff not text \xc3\x28"
            return real(path, **settings)

        monkeypatch.setattr(files, "read", broken)
        facts, gaps, _ = run(tmp_path)
        monkeypatch.setattr(files, "read", real)
        for identity, fact in facts.items():
            was = before[identity]
            if not isinstance(fact, RiskPath) or not isinstance(was, RiskPath):
                continue
            if fact.ownerships is None:
                assert any(gap.path == identity for gap in gaps)
            else:
                assert {owner for one in fact.ownerships for owner in one.owners} <= {owner for one in was.ownerships or () for owner in one.owners}


def test_several_entries_are_one(tmp_path: Path) -> None:
    """Entries are merged, globs bring in folders without naming them."""
    write(tmp_path, {"services/a/x": "", "services/b/x": "", "services/file": ""})
    (whole,) = merge([Config(path="services/*"), Config(path=["services/a"])])
    assert repositories(whole, tmp_path) == [(tmp_path / "services/a", True), (tmp_path / "services/b", False)]
