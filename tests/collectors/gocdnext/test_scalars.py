import pytest

from auditor.collectors.gocdnext.scalars import boolean, duration, integer, kind
from auditor.text.yaml import parse


def node(text):
    return parse(f"a: {text}")[0].get("a")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("-1", -1),
        ("012", 10),
        ("0o12", 10),
        ("0x1F", 31),
        ("1_000", 1000),
        ("2.9", 2),
        ("1:30", None),
        ('"2"', None),
        ("!!str 2", None),
        ("two", None),
        ("[2]", None),
        ("9" * 100, None),
    ],
)
def test_whole_numbers_as_go_reads_them(text, value):
    """Octal, hexadecimal and cut-off floats count; quoted digits and YAML 1.1's sexagesimals do not."""
    assert integer(node(text)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("yes", True), ('"yes"', True), ("off", False), ('"true"', None), ("1", None), ("{}", None)]
)
def test_truth_values_as_go_reads_them(text, value):
    """The words of YAML 1.1 count for a boolean key, even quoted; `"true"` in quotes is a text."""
    assert boolean(node(text)) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [("90m", 5400), ("1h30m", 5400), ("1.5h", 5400), ("0", 0), ("7d", None), ("", None), ("5", None), ("1h" * 60, None), ("-1h", -3600)],
)
def test_durations_are_gos(text, value):
    """Hours, minutes and smaller units; there are no days."""
    assert duration(text) == value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("prod", "str"),
        ("yes", "str"),
        ("'12'", "str"),
        ("12", "int"),
        ("1.5", "float"),
        ("true", "bool"),
        ("~", "null"),
        ("[a]", "list"),
        ("2024-01-02", "timestamp"),
    ],
)
def test_kinds_are_gos(text, name):
    """`yes` is a text to the product, `true` is not."""
    assert kind(node(text)) == name
