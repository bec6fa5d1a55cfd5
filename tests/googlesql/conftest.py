from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestration.migrate import read_migrations
from tests.googlesql.catalog import Catalog
from tests.googlesql.engine import Engine
from tests.googlesql.recorder import Recorder
from tests.googlesql.senders import send_all

# Tables that a statement may read, each as often as it is read.
CEILING = 40


@dataclass
class Migrated:
    """The catalog that the migrations make, their statements with the file's name, and the files that are scripts."""

    catalog: Catalog
    statements: list[tuple[str, Any]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="session")
def migrated(engine: Engine) -> Migrated:
    made = Migrated(Catalog(engine))
    for migration in read_migrations():
        if "\nDECLARE " in migration.sql:
            # The analyzer takes single statements: of a script its syntax is looked at.
            engine.parse_script(migration.sql)
            made.scripts.append(migration.name)
        else:
            made.catalog.apply(migration.sent, lambda s, name=migration.name: made.statements.append((name, s)))
    return made


@pytest.fixture(scope="session")
def recorder(migrated: Migrated) -> Recorder:
    """A gateway that everything that composes SQL has been sent through."""
    made = Recorder(migrated.catalog)
    send_all(made)
    return made
