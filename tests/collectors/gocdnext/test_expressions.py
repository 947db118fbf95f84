import time

import pytest

from auditor.collectors.gocdnext.expressions import references, uses
from auditor.collectors.gocdnext.pipeline import Place, Text


def parse(text):
    return references(Text(text, Place(1, 1)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ TOKEN }}", ("name", "TOKEN", "", "", "")),
        ("${{TOKEN}}", ("name", "TOKEN", "", "", "")),
        ("${{ needs.build-1.outputs.image-digest }}", ("output", "", "build-1", "image-digest", "")),
        ("${{ needs.b.matrix[OS=linux,V=1.2].outputs.d }}", ("output", "", "b", "d", "OS=linux,V=1.2")),
        ("${{ secrets.X }}", ("other", "secrets.X", "", "", "")),
        ("${{ needs.b.outputs.Digest }}", ("other", "needs.b.outputs.Digest", "", "", "")),
        ("${TAG}", ("variable", "TAG", "", "", "")),
        ("$TAG", ("variable", "TAG", "", "", "")),
        ("${TAG:-latest}", ("variable", "TAG", "", "", "")),
    ],
)
def test_forms(text, expected):
    """Each form is told apart, and knows where it stands in the text."""
    (found,) = parse(f"a {text} b")
    assert (found.form, found.name, found.job, found.alias, found.cell) == expected
    assert f"a {text} b"[found.start : found.end].startswith("$")


def test_braces_and_modifiers_are_told_apart():
    """The product resolves `${VAR}` in inputs and leaves `$VAR`; `${VAR:-x}` is the shell's."""
    assert [(found.braces, found.plain) for found in parse("${A} $B ${C:-d}")] == [(True, True), (False, True), (True, False)]


@pytest.mark.parametrize("text", ["", "$", "${", "${{", "${{ }", "${{ a } }}", "$1 $$ ${}", '{{ hash "x" }}'])
def test_what_is_no_reference(text):
    """Nothing is found where nothing refers."""
    assert parse(text) == []


@pytest.mark.parametrize(
    "text", ["${{" * 300_000, "${{" * 300_000 + "} ", "${{" + " " * 900_000, "${A" * 300_000, "${{ } " * 150_000, "$" * 900_000]
)
def test_hostile_text_takes_linear_time(text):
    """A megabyte of half-open references is scanned at once."""
    begin = time.process_time()
    parse(text)
    assert time.process_time() - begin < 24


def test_every_text_of_a_job_is_offered(job):
    """Inputs, variables and the marker are resolved; script, image and reference are not."""
    file = job("image: i\nscript: [s]\nvariables: {A: b}\ndeploy: {environment: e, version: v}")
    found = {use.key: use.is_resolved for use in uses(file.pipeline.jobs["j"])}
    assert found == {"image": False, "script": False, "variables.A": True, "deploy.version": True}
