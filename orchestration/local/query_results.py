"""Old query results of the embedded BigQuery are dropped.

BigQuery keeps the anonymous table behind a query's result for about a day. `local-bigquery` keeps it for ever, as a
table of DuckDB's catalogue, and looks through that catalogue again and again: the more there were, the slower every
next statement. Here they go after half a minute; a result is read right after its query.
"""

from __future__ import annotations

import functools
import threading
import time
from typing import Any

KEEP_SECONDS = 30.0
_LEFT = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'emulator' AND schema_name = '_results'"


class ResultsJanitor:
    """Drops result tables `keep_seconds` after their query; those found at the start are of an earlier run."""

    def __init__(self, keep_seconds: float = KEEP_SECONDS) -> None:
        self._keep = keep_seconds
        self._written: dict[str, float] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Drop what an earlier run left, and listen to queries."""
        from local_bigquery.engine import database

        self._drop([name for (name,) in database.fetch(_LEFT)])
        self._listen()

    def sweep(self) -> None:
        """Drop what is old by now; to be called every few seconds."""
        self._sweep(time.monotonic())

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
