"""Data folders whose warehouse is migrated already: made once a process, then copied."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from common.context import Context
from common.settings import Settings
from orchestration.local.warehouse_server import WarehouseServer
from orchestration.migrate import apply, read_migrations


def migrated(data_dir: Path) -> Path:
    """`data_dir` with an empty, migrated warehouse, where it had none; a start then has nothing left to migrate."""
    if not (data_dir / "bigquery").exists():
        shutil.copytree(_template() / "bigquery", data_dir / "bigquery")
    return data_dir


@lru_cache(maxsize=1)
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="nba-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = WarehouseServer(folder, dict(os.environ), project="local")
    server.start()
    try:
        context = Context(Settings(data_dir=folder, bigquery_endpoint=server.endpoint))
        apply(context.warehouse, read_migrations())
    finally:
        server.stop()
    return folder
