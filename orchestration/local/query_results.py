"""Old query results of the embedded BigQuery are dropped.

BigQuery keeps the anonymous table behind a query's result for about a day. `local-bigquery` keeps it for ever, as a
table of DuckDB's catalogue, and looks through that catalogue again and again: the more there were, the slower every
next statement. Here they go after half a minute; a result is read right after its query.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from typing import Any

import duckdb

log = logging.getLogger(__name__)
KEEP_SECONDS = 30.0
_EVERY_SECONDS = 5.0
_LEFT = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'emulator' AND schema_name = '_results'"


class ResultsJanitor:
    """Drops result tables `keep_seconds` after their query; those found at the start are of an earlier run."""

    def __init__(self, keep_seconds: float = KEEP_SECONDS) -> None:
        self._keep = keep_seconds
        self._written: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="results-janitor", daemon=True)

    def start(self) -> None:
        """Drop what an earlier run left, listen to queries, and look every few seconds."""
        from local_bigquery.engine import database

        self._drop([name for (name,) in database.fetch(_LEFT)])
        self._listen()
        self._thread.start()

    def stop(self) -> None:
        """End the thread, before the database is closed."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _listen(self) -> None:
        """Be told of every result: to look for them in DuckDB's catalogue costs more than most queries."""
        from local_bigquery.catalog import tables
        from local_bigquery.jobs import query

        inner = query.execute

        @functools.wraps(inner)
        def execute(*args: Any, **kwargs: Any) -> Any:
            found = inner(*args, **kwargs)
            *_, destination = found
            if destination is not None and destination.datasetId == tables.RESULTS:
                with self._lock:
                    self._written[destination.tableId] = time.monotonic()
            return found

        query.execute = execute

    def _work(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            try:
                self._sweep(time.monotonic())
            except duckdb.Error as error:
                # Housekeeping only: the next sweep tries again.
                log.warning("old query results could not be dropped: %s", error)

    def _sweep(self, now: float) -> None:
        with self._lock:
            old = [name for name, since in self._written.items() if now - since >= self._keep]
        self._drop(old)
        with self._lock:
            for name in old:
                del self._written[name]

    def _drop(self, names: list[str]) -> None:
        from local_bigquery.engine import database

        for name in names:
            database.execute(f"DROP TABLE IF EXISTS emulator._results.{database.quote(name)}")
