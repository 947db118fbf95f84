"""What to ask and how: the queries, their answers, and who is to blame when there is none.  The same for every engine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from auditor.errors import CompileError, EngineError, EvaluationError, EvidenceError, PolicyError
from auditor.policy.engine import Answers, Defined, Failed, Outcome, Undefined, Value
from auditor.policy.engine.document import check

MAX_DEATHS = 3  # of engines, over one document; and of one control, over all documents
_CONTROL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_PACKAGE = re.compile(r"^package[ \t]+([A-Za-z0-9_.]+)", re.MULTILINE | re.ASCII)
TOGETHER = 100  # controls in one question: one query for all shares what they share, but the embedded engine slows down with its length

Query = Callable[[str], Outcome]


class Asker:
    """Asks controls over documents by means of `query`.  Remembers which controls kept ending engines."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self.files = {package: path for path, source in modules.items() for package in _PACKAGE.findall(source)[:1]}
        self._deaths: dict[str, int] = {}

    def ask(self, controls: Sequence[str], query: Query) -> Answers:
        """All at once; where that gives no answer, control by control."""
        answers: Answers = {}
        asked = [control for control in dict.fromkeys(controls) if self._may_ask(control, answers)]
        for start in range(0, len(asked), TOGETHER):
            some = asked[start : start + TOGETHER]
            found = self.split(some, query(question(some)))
            answers.update(self._one_by_one(some, query) if found is None else found)
        return {control: answers[control] for control in controls}

    def split(self, controls: Sequence[str], outcome: Outcome) -> Answers | None:
        """The answers in the value of `question(controls)`, None if it has none."""
        if not isinstance(outcome, Defined) or not isinstance(outcome.value, dict):
            return None
        return {control: self._value(control, outcome.value.get(control)) for control in controls}

    def _one_by_one(self, controls: Sequence[str], query: Query) -> Answers:
        answers: Answers = {}
        deaths = 0
        for control in controls:
            if deaths >= MAX_DEATHS:
                answers[control] = Failed(EngineError(f"{control} was not asked: the engine was lost {deaths} times over this document"))
                continue
            outcome = query(question([control]))
            if isinstance(outcome, Failed):
                answers[control] = Failed(self._placed(control, outcome.error))
                if isinstance(outcome.error, EngineError):
                    deaths += 1
                    self._deaths[control] = self._deaths.get(control, 0) + 1
            elif isinstance(outcome, Undefined):
                answers[control] = self._failure(control, "undefined", "it lacks `subjects` or `failures`, or one of them is not a `contains` rule")
            else:
                found = self.split([control], outcome)
                answers[control] = found[control] if found else self._failure(control, "", "the engine's answer is not one")
        return answers

    def _may_ask(self, control: str, answers: Answers) -> bool:
        if len(control) > 200 or not _CONTROL.fullmatch(control):
            answers[control] = self._failure(control, "", f"{control!r} is not the id of a control")
        elif self._deaths.get(control, 0) >= MAX_DEATHS:
            answers[control] = Failed(EngineError(f"{control} is not asked any more: it ended the engine over {MAX_DEATHS} documents"))
        return control not in answers

    def _value(self, control: str, value: Any) -> Value | Failed:
        if isinstance(value, dict) and isinstance(value.get("subjects"), list) and isinstance(value.get("failures"), list):
            return Value(value["subjects"], value["failures"])
        return self._failure(control, "shape", "`subjects` and `failures` must be sets")

    def _failure(self, control: str, code: str, message: str) -> Failed:
        return Failed(EvaluationError(self.file(control), 0, 0, code, message))

    def _placed(self, control: str, error: Any) -> Any:
        """An error of the question itself, or without a place, belongs to the control's file."""
        if isinstance(error, PolicyError) and not error.path:
            return EvaluationError(self.file(control), 0, 0, error.code, error.message)
        return error

    def file(self, control: str) -> str:
        """The module of a control, its id where none is loaded."""
        return self.files.get(f"controls.{control}", control)


def question(controls: Sequence[str]) -> str:
    """One object with the pair of rules of each control, one control a line: the embedded engine reads at most 1,024 columns."""
    lines = [
        f'"{control}": {{"subjects": data.controls.{control}.subjects,\n "failures": data.controls.{control}.failures}}' for control in controls
    ]
    return "{" + ",\n".join(lines) + "}"


def refused(document: bytes) -> Failed | None:
    """Why a document cannot be asked about, None if it can."""
    try:
        check(document)
    except EvidenceError as error:
        return Failed(error)
    return None


def check_loadable(modules: Mapping[str, str], data: bytes) -> None:
    """Raise CompileError for what the engines would take differently: text that is not Unicode, and data at the path of a rule."""
    for path, source in modules.items():
        try:
            source.encode()
        except UnicodeEncodeError:
            raise CompileError(path, 0, 0, "", "its text is not Unicode") from None
    try:
        check(data)
    except EvidenceError as error:
        raise CompileError("data", 0, 0, "", str(error)) from None
    roots = {package.split(".")[0] for source in modules.values() for package in _PACKAGE.findall(source)[:1]}
    for root in sorted(roots & set(json.loads(data))):
        raise CompileError("data", 0, 0, "conflict", f"the data document has a key {root!r}, which is a package: parameters belong under `parameters`")
