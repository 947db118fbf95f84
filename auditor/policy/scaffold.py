"""A new control to start from: policy and test, complete enough to pass check and test at once."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.errors import UsageError

_POLICY = """# METADATA
# title: Every job names its stage
# description: |
#   Say here why it matters, and what passes and fails.
# custom:
#   severity: medium
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job]
#   requires: [job.stage]
#   per: repository
#   remediation: Say here how to fix it.
#   added_in: "1"
package controls.{family}.{name}

subjects contains id if some id, _ in input.job

failures contains {{"subject": id, "message": message, "at": job.at}} if {{
	some id, job in input.job
	job.stage == ""
	message := "the job names no stage"
}}
"""

_TEST = """package controls.{family}.{name}_test

_at := {{"source": "s1", "line": 1, "column": 1, "pointer": ""}}

_document(stage) := {{"job": {{"repo#pipeline/job": {{"stage": stage, "at": _at}}}}}}

test_pass_stage_named if {{
	doc := _document("build")
	data.controls.{family}.{name}.subjects == {{"repo#pipeline/job"}} with input as doc
	count(data.controls.{family}.{name}.failures) == 0 with input as doc
}}

test_fail_no_stage if {{
	doc := _document("")
	count(data.controls.{family}.{name}.failures) == 1 with input as doc
}}

test_unknown_stage_unread if {{
	doc := _document(null)
	data.controls.{family}.{name}.subjects == {{"repo#pipeline/job"}} with input as doc
	count(data.controls.{family}.{name}.failures) == 0 with input as doc
}}
"""


def scaffold(control: str, folder: Path) -> list[Path]:
    """Write FAMILY/NAME.rego and its test below `folder`; the paths written.  Raises UsageError for a bad name or a file that exists."""
    match = re.fullmatch(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)", control)
    if match is None:
        raise UsageError(f"{control}: a control is FAMILY.NAME in lower case, such as team.stage_named")
    family, name = match.groups()
    written = []
    for suffix, text in (("", _POLICY), ("_test", _TEST)):
        path = folder / family / f"{name}{suffix}.rego"
        if path.exists():
            raise UsageError(f"{path} exists already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(family=family, name=name), encoding="utf-8")
        written.append(path)
    return written
