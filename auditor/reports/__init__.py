"""One module a format: `suffix` and `render(report) -> str`.  The file name is the format's name, `-` written `_`."""

HELPERS = frozenset({"markdown_text", "sarif_model", "view", "wording", "words"})
"""Modules here that are no formats: what several of them share."""
