"""Facts about a repository that are not its pipelines."""

from __future__ import annotations

from typing import Literal

from auditor.model.place import At
from auditor.model.record import Fact, Record, Remark


class Repository(Fact, frozen=True, kw_only=True):
    """A repository, id NAME.  `remote` as `host/owner/name` without credentials, "" without one.  `default_branch` "" without git.

    `named`: the configuration names its path without a glob.  `has_pipelines`: it holds a `.gocdnext` folder or a configured pipeline path.
    """

    path: str
    remote: str | None = ""
    default_branch: str | None = ""
    named: bool = True
    has_pipelines: bool = False


class CodeOwners(Fact, frozen=True, kw_only=True):
    """A file that is or looks like CODEOWNERS, id NAME/PATH (github.com's rules: first of `.github/`, root, `docs/`; under 3 MB).

    `standing`: `in force`, `shadowed` by an earlier location, or `misplaced` where GitHub does not look.  `loaded`: false over the size limit.
    `invalid` are lines GitHub skips, `unspecified` lines whose meaning its documentation leaves open.
    """

    standing: Literal["in force", "shadowed", "misplaced"]
    size: int
    loaded: bool
    invalid: list[Remark] | None = []
    unspecified: list[Remark] | None = []


class Ownership(Record, frozen=True, kw_only=True):
    """The owners that the last matching line gives to some of the files of a path; no `owners` = unowned.  `example` is one such file; `at` the line,
    or CODEOWNERS as a whole, or the repository, where no line matches.  `teams` are the owners that are teams."""

    owners: list[str]
    teams: list[str]
    example: str
    at: At


class RiskPath(Fact, frozen=True, kw_only=True):
    """A path that exists and that one of the risk globs names, id NAME/PATH (folders end in `/`).  One `ownership` for each distinct set of owners
    below it; empty only if it holds no file."""

    patterns: list[str]
    ownerships: list[Ownership] | None


class RuleFile(Fact, frozen=True, kw_only=True):
    """A file or folder that the audit itself rests on, id NAME/PATH.  `judged` are all owners of the repository's pipeline definitions."""

    role: Literal["configuration", "policies", "waivers", "workflow"]
    ownerships: list[Ownership] | None
    judged: list[str] | None
