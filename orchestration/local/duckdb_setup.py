"""DuckDB's extensions for the embedded warehouse, from installed packages; nothing is fetched at run time."""

from __future__ import annotations

import functools
import importlib
import importlib.resources
from pathlib import Path
from typing import Any

import duckdb

EXTENSIONS = ("icu", "ducklake", "spatial")


def use_packaged_extensions(directory: Path) -> None:
    """Make every later `duckdb.connect` of this process find the packaged extensions under `directory`.

    The extensions (140 MB) are linked, not copied, and only where the link is missing or leads elsewhere. Raises
    `ModuleNotFoundError` without their packages, `FileNotFoundError` when they are for another DuckDB version.
    """
    with duckdb.connect() as scratch:
        (platform,) = scratch.execute("PRAGMA platform").fetchone() or ("",)
        (version, *_) = scratch.execute("PRAGMA version").fetchone() or ("",)
    folder = directory / version / platform
    folder.mkdir(parents=True, exist_ok=True)
    for name in EXTENSIONS:
        _link(folder / f"{name}.duckdb_extension", _packaged(name, version))
    _configure_connect(directory)


def _packaged(name: str, version: str) -> Path:
    package = importlib.import_module(f"duckdb_extension_{name}")
    path = Path(str(importlib.resources.files(package))) / "extensions" / version / f"{name}.duckdb_extension"
    if not path.is_file():
        raise FileNotFoundError(f"the package duckdb-extension-{name} has no build for DuckDB {version}: {path}")
    return path


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _configure_connect(directory: Path) -> None:
    # The server opens its connections itself and takes no DuckDB settings, so they are put under its calls.
    original = duckdb.connect

    @functools.wraps(original)
    def connect(
        database: str | Path = ":memory:", read_only: bool = False, config: dict[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        ours = {"extension_directory": str(directory), "autoinstall_known_extensions": "false"}
        return original(database, read_only, {**ours, **(config or {})})

    duckdb.connect = connect
