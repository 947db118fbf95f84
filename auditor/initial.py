"""The auditor.yaml that `auditor init` writes: everything that would be assumed, written down to be corrected."""

from __future__ import annotations

import json
from pathlib import Path

from auditor.discover import Found, discover, sources
from auditor.model.record import ORGANIZATION
from auditor.places import place_at

_HEAD = """\
# What auditor audits here, and what counts as production.  Every value below was found or assumed: correct it.
# yaml-language-server: $schema=auditor.schema.json  (auditor schema config > auditor.schema.json)
"""

_ALLOW = """\
# gocdnext 0.93 cannot say in a file that the author of a change may not approve it; only the members of the approver groups on the server can
# show that.  Until a gocdnext server is read this stays unknown, and is allowed to.
allow_unknown: [duties.author_excluded]
"""


def initial(root: Path) -> str:
    """The text of an auditor.yaml for what is in `root`."""
    found = Found(root)
    configuration, _ = discover(root)
    production = configuration.scope.production
    place = place_at(root, root.absolute(), ORGANIZATION, named=True)
    organization = place.name.split("/", maxsplit=1)[0] if "/" in place.name else place.name
    lines = [
        _HEAD + f"organization: {_flow(organization)}",
        "scope:",
        "  production:",
        f"    namespaces: {_flow(production.namespaces)}          # names or globs",
        f"    environments: {_flow(production.environments)}",
        f"    images: {_flow(production.images)}" if production.images else "    images: []              # such as ghcr.io/my-org/*: the images that production may run",
        f"    secrets: {_flow(production.secrets)}",
        "  stage: {namespaces: [stage, staging], environments: [stage, staging]}",
        "  signers: []               # such as {name: release, public_key: keys/cosign.pub}",
        "  hotfix_labels: [hotfix]",
        "sources:",
    ]
    for name, options in sources(found).items():
        if isinstance(options, list):
            lines += [f"  {name}:", *[f"    - {_flow(item)}" for item in options]]
        else:
            lines.append(f"  {name}: {_flow(options)}")
    for name, paths in found.left_out.items():
        lines += [f"  # {name}: left out, as examples or tests that nobody runs:", *[f"  #   {_flow(path.relative_to(root).as_posix())}" for path in paths]]
    lines += ["waivers: []", "fail_on: high"]
    text = "\n".join(lines) + "\n"
    return text + (_ALLOW if found.pipelines else "")


def _flow(value: object) -> str:
    """A value in YAML's flow style; JSON's quotes are kept where plain text would mean something else."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    text = str(value)
    plain = text and text[0].isalpha() and all(c.isalnum() or c in "-_/." for c in text) and text.lower() not in {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
    return text if plain else json.dumps(text, ensure_ascii=False)
