"""Words and signs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.reports import words


@given(st.text())
def test_nothing_acts(text: str) -> None:
    """Whatever the text, what comes out holds no control, direction override or lone surrogate, and can be encoded."""
    out = words.visible(text)
    assert all(c in "\t\n" or (ord(c) >= 0x20 and not 0x7F <= ord(c) < 0xA0) for c in out)
    assert not set(out) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\xad")
    out.encode()


def test_what_would_act_is_spelled_out() -> None:
    """An escape or an override is shown as such, so that a reader sees the trick; other scripts stay."""
    assert words.visible("a\x1b[31m\u202e\udc80é世") == "a\\x1b[31m\\u202e\\udc80é世"
    assert words.one_line(" a\r\n\tb ") == "a\\x0d b"


def test_figures() -> None:
    """Counts are worst first, without zeros, and nouns follow their number."""
    assert words.tally({"pass": 4, "fail": 2, "unknown": 0, "assessed": 9}) == "2 failed, 4 passed"
    assert words.tally({}) == "nothing"
    assert (words.plural(1, "repository", "repositories"), words.plural(1000, "repository", "repositories")) == ("1 repository", "1,000 repositories")


def test_times() -> None:
    """An RFC 3339 time in UTC is shown to the minute; anything else as it is."""
    assert words.moment("2026-11-24T14:30:59.5Z") == "2026-11-24 14:30 UTC"
    assert words.moment("2026-11-24T14:30:59+02:00") == "2026-11-24T14:30:59+02:00"


def test_code_is_told_from_prose() -> None:
    """Code stands between fences or is indented after an empty line; its own indentation stays, prose is joined."""
    assert words.blocks("Do\nthis:\n\n```yaml\na:\n  b: 1\n```\nor\n  so\n\n  c\n    d") == [("prose", "Do this:"), ("code", "a:\n  b: 1"), ("prose", "or so"), ("code", "c\n  d")]
