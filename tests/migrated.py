"""Data folders with a migrated warehouse: made once a checkout, kept beside the cache of pytest, then copied."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from common.context import Context
from common.settings import Settings
from orchestration.local.warehouse_server import WarehouseServer
from orchestration.migrate import apply, read_migrations

_KEPT = Path(__file__).resolve().parents[1] / ".pytest_cache" / "migrated"
# What a migrated warehouse is made of, beside the migrations.
_PACKAGES = ("local-bigquery", "duckdb", "sqlglot")


def migrated(data_dir: Path) -> Path:
    """`data_dir` with an empty, migrated warehouse, where it had none; a start then has nothing left to migrate."""
    if not (data_dir / "bigquery").exists():
        shutil.copytree(_template() / "bigquery", data_dir / "bigquery")
    return data_dir


@contextmanager
def served(data_dir: Path) -> Iterator[Settings]:
    """Settings of a migrated warehouse in `data_dir`, which is served meanwhile."""
    folder = migrated(data_dir)
    server = WarehouseServer(folder, dict(os.environ), project="local")
    server.start()
    try:
        yield Settings(data_dir=folder, bigquery_endpoint=server.endpoint)
    finally:
        server.stop()


@lru_cache(maxsize=1)
def _template() -> Path:
    """The folder to copy; the first process makes it, others wait."""
    folder = _KEPT / _fingerprint()
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for old in (p for p in _KEPT.iterdir() if p.is_dir()):
                shutil.rmtree(old)
            _make().rename(folder)
    return folder


def _fingerprint() -> str:
    versions = [f"{name}=={importlib.metadata.version(name)}" for name in _PACKAGES]
    migrations = [f"{m.name}\0{m.sql}" for m in read_migrations()]
    return hashlib.sha256("\0".join([*versions, *migrations]).encode()).hexdigest()[:16]


def _make() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="new-", dir=_KEPT))
    server = WarehouseServer(folder, dict(os.environ), project="local")
    server.start()
    try:
        context = Context(Settings(data_dir=folder, bigquery_endpoint=server.endpoint))
        apply(context.warehouse, read_migrations())
    finally:
        server.stop()
    return folder
