"""Migration tools: what changes the schema, and what takes a change back."""

from __future__ import annotations

import re

from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.state import Command
from auditor.collectors.gocdnext.touches import touch

_DATABASE = re.compile(r"(?:^|_)DB|DATABASE|GOOSE|FLYWAY|LIQUIBASE|DSN|POSTGRES|PG_?|MYSQL|JDBC|SQL|MIGRAT", re.IGNORECASE)
# tool -> verbs that change the schema; verbs that take changes back or rewrite the history are among them.
_CHANGES: dict[str, frozenset[str]] = {
    "goose": frozenset({"up", "up-to", "up-by-one", "down", "down-to", "redo", "reset", "fix"}),
    "flyway": frozenset({"migrate", "undo", "repair", "clean", "baseline"}),
    "liquibase": frozenset({"update", "update-count", "update-to-tag", "updateCount", "updateToTag", "changelog-sync", "clear-checksums", "drop-all", "dropAll"}),
    "alembic": frozenset({"upgrade", "downgrade", "stamp"}),
    "migrate": frozenset({"up", "down", "goto", "drop", "force"}),
    "dbmate": frozenset({"up", "migrate", "rollback", "down", "drop"}),
    "atlas": frozenset({"apply", "down"}),
    "sqlx": frozenset({"run", "revert", "drop", "reset"}),
    "diesel": frozenset({"run", "revert", "redo", "reset"}),
    "knex": frozenset({"migrate:latest", "migrate:up", "migrate:down", "migrate:rollback"}),
    "sequelize": frozenset({"db:migrate", "db:migrate:undo", "db:migrate:undo:all"}),
    "sequelize-cli": frozenset({"db:migrate", "db:migrate:undo", "db:migrate:undo:all"}),
    "typeorm": frozenset({"migration:run", "migration:revert", "schema:sync", "schema:drop"}),
    "rails": frozenset({"db:migrate", "db:rollback", "db:migrate:down", "db:schema:load", "db:drop"}),
    "rake": frozenset({"db:migrate", "db:rollback", "db:migrate:down", "db:schema:load", "db:drop"}),
    "manage.py": frozenset({"migrate", "flush"}),
    "artisan": frozenset({"migrate", "migrate:rollback", "migrate:reset", "migrate:refresh", "migrate:fresh"}),
}
_LIQUIBASE_BACK = re.compile(r"rollback(?!.*sql).*", re.IGNORECASE)


def migrate(command: Command, scene: Scene) -> bool:
    """Record a change of a database; False for a command that is no migration tool."""
    tool, words = command.name, command.words[1:]
    found = words[:2]
    if tool == "prisma":
        changes = words[:2] in (["migrate", "deploy"], ["migrate", "reset"], ["migrate", "dev"], ["db", "push"], ["db", "execute"], ["migrate", "resolve"])
    elif tool in _CHANGES:
        verbs = _CHANGES[tool]
        found = [word for word in words if word in verbs or (tool == "liquibase" and _LIQUIBASE_BACK.fullmatch(word))]
        changes = bool(found) and "-h" not in words
        if tool == "alembic" and "--sql" in words:
            changes = False
    else:
        return False
    if changes:
        record(tool, command, scene, " ".join(words), " ".join(found))
    return True


def record(tool: str, command: Command, scene: Scene, text: str, verbs: str) -> None:
    named = scene.secrets_in(text)
    held = [name for key in ("GOOSE_DBSTRING", "DATABASE_URL", "FLYWAY_URL", "LIQUIBASE_COMMAND_URL") for name in scene.secrets_in(command.variable(key))]
    touch(scene, command.at, "migrate", tool, credentials=named or held or scene.guess(_DATABASE), command=verbs, why="" if command.fails else command.why)
