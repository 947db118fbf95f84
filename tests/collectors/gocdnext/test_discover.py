from auditor.collectors.gocdnext.discover import MAX_FILE, Entry, discover, entries


def test_reads_one_folder_by_exact_suffix():
    """Files ending in .yaml or .yml count, dot-files too; folders below, other case and links are remarked, the rest is no pipeline."""
    found = discover(
        [
            Entry(".gocdnext/b.yaml"),
            Entry(".gocdnext/.a.yml"),
            Entry(".gocdnext/.yaml"),
            Entry(".gocdnext/README.md"),
            Entry(".gocdnext/C.YAML"),
            Entry(".gocdnext/sub/d.yaml"),
            Entry(".gocdnext/link.yaml", "link"),
            Entry(".gocdnext/folder.yaml", "folder"),
            Entry("other/e.yaml"),
        ]
    )
    assert found.read == [".gocdnext/.a.yml", ".gocdnext/.yaml", ".gocdnext/b.yaml"]
    assert [path for path, _ in found.ignored] == [".gocdnext/C.YAML", ".gocdnext/link.yaml", ".gocdnext/sub/d.yaml"]


def test_a_configured_path_may_be_one_file():
    """Then the usual folder is not read, and each pipeline there is remarked."""
    found = discover([Entry("ci/all.yml"), Entry("ci/more.yml"), Entry(".gocdnext/prod.yaml")], "ci/all.yml")
    assert (found.read, [path for path, _ in found.ignored]) == (["ci/all.yml"], [".gocdnext/prod.yaml"])
    assert discover([Entry("ci/all.yml"), Entry(".gocdnext/prod.yaml")], "ci/").read == ["ci/all.yml"]


def test_over_a_limit_the_server_loads_none():
    """Too many files, one too large, or too much together is a refusal, and the files are still there to be judged."""
    many = discover([Entry(f".gocdnext/{n:03}.yaml", size=10) for n in range(130)])
    assert (len(many.read), [path for path, _ in many.refused]) == (130, [".gocdnext/128.yaml"])
    large = discover([Entry(".gocdnext/a.yaml", size=MAX_FILE + 1), Entry(".gocdnext/b.yaml", size=MAX_FILE)])
    assert [path for path, _ in large.refused] == [".gocdnext/a.yaml", ".gocdnext/b.yaml"]


def test_lists_a_checkout(tmp_path):
    """A checkout gives the same entries as a listing would; a missing folder gives none; a folder that is a link is not followed."""
    folder = tmp_path / ".gocdnext"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.yaml").write_text("x")
    (folder / "sub" / "b.yaml").write_text("x")
    (folder / "l.yaml").symlink_to("a.yaml")
    found, unreadable = entries(tmp_path)
    assert (sorted((entry.path, entry.kind, entry.size) for entry in found), unreadable) == (
        [(".gocdnext/a.yaml", "file", 1), (".gocdnext/l.yaml", "link", 0), (".gocdnext/sub/b.yaml", "file", 1)],
        [],
    )
    assert entries(tmp_path / "none") == ([], [])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".gocdnext").symlink_to(folder)
    linked = discover(entries(tmp_path / "other")[0])
    assert (linked.read, len(linked.ignored)) == ([], 1)
