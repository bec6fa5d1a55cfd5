"""A data folder may be copied or moved: DuckLake notes where its files lie, and the note follows the folder."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb

log = logging.getLogger(__name__)


def follow(state: Path) -> None:
    """Correct the note of every catalogue under `state` whose files lie beside it now.

    Raises `duckdb.IOException` while another process holds a catalogue. Files are noted relative to the folder.
    """
    for catalogue in sorted(state.glob("*.ducklake")):
        folder = f"{catalogue.with_suffix('')}/"
        with duckdb.connect(catalogue) as connection:
            noted = connection.execute("SELECT value FROM ducklake_metadata WHERE key = 'data_path'").fetchone()
            if noted is not None and noted[0] != folder:
                log.info("the data folder was moved here from %s", noted[0])
                connection.execute("UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'", [folder])
