"""Applies `migrations/bigquery/NNN_*.sql`: in order, once, recorded with a checksum; the only DDL there is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common import clock
from common.errors import ConfigurationError
from common.warehouse import Warehouse

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations" / "bigquery"
TABLE = "nba_orchestration.schema_migrations"
_NAME = re.compile(r"^\d{3}_[a-z0-9_]+\.sql$")
# An ALTER of columns: statements of one table and kind can be one statement with several actions.
_ALTER = re.compile(
    r"^ALTER TABLE (?P<table>\S+)\s+"
    r"(?P<action>(?:ADD COLUMN|ALTER COLUMN \S+ (?P<how>SET OPTIONS|DROP NOT NULL)).*?);[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_BETWEEN = re.compile(r"(?:\s|--[^\n]*\n)*")


@dataclass(frozen=True)
class Migration:
    """A file of DDL. `statements` counts what ends in a semicolon at a line's end."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def sent(self) -> str:
        """The text as it is sent: neighbouring ALTERs of a table's columns joined into one statement of each kind.

        BigQuery takes five updates of a table's metadata in ten seconds, and one that finds nothing to do counts too.
        """
        parts: list[str] = []
        run: dict[tuple[str, str], list[str]] = {}
        end = 0
        for found in _ALTER.finditer(self.sql):
            between = self.sql[end : found.start()]
            if not (run and _BETWEEN.fullmatch(between)):
                parts += [*_altered(run), between]
                run = {}
            run.setdefault((found["table"], found["how"] or "ADD"), []).append(found["action"])
            end = found.end()
        return "".join([*parts, *_altered(run), self.sql[end:]])

    @property
    def statements(self) -> int:
        """How many statements the file holds."""
        return len(re.findall(r";\s*$", self.sql, flags=re.MULTILINE))


def _altered(run: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[str]:
    for (table, _), actions in run.items():
        yield f"ALTER TABLE {table}\n  " + ",\n  ".join(actions) + ";\n"


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """All migrations in order; ConfigurationError for a file whose name does not say its place."""
    files = sorted(folder.glob("*.sql"))
    for file in files:
        if not _NAME.match(file.name):
            raise ConfigurationError("a migration is named NNN_what_it_does.sql", file=str(file))
    return [Migration(f.name, f.read_text(encoding="utf-8")) for f in files]


def pending(warehouse: Warehouse, migrations: list[Migration]) -> list[Migration]:
    """Those not applied yet. ConfigurationError when an applied one was edited or a gap would be filled."""
    applied: dict[str, str] = {}
    if warehouse.exists(TABLE):
        rows = warehouse.query(f"SELECT name, checksum FROM {TABLE}").rows  # noqa: S608 - a constant
        applied = {r["name"]: r["checksum"] for r in rows}
    for migration in migrations:
        if migration.name in applied and applied[migration.name] != migration.checksum:
            raise ConfigurationError(
                "this migration was edited after it had been applied; undo the edit and add a new migration",
                file=migration.name,
                applied_checksum=applied[migration.name][:12],
                checksum=migration.checksum[:12],
            )
    missing = sorted(set(applied) - {m.name for m in migrations})
    if missing:
        raise ConfigurationError("migrations that were applied are missing here", files=", ".join(missing))
    return [m for m in migrations if m.name not in applied]


def apply(warehouse: Warehouse, migrations: list[Migration]) -> list[str]:
    """Apply those that are pending, each recorded as soon as it is done; returns their names."""
    done = []
    for migration in pending(warehouse, migrations):
        at = clock.wall_clock()
        warehouse.execute(migration.sent, work=["migration", migration.name, migration.checksum, at], table=TABLE)
        warehouse.execute(
            f"INSERT INTO {TABLE} (name, checksum, applied_at, statements) "  # noqa: S608 - a constant
            "VALUES (@name, @checksum, @at, @statements)",
            {"name": migration.name, "checksum": migration.checksum, "at": at, "statements": migration.statements},
            work=["migrated", migration.name, migration.checksum, at],
            table=TABLE,
        )
        done.append(migration.name)
    return done
