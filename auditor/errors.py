"""The errors a user can meet.  Each message says what is wrong, where, and what to do next.

    AuditorError                exit code 2
    ├── UsageError              an option or argument
    ├── ConfigurationError      auditor.yaml, with file and line
    ├── EvidenceError           an evidence or report document that cannot be used
    ├── NothingToUpload         a run that must not replace what was uploaded before; no file, the verdict's exit code
    ├── PolicyError             a policy, with file, line and column where known
    │   ├── AnnotationError     its METADATA
    │   ├── LintError           outside the subset on which both engines agree
    │   ├── CompileError        an engine refuses it
    │   └── EvaluationError     it failed while running
    └── EngineError             the engine itself: missing, too old, timed out, died

What cannot be read *of a source* is no error: it becomes a gap (`auditor.model.gap`).
"""


class AuditorError(Exception):
    """Anything that ends a run with exit code 2.  `str()` is the message for the user; `hint` the next step, may be empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AuditorError):
    """A command was called in a way that cannot work."""


class ConfigurationError(AuditorError):
    """auditor.yaml cannot be used.  The message starts with `FILE:LINE:`."""


class EvidenceError(AuditorError):
    """An evidence or report document is not what this version reads."""


class EngineError(AuditorError):
    """The Rego engine is missing, too old, ran out of time or memory, or died."""


class PolicyError(AuditorError):
    """A policy is at fault.  `path` as loaded; `line` and `column` count from 1, 0 where unknown."""

    def __init__(self, path: str, line: int, column: int, code: str, message: str) -> None:
        place = path + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        super().__init__(f"{place}: {code}: {message}" if code else f"{place}: {message}")
        self.path, self.line, self.column, self.code, self.message = path, line, column, code, message


class AnnotationError(PolicyError):
    """METADATA is missing, misplaced, incomplete or of the wrong type."""


class LintError(PolicyError):
    """A module leaves the subset on which both engines decide alike."""


class CompileError(PolicyError):
    """An engine refuses to load a module."""


class EvaluationError(PolicyError):
    """A rule failed while running."""


class NothingToUpload(AuditorError):
    """A format that closes what it does not list must not be written from an incomplete run.  Not an error of the run: nothing is written, and why is said."""
