from __future__ import annotations

from orchestration.migrate import read_migrations
from tests.googlesql import planner
from tests.googlesql.migrated_catalog import Migrated
from tests.googlesql.planner import CEILING


def test_every_migration_passes_the_analyzer_and_its_queries_the_planner(migrated: Migrated) -> None:
    assert {name for name, _ in migrated.statements} | set(migrated.scripts) == {m.name for m in read_migrations()}
    found = [f"{name}: {no}" for name, statement in migrated.statements for no in planner.refusals(statement)]
    assert found == []


def test_views_and_table_functions_read_few_tables(migrated: Migrated) -> None:
    bodies = migrated.catalog.bodies
    scans = {name: planner.table_scans(body, bodies).total() for name, body in bodies.items()}
    assert {name: n for name, n in scans.items() if n > CEILING} == {}
