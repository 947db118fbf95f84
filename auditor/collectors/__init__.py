"""One module or package a source: `Config`, `KINDS` (the kinds of fact it reads), `collect(config, reading)`; see `auditor.text.reading`.

Optional: `repositories(config, root) -> [(folder, named)]`, the repositories its options name; `merge(configs) -> configs`, where several entries are
one thing; `discover(root) -> [(options as YAML text, what was found)]`, what to read where no configuration says it.
"""

HELPERS = frozenset({"images"})
"""Modules here that are no collectors: what several of them share."""
