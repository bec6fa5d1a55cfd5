"""Old query results of the embedded BigQuery are dropped.

BigQuery keeps the anonymous table behind a query's result for about a day. `local-bigquery` keeps it for ever, as a
table of DuckDB's catalogue, and looks through that catalogue for every statement: the more there were, the slower
every next one. Here they go after half a minute; a result is read right after its query.
"""

from __future__ import annotations

import logging
import threading
import time

import duckdb

log = logging.getLogger(__name__)
KEEP_SECONDS = 30.0
_EVERY_SECONDS = 5.0
_NAMES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'emulator' AND schema_name = '_results'"


class ResultsJanitor:
    """Drops result tables that have been seen for `keep_seconds`; those found at the start are of an earlier run."""

    def __init__(self, keep_seconds: float = KEEP_SECONDS) -> None:
        self._keep = keep_seconds
        self._seen: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="results-janitor", daemon=True)

    def start(self) -> None:
        """Drop what an earlier run left, then look every few seconds."""
        self._drop(self._names())
        self._thread.start()

    def stop(self) -> None:
        """End the thread, before the database is closed."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            try:
                self._sweep(time.monotonic())
            except duckdb.Error as error:
                # Housekeeping only: the next sweep tries again.
                log.warning("old query results could not be dropped: %s", error)

    def _sweep(self, now: float) -> None:
        self._seen = {name: self._seen.get(name, now) for name in self._names()}
        self._drop([name for name, since in self._seen.items() if now - since >= self._keep])

    def _names(self) -> list[str]:
        from local_bigquery.engine import database

        return [row[0] for row in database.fetch(_NAMES)]

    def _drop(self, names: list[str]) -> None:
        from local_bigquery.engine import database

        for name in names:
            database.execute(f"DROP TABLE IF EXISTS emulator._results.{database.quote(name)}")
