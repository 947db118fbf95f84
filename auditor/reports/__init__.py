"""One module a format: `suffix` and `render(report) -> str`.  The file name is the format's name, `-` written `_`."""

HELPERS = frozenset({"view"})
"""Modules here that are no formats: what several of them share."""
