"""Commands as a user meets them: streams, exit codes, messages."""

import json

import pytest

CONFIG = "organization: my-org\nsources:\n  repository: {path: .}\n"


@pytest.fixture
def here(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @my-org/a @my-org/b\n")
    (tmp_path / "auditor.yaml").write_text(CONFIG)
    return tmp_path


def test_the_version(auditor):
    """`--version` says name and version."""
    got = auditor("--version")
    assert got.code == 0
    assert got.out.startswith("auditor ")


def test_a_misspelt_command_says_what_was_meant(auditor):
    """Usage errors are exit code 2 and help."""
    got = auditor("adit")
    assert got.code == 2
    assert "did you mean `audit`?" in got.err


def test_an_empty_folder_has_nothing_in_scope(auditor):
    """Nothing to judge is exit code 4, not 0."""
    assert auditor("audit").code == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: {repositry: {path: .}}\n", "did you mean `repository`?"),
        ("sources: {repository: {pth: .}}\n", "auditor.yaml:1: unknown key `pth`"),
        ("sources: {github: {repositories: [x/y]}}\n", "this version cannot read a source `github`"),
        ("controls: {ignore: [duties.gate_qourum]}\n", "did you mean `duties.gate_quorum`?"),
        ("allow_unknown: [dutys.x]\n", "allow_unknown: no control is called `dutys.x`"),
        ("waivers: [{control: duties.gate_quorm, subject: x}]\n", "did you mean `duties.gate_quorum`?"),
        ("controls: {parameters: {duties.gate_quorum: {minimun: 3}}}\n", "no parameter `minimun`"),
        ("controls: {parameters: {duties.gate_quorum: {minimum: many}}}\n", "duties.gate_quorum.minimum"),
    ],
)
def test_a_wrong_configuration_ends_the_run_with_its_place(auditor, tmp_path, text, message):
    """A broken configuration is exit code 2, with what was probably meant, and no report."""
    (tmp_path / "auditor.yaml").write_text(text)
    got = auditor("audit")
    assert got.code == 2
    assert message in got.err
    assert got.out == ""


def test_two_formats_cannot_share_stdout(auditor, here):
    """At most one report goes to stdout."""
    got = auditor("audit", "--format", "json", "--format", "csv")
    assert got.code == 2
    assert "two formats want stdout" in got.err


def test_reports_go_to_files_and_say_so_on_stderr(auditor, here):
    """With files only, stdout stays empty."""
    got = auditor("audit", "--format", "json=a.json", "--format", "html=a.html")
    assert got.out == ""
    assert "wrote a.json" in got.err
    assert json.loads((here / "a.json").read_text())["schema_version"] == "1"
    assert (here / "a.html").read_text().startswith("<!doctype html>")


def test_a_report_that_cannot_be_written_leaves_the_old_one(auditor, here, monkeypatch):
    """A full disk is exit code 2, the old file stays, and nothing half-written lies beside it."""
    import os

    (here / "out.json").write_text("old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = sorted(path.name for path in here.iterdir())
    got = auditor("audit", "--format", "json=out.json")
    assert got.code == 2
    assert "out.json: cannot be written: No space left on device" in got.err
    assert (here / "out.json").read_text() == "old"
    assert sorted(path.name for path in here.iterdir()) == before


def test_audit_is_collect_and_evaluate(auditor, here):
    """The same time given, both ways lead to the same report, byte for byte; so does rendering it again."""
    time = ("--as-of", "2026-11-24T14:30:00Z")
    whole = auditor("audit", *time, "--format", "json")
    assert auditor("collect", *time, "-o", "evidence.json").code == 0
    apart = auditor("evaluate", "evidence.json", "--format", "json")
    assert apart.out == whole.out
    assert apart.code == whole.code
    (here / "report.json").write_text(whole.out)
    assert auditor("report", "report.json", "--format", "json").out == whole.out
    assert auditor("report", "report.json").out == auditor("audit", *time).out


def test_evidence_is_not_judged_by_what_would_have_read_otherwise(auditor, here):
    """A configuration with another scope of what is read is refused; other limits are not."""
    auditor("collect", "-o", "evidence.json")
    (here / "other.yaml").write_text(CONFIG + "scope: {production: {namespaces: [live]}}\n")
    got = auditor("evaluate", "evidence.json", "-c", "other.yaml")
    assert got.code == 2
    assert "scope.production.namespaces differs" in got.err
    (here / "other.yaml").write_text(CONFIG + "fail_on: critical\n")
    assert auditor("evaluate", "evidence.json", "-c", "other.yaml", "--format", "json").code != 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": "9"}', "nonsense"])
@pytest.mark.parametrize("command", ["evaluate", "report"])
def test_broken_documents_are_refused(auditor, tmp_path, command, text):
    """What is no evidence or report is exit code 2 with the file's name, never a traceback."""
    (tmp_path / "x.json").write_text(text)
    got = auditor(command, "x.json")
    assert got.code == 2
    assert got.err.startswith("auditor: x.json")
    assert "Traceback" not in got.err


def test_options_come_from_the_environment_too(auditor, here, monkeypatch):
    """Each option is also AUDITOR_NAME."""
    monkeypatch.setenv("AUDITOR_FORMAT", "csv")
    monkeypatch.setenv("AUDITOR_AS_OF", "2026-01-02T03:04:05Z")
    got = auditor("audit")
    assert got.out.startswith("control,")
    assert "2026-01-02T03:04:05Z" in got.out


def test_a_bad_time_is_a_usage_error(auditor, here):
    """--as-of takes RFC 3339."""
    assert auditor("audit", "--as-of", "yesterday").code == 2


def test_init_writes_what_audit_reads(auditor, tmp_path):
    """The configuration that init writes is accepted, and is not overwritten unasked."""
    (tmp_path / "charts/app").mkdir(parents=True)
    (tmp_path / "charts/app/Chart.yaml").write_text("name: app\nversion: 1.0.0\n")
    assert auditor("init").code == 0
    assert auditor("audit", "--format", "json").code in {0, 1, 3, 4}
    again = auditor("init")
    assert again.code == 2
    assert "--force" in again.err


@pytest.mark.parametrize("name", ["evidence", "report", "config"])
def test_schemas_are_printed(auditor, name):
    """The three documents have JSON Schemas."""
    assert "$defs" in json.loads(auditor("schema", name).out)


def test_explain_and_controls(auditor):
    """The catalogue can be listed in three forms and each control explained; a misspelt one is guessed."""
    assert "duties.gate_quorum" in auditor("controls").out
    assert "duties.gate_quorum" in json.loads(auditor("controls", "--format", "json", "--family", "duties").out)
    assert "CC8.1" in auditor("controls", "--framework", "soc2").out
    assert "How to fix it" in auditor("explain", "duties.gate_quorum").out
    wrong = auditor("explain", "duties.gate_qourum")
    assert wrong.code == 2
    assert "did you mean `duties.gate_quorum`?" in wrong.err


def test_doctor_reports_engines_and_sources(auditor, here):
    """What is installed and what is not asked."""
    got = auditor("doctor")
    assert got.code == 0
    assert "embedded engine: regorus" in got.out
    assert "sources repository" in got.out


def test_exit_zero_is_explicit(auditor):
    """--exit-zero changes the code and nothing else."""
    plain, zero = auditor("audit", "--demo"), auditor("audit", "--demo", "--exit-zero")
    assert plain.code == 1
    assert zero.code == 0
    assert plain.out == zero.out


def test_a_document_that_is_not_there_is_named_once(auditor):
    """The message names the file, and names it once."""
    for command in ("evaluate", "report"):
        assert auditor(command, "nope.json").err == "auditor: nope.json: no such file or directory\n"


def test_a_misspelt_control_is_told_by_its_option(auditor):
    """What the command line says wrongly is not blamed on auditor.yaml."""
    assert "--control: no control is called `tem.*`" in auditor("audit", "--demo", "--control", "tem.*").err


def test_a_new_control_says_what_makes_it_count(auditor, tmp_path):
    """Its folder is to be named in auditor.yaml, and its family is to be one's own."""
    assert "policies: [mine]" in auditor("policy", "new", "team.named", "--dir", "mine").err
    (tmp_path / "auditor.yaml").write_text("policies: [mine]\n")
    assert "policies:" not in auditor("policy", "new", "team.other", "--dir", "mine").err
    assert auditor("policy", "check").code == 0
    refused = auditor("policy", "new", "duties.mine", "--dir", "mine")
    assert refused.code == 2
    assert "built in" in refused.err
    assert not (tmp_path / "mine/duties").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [("job.stage ==", "job.stagee =="), ("requires: [job.stage]", "requires: [job.stagee]"), ("some id, job in input.job\n\tjob.stage ==", "job := input.job[id]\n\tjob.stagee ==")],
)
def test_a_field_that_no_fact_has_is_refused(auditor, tmp_path, old, new):
    """A misspelt field is undefined everywhere, so the control would pass everything."""
    auditor("policy", "new", "team.named", "--dir", "mine")
    (tmp_path / "auditor.yaml").write_text("policies: [mine]\n")
    policy = tmp_path / "mine/team/named.rego"
    policy.write_text(policy.read_text().replace(old, new))
    for command in (("policy", "check"), ("audit",)):
        got = auditor(*command)
        assert got.code != 0
        assert "`job` has no field `stagee` (did you mean `stage`?)" in got.out + got.err


def test_text_says_what_was_assumed(auditor):
    """Without auditor.yaml, the report says what it took as given."""
    assert 'scope.production.secrets: ["PROD_*", "COSIGN_*"]' in auditor("audit").out
