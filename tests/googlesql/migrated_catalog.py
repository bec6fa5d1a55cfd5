"""The catalog that the migrations make, once a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from orchestration.migrate import read_migrations
from tests.googlesql.catalog import Catalog
from tests.googlesql.engine import Engine


@dataclass
class Migrated:
    """The catalog, the statements of the migrations with the file's name, and the files that are scripts."""

    catalog: Catalog
    statements: list[tuple[str, Any]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)


@cache
def migrated_catalog() -> Migrated:
    """All migrations as they are sent, in order; RefusedError for what GoogleSQL does not take."""
    engine = Engine()
    made = Migrated(Catalog(engine))
    for migration in read_migrations():
        if "\nDECLARE " in migration.sql:
            # The analyzer takes single statements: of a script its syntax is looked at.
            engine.parse_script(migration.sql)
            made.scripts.append(migration.name)
        else:
            made.catalog.apply(migration.sent, lambda s, name=migration.name: made.statements.append((name, s)))
    return made
