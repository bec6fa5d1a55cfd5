"""A data folder is whole in itself: copied elsewhere it is read from there, and the first one stays as it was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from common.context import Context
from common.settings import Settings
from orchestration.local.warehouse_server import WarehouseServer
from tests.migrated import migrated

pytestmark = pytest.mark.stack
NAMES = "SELECT name FROM nba_orchestration.schema_migrations ORDER BY name"
ADD = "INSERT INTO nba_orchestration.schema_migrations (name, checksum, applied_at, statements) VALUES {row}"
ROW = "('999_here', 'x', CURRENT_TIMESTAMP(), 1)"


def names(folder: Path, *, add: bool = False) -> list[str]:
    server = WarehouseServer(folder, dict(os.environ), project="local")
    server.start()
    try:
        warehouse = Context(Settings(data_dir=folder, bigquery_endpoint=server.endpoint)).warehouse
        if add:
            warehouse.execute(ADD.format(row=ROW), work=["test"], table="nba_orchestration.schema_migrations")
        return [row["name"] for row in warehouse.query(NAMES).rows]
    finally:
        server.stop()


def test_a_copy_is_read_and_written_in_its_own_place(tmp_path: Path) -> None:
    here = migrated(tmp_path / "here")
    before = names(here)
    there = tmp_path / "there"
    shutil.copytree(here, there, symlinks=True)
    assert len(before) > 5
    assert names(there, add=True) == [*before, "999_here"]
    assert names(here) == before
    shutil.rmtree(here)
    assert names(there) == [*before, "999_here"]
