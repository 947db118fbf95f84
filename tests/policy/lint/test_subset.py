"""Each rule of the common subset: what is right passes and means the same on both engines, what is wrong is found."""

from __future__ import annotations

import json

import pytest

from auditor.policy.engine import Defined
from auditor.policy.lint import lint
from tests.policy.engines import BOTH, NOT, engine

PATH = "policies/lib/x.rego"


def module(body: str, *, imported: bool = True) -> str:
    return "package lib.x\n\n" + (f"{NOT}\n\n" if imported else "") + body + "\n"


def codes(source: str, path: str = PATH) -> set[str]:
    return {finding.code for finding in lint({path: source})}


# rule, rules of which one is called `answer`, input, the answer
RIGHT = [
    ("S1", 'answer if not startswith(input.image, "registry.example/")', {}, True),
    ("S1", "answer if not input.x in {1, 2}", {}, True),
    ("S2", "default answer := false\n\nanswer if {\n\tis_array(input.reviews)\n\tsome review in input.reviews\n\treview.approved\n}", {"reviews": None}, False),
    ("S3", "_both if {\n\tinput.x == 1\n\tinput.y == 2\n}\n\nanswer if not _both", {"x": 1}, True),
    ("S4", "_has_two if {\n\tsome n in input.ns\n\tn == 2\n}\n\nanswer if not _has_two", {"ns": [1, 3]}, True),
    ("S4", "answer contains id if {\n\tsome id, _ in input.all\n\tnot input.known[id]\n}", {"all": {"a": 1, "b": 1}, "known": {"a": True}}, ["b"]),
    ("S5", "answer contains path if {\n\twalk(input, [path, value])\n\tis_string(value)\n}", {"a": ["x", {"b": "y"}]}, [["a", 0], ["a", 1, "b"]]),
    ("S6", "answer if input.weight * 100 <= 20 * input.total", {"weight": 1, "total": 5}, True),
    ("S6", "answer := floor(input.seconds / 60)", {"seconds": 119}, 1),
    ("S7", "default answer := false\n\nanswer if {\n\tis_number(input.quorum)\n\tinput.quorum < 2\n}", {"quorum": None}, False),
    ("S8", "answer := {name | some name in input.names; regex.match(`^[A-Za-z0-9_.-]+$`, name)}", {"names": ["a.b", "é", "x y"]}, ["a.b"]),
    ("S9", "answer if regex.match(`^sha256:[0-9a-f]{64}$`, input.digest)", {"digest": "sha256:" + "0a" * 32}, True),
    ("S9", r"answer if regex.match(`(?i)^([]x^-]|[^:]|\[\x41[:digit:]\.\n\]){1,10}\z`, input.v)", {"v": "]-9"}, True),
    ("S9", r"answer if regex.match(`^(?P<name>[[:alpha:]_]+)(?:\(|\{1,2\}|\+)$`, input.v)", {"v": "ab("}, True),
    ("S10", 'answer := sprintf("quorum is %v, %d needed, %s, 100%%", [input.quorum, 2, input.who])', {"quorum": None, "who": "<a>"}, "quorum is null, 2 needed, <a>, 100%"),
    ("S10", 'answer := sprintf("%v %v %v", [input.a, input.b, input.c])', {"a": [1, "x"], "b": {"k": True}, "c": 3}, '[1, "x"] {"k": true} 3'),
    ("S11", 'answer if lower(input.key) == "release"', {"key": "ReLease"}, True),
    ("S13", "production[id] := image if some id, image in input.image\n\nanswer contains id if some id, _ in data.lib.x.production", {"image": {"i": {}}}, ["i"]),
    ("S15", 'answer := graph.reachable(input.needs, {"deploy"})', {"needs": {"deploy": ["build"], "build": [], "lint": []}}, ["build", "deploy"]),
    ("S16", "_older(a, b) if a > b\n\ndefault answer := false\n\nanswer if _older(input.a, input.b)", {"a": 1, "b": 2}, False),
    ("S18", "answer := time.parse_rfc3339_ns(input.as_of)", {"as_of": "1970-01-01T00:00:01Z"}, 1_000_000_000),
    ("S18", 'answer if glob.match("prod-*", ["/"], input.name)', {"name": "prod-x.y"}, True),
    ("S18", 'answer := semver.compare("1.2.3", input.v)', {"v": "1.10.0"}, -1),
    ("S19", '_inner := {"c": {"d": 1}}\n\nanswer := {"a": {"b": _inner}}', {}, {"a": {"b": {"c": {"d": 1}}}}),
    ("S20", '_known("main") := true\n\n_names := [name | some name in input.names]\n\nanswer := [name | some name in _names; _known(name)]', {"names": ["main", "x"]}, None),
    ("head", 'answer := sprintf("merged by %v", [object.get(input.change, "merged_by", "an unknown account")])', {"change": {}}, "merged by an unknown account"),
]

# rule, body, with the import of `not`
WRONG = [
    ("S1", 'foreign if not startswith(input.image, "registry.example/")', False),
    ("S1", "import future.keywords\n\na if not input.x", False),
    ("S1", "import future.keywords.in\n\na := 1", False),
    ("S3", "bad if not { input.x == 1; input.y == 2 }", True),
    ("S3", 'bad if not {"a"}[input.x]', True),
    ("S4", "bad if not input.ns[i] == 2", True),
    ("S4", "bad if not input.ns[_] == 2", True),
    ("S4", "bad if {\n\tsome _ in input.a\n\tnot input.ns[_]\n}", True),
    ("S4", "bad if {\n\tsome i\n\tnot input.ns[i]\n}", True),
    ("S4", "bad := {x | some x in input.a; not x == y}", True),
    ("S4", "bad := [x | some x in input.a; not x == y] if input.z", True),
    ("S4", "bad if {\n\tevery v in input.x {\n\t\tnot v == w\n\t}\n}", True),
    ("S5", "leaves contains p if {\n\t[p, v] := walk(input)\n\tis_string(v)\n}", True),
    ("S6", "share := 0.1 + 0.2", True),
    ("S6", "many := 1e3", True),
    ("S6", "many := 9007199254740993", True),
    ("S6", "share := 1 / input.n", True),
    ("S8", r"a if regex.match(`^[\w.-]+$`, input.name)", True),
    ("S8", r'a if regex.match("^\\d+$", input.name)', True),
    ("S8", r"a := regex.replace(input.x, `\s+`, ``)", True),
    ("S8", "a if regex.match(input.pattern, input.name)", True),
    ("S8", "a if regex.match(concat(``, [`^`, `a`]), input.name)", True),
    ("S9", r"a if regex.match(`^[a-zé]{8,6400}$`, input.value)", True),
    ("S9", "a if regex.match(`^(?=a)`, input.value)", True),
    ("S9", "a if regex.match(`^(?-u)a`, input.value)", True),
    ("S9", "a if regex.match(`(`, input.value)", True),
    ("S10", 'm := sprintf("quorum is %q", [input.q])', True),
    ("S10", 'm := sprintf("%v of %v", [1])', True),
    ("S10", 'm := sprintf("%v", [1, 2])', True),
    ("S10", 'm := sprintf("%v", input.x)', True),
    ("S10", 'm := sprintf(input.x, ["a"])', True),
    ("S10", 'm := sprintf("%05d", [1])', True),
    ("S18", "a := yaml.unmarshal(input.raw)", True),
    ("S18", "a := json.marshal(input.raw)", True),
    ("S18", "a if object.subset(input.a, [])", True),
    ("S13", "import data.lib.y\n\na := 1", False),
    ("S13", "import rego.v1\n\na := 1", False),
    ("S13", "import input.x\n\na := 1", False),
    ("S20", f"import {NOT[7:]} as nope\n\na := 1", False),
    ("S13", "a := data.lib.nope.b", True),
    ("S13", "a := data.nope.b", True),
    ("S13", "a := data.lib[input.x]", True),
    ("S13", "a := data", True),
    ("S14", 'a if input.x with input as {"x": 1}', True),
    ("S15", "depth(x) := 1 + depth(input.parent[x])", True),
    ("S15", "a if b\n\nb if data.lib.x.a", True),
    ("S15", "a contains x if some x in c\n\nc := [1 | some _ in data.lib.x.a]", True),
    ("S15", "a if not data.lib.x[input.name]", True),
    ("S16", "gt(a, b) if a > b", True),
    ("S16", "plus(a, b) := 42", True),
    ("S16", "count(x) := 1", True),
    ("S18", "a := time.now_ns()", True),
    ("S18", 'a := http.send({"url": input.x})', True),
    ("S18", "a if print(1)", True),
    ("S18", "a := crypto.sha256(input.x)", True),
    ("S18", "a := rego.metadata.rule()", True),
    ("S18", "a := nope(1)", True),
    ("S18", "a := data.lib.y.f(1)", True),
    ("S18", "a := 1\n\nb := a(1)", True),
    ("S18", "a if every x in input.y { x == rand.intn(`a`, 3) }", True),
    ("S19", 'doc := {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}}', True),
    ("S19", "doc := " + "[" * 5000 + "]" * 5000, True),
    ("S19", "doc := " + "(" * 80 + "1" + ")" * 80, True),
    ("S19", 'x := "' + "a" * 120 + '"', True),
    ("S19", "x := 1" + "\n\t+ 1" * 5000, True),
    ("S19", "# " + "a b " * 70000, True),
    ("S20", "_known(`main`)", True),
    ("S20", "n := [n | some n in [n | some n in input.names]]", True),
    ("S20", "a if {\n\tx := 1\n\tx := 2\n}", True),
    ("S20", "a(x) if x := input.y", True),
    ("S20", "a if some input in data.lib.x.b\n\nb := [1]", True),
    ("S20", "a(data) if data.x", True),
    ("S20", 'm := $"a{1}"', True),
    ("S20", "a := 1\n\nimport data.b", True),
    ("S20", "a := 1 }", True),
    ("S20", 'a := "open', True),
    ("S20", "in := 1", True),
    ("S20", "a if {", True),
    ("S20", "x { 1 }", True),
]


@pytest.mark.parametrize(("rule", "body", "document", "answer"), RIGHT, ids=[f"{n}-{row[0]}" for n, row in enumerate(RIGHT)])
@pytest.mark.parametrize("name", BOTH)
def test_right(monkeypatch, name: str, rule: str, body: str, document: dict[str, object], answer: object) -> None:
    """Inside the subset the lint is silent and each engine gives the answer that is meant."""
    source = module(body)
    assert [str(finding) for finding in lint({PATH: source})] == []
    with engine(name, monkeypatch).load({PATH: source}) as policies:
        assert policies.evaluate("data.lib.x.answer", json.dumps(document).encode(), timeout=10) == Defined(answer if answer is not None else ["main"])


@pytest.mark.parametrize(("rule", "body", "imported"), WRONG, ids=[f"{n}-{row[0]}" for n, row in enumerate(WRONG)])
def test_wrong(rule: str, body: str, imported: bool) -> None:
    """Outside of it the lint names the rule, the place and what to write instead."""
    found = lint({PATH: module(body, imported=imported)})
    assert rule in {finding.code for finding in found}
    assert all(finding.path == PATH and finding.message for finding in found)
    assert [(f.line, f.column) for f in found] == sorted((f.line, f.column) for f in found)


# Why the rules are there: the engines of today differ, and none of them says so.
SILENT = [
    ("S1", 'answer if not startswith(input.image, "x")', False),
    ("S4", "answer if not input.ns[_] == 2", True),
    ("S5", "answer contains p if {\n\t[p, v] := walk(input)\n\tis_number(v)\n}", True),
    ("S6", "answer if 0.1 + 0.2 == 0.3", True),
    ("S8", r"answer if regex.match(`^\w$`, input.letter)", True),
    ("S9", "answer if regex.match(`^[a&&b]$`, `&`)", True),
    ("S9", "answer if regex.match(`^[[a]]$`, `a`)", True),
    ("S9", "answer if regex.match(`^a{0,1001}$`, `a`)", True),
    ("S9", "answer if regex.match(`(?x)a b`, `ab`)", True),
    ("S9", r"answer if regex.match(`\<a`, `a`)", True),
    ("S10", 'answer := sprintf("%s", [3])', True),
    ("S18", "answer := json.marshal(input.html)", True),
    ("S18", 'answer := semver.is_valid("v1.0.0")', True),
    ("S16", "plus(a, b) := 42\n\nanswer := 1 + 1", True),
]


@pytest.mark.opa
@pytest.mark.parametrize(("rule", "body", "imported"), SILENT, ids=[f"{n}-{row[0]}" for n, row in enumerate(SILENT)])
def test_engines_differ(monkeypatch, rule: str, body: str, imported: bool) -> None:
    """Where the engines answer differently without a word, or only one answers, the lint speaks."""
    source, document = module(body, imported=imported), json.dumps({"letter": "é", "html": "<b>", "ns": [1, 2], "n": 1}).encode()
    answers = []
    for name in ("embedded", "opa"):
        try:
            with engine(name, monkeypatch).load({PATH: source}) as policies:
                answers.append(policies.evaluate("data.lib.x.answer", document, timeout=10))
        except Exception as error:
            answers.append(error)
    assert answers[0] != answers[1]
    assert rule in codes(source)


def test_with_in_tests() -> None:
    """Tests may replace the input by a variable of the body or by a literal; nothing else."""
    path = "policies/lib/x_test.rego"
    head = f"package lib.x_test\n\n{NOT}\n\n_fixture := {{}}\n\n_build(a) := a\n\n"
    right = ["doc := _build(1)\n\tinput.x with input as doc", 'input.x with input as {"x": [1]}', "d := 1\n\tinput.x with input as {`a`: d}", "p := 1\n\tinput.x with data.parameters as p"]
    wrong = ["input.x with input as _fixture", "input.x with input as _build(1)", "input.x with input as {`a`: data.lib.x_test._fixture}", "input.x with input as [y | y := 1]"]
    wrong += ["t := 1\n\tinput.x with data.lib.x as t", "t := 1\n\tcount([]) with count as t", "t := 1\n\tinput.x with input.a as t"]
    for body in right:
        assert lint({path: head + f"test_a if {{\n\t{body}\n}}\n"}) == [], body
    for body in wrong:
        assert "S14" in codes(head + f"test_a if {{\n\t{body}\n}}\n", path), body


@pytest.mark.parametrize("name", BOTH)
def test_with_means_the_same(monkeypatch, name: str) -> None:
    """A document in a variable gives the same on both engines, even where it is built from the data that the rule reads (S14)."""
    zones = "package lib.zones\n\nfirst := data.parameters.a.first\n\nknown if input.zone == first\n"
    test = "package lib.zones_test\n\ntest_pass_known if {\n\tdoc := {`zone`: data.lib.zones.first}\n\tdata.lib.zones.known with input as doc\n}\n"
    modules = {"lib/zones.rego": zones, "lib/zones_test.rego": test}
    assert lint(modules) == []
    with engine(name, monkeypatch).load(modules, b'{"parameters": {"a": {"first": "z"}}}') as policies:
        assert policies.evaluate("data.lib.zones_test.test_pass_known", b"{}", timeout=10) == Defined(value=True)


def test_hostile_modules_end() -> None:
    """Whatever is no Rego is a finding, soon."""
    for source in ["", "\x00", "package", "package a.b\n" * 10000, "\ufeffpackage lib.x", "package lib.x\nx := " + "not " * 9000, "package lib.x\n" + "x if {\n" * 3000, '"' * 99999]:
        assert lint({PATH: source}), source[:20]


def test_not_unicode() -> None:
    """A module with half a character is a finding."""
    assert lint({PATH: 'package lib.x\nx := "\ud800"\n'})
