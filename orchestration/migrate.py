"""Applies `migrations/bigquery/NNN_*.sql`: in order, once, recorded with a checksum; the only DDL there is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from common import clock
from common.errors import ConfigurationError
from common.warehouse import Warehouse

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations" / "bigquery"
TABLE = "nba_orchestration.schema_migrations"
_NAME = re.compile(r"^\d{3}_[a-z0-9_]+\.sql$")


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
    def statements(self) -> int:
        """How many statements the file holds."""
        return len(re.findall(r";\s*$", self.sql, flags=re.MULTILINE))


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
        warehouse.execute(migration.sql, work=["migration", migration.name, migration.checksum, at], table=TABLE)
        warehouse.execute(
            f"INSERT INTO {TABLE} (name, checksum, applied_at, statements) "  # noqa: S608 - a constant
            "VALUES (@name, @checksum, @at, @statements)",
            {"name": migration.name, "checksum": migration.checksum, "at": at, "statements": migration.statements},
            work=["migrated", migration.name, migration.checksum, at],
            table=TABLE,
        )
        done.append(migration.name)
    return done
