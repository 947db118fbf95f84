"""Which repositories there are, and which of them a file belongs to."""

import subprocess
from pathlib import Path

import pytest

from auditor import places
from auditor.collectors import repository
from auditor.errors import ConfigurationError
from auditor.model.configuration import Scope
from auditor.places import find_places
from auditor.text.reading import Place, Reading


def test_a_file_belongs_to_the_repository_that_lies_nearest_above_it(tmp_path):
    """Of two repositories, one in the other, the inner one has its files; what is in none is the configuration's own."""
    outer, inner = Place("outer", tmp_path / "a", tmp_path), Place("inner", tmp_path / "a/b", tmp_path)
    own = Place("own", tmp_path, tmp_path)
    reading = Reading(tmp_path, "", Scope(), [outer, inner], own)
    assert reading.place_of(tmp_path / "a/b/c/x.yaml") == inner
    assert reading.place_of(tmp_path / "a/bc") == outer
    assert reading.place_of(tmp_path / "a") == outer
    assert reading.place_of(tmp_path / "z.yaml") == own
    assert reading.fact_id(tmp_path / "a/b/c/x.yaml") == "inner/c/x.yaml"


def test_files_of_an_inner_repository_are_not_its_surroundings(tmp_path):
    """A risk path is reported for the repository that holds it, and not again for the one around that."""
    for folder in ("svc/db", "db"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "m.sql").write_text("select 1;")
    found = [Place("outer", tmp_path, tmp_path), Place("inner", tmp_path / "svc", tmp_path / "svc")]
    reading = Reading(tmp_path, "", Scope(), found, risk_paths=["**/m.sql", "db/**", "m.sql"])
    facts = [item[0] for item in repository.collect(repository.Config(path=[".", "svc"]), reading) if isinstance(item, tuple)]
    assert not [identity for identity in facts if identity.startswith("outer/svc")]
    assert [identity for identity in facts if identity.startswith("inner/")]


def test_one_work_tree_is_read_once(tmp_path, monkeypatch):
    """Many folders of one work tree cost one reading of its `.git`."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    seen: list[Path] = []
    real = places.git_info
    monkeypatch.setattr(places, "git_info", lambda root: seen.append(root) or real(root))
    find_places(tmp_path, "my-org", [(repository, repository.Config(path="*"))])
    assert len(seen) == 1


def test_two_repositories_of_one_name_are_refused(tmp_path):
    """Nobody could tell their facts apart."""
    for folder in ("a", "b"):
        subprocess.run(["git", "init", "-q", str(tmp_path / folder)], check=True)
        subprocess.run(["git", "-C", str(tmp_path / folder), "remote", "add", "origin", "https://github.com/o/r.git"], check=True)
    with pytest.raises(ConfigurationError, match="both the repository o/r"):
        find_places(tmp_path, "my-org", [(repository, repository.Config(path=["a", "b"]))])
