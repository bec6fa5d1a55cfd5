"""What keeps the embedded warehouse's folder and memory from growing for good: chores at the start and in between."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb

from orchestration.local import abandoned_jobs, empty_tables, lake_files, old_jobs
from orchestration.local.query_results import ResultsJanitor

log = logging.getLogger(__name__)
_LOOK_SECONDS = 5.0
# So many changes a lake may have had before a start takes the time to forget them.
_MANY_SNAPSHOTS = 300
_GIB = 2**30


@dataclass
class Chore:
    """Something to do every so many seconds."""

    every: float
    work: Callable[[], object]
    due: float = field(default_factory=time.monotonic)


class Housekeeper:
    """Does chores in a thread of its own, one after the other. One that fails is logged and comes round again."""

    def __init__(self, chores: Sequence[Chore]) -> None:
        self._chores = chores
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Begin; each chore's first time is one period from now."""
        for chore in self._chores:
            chore.due = time.monotonic() + chore.every
        self._thread.start()

    def stop(self) -> None:
        """End the thread, before the database is closed; waits for the chore at hand, up to ten seconds."""
        self._stop.set()
        self._thread.join(timeout=10)

    @property
    def stopping(self) -> bool:
        """True from `stop` on."""
        return self._stop.is_set()

    def run_due(self) -> None:
        """Do what is due now."""
        for chore in self._chores:
            if chore.due > time.monotonic() or self.stopping:
                continue
            try:
                chore.work()
            except Exception:
                log.exception("housekeeping failed; it is tried again in %g s", chore.every)
            chore.due = time.monotonic() + chore.every

    def _work(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self.run_due()


def prepare(state: Path) -> None:
    """At the start, before anything is served: bound the memory, end and forget jobs, drop what is left over."""
    from local_bigquery.engine import database

    bound_memory(state)
    # Whoever asks for a table that is not there is not told of others: to find them DuckDB reads every catalogue.
    database.execute("SET GLOBAL catalog_error_max_schemas = 0")
    ended = abandoned_jobs.end_all()
    if ended:
        log.info("%d jobs were waiting or running when the warehouse last ended; they failed", ended)
    old_jobs.forget()
    left = lake_files.drop_left_staging()
    if left:
        log.info("%d staging tables of killed runs were dropped", left)
    if lake_files.snapshots() >= _MANY_SNAPSHOTS:
        now = timedelta(0)
        deleted = lake_files.tidy(now) + lake_files.tidy(now)  # what the first gives up, the second deletes
        database.execute("CHECKPOINT emulator")
        log.info("%d files that nothing needed were deleted", deleted)
    empty_tables.describe_all()


def bound_memory(state: Path) -> None:
    """DuckDB's memory: a quarter of the machine's, 1 to 4 GiB; what needs more goes to files under `state`.

    By itself DuckDB takes up to four fifths of the machine, most of it a cache of files.
    """
    from local_bigquery.engine import database

    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    allowed = min(max(machine // 4, _GIB), 4 * _GIB)
    database.execute(f"SET memory_limit = '{allowed // 2**20}MiB'")
    try:
        database.execute(f"SET temp_directory = '{state / 'tmp'}'")
    except duckdb.Error as error:  # DuckDB has written there already
        log.warning("the folder for temporary files stays as it is: %s", error)


def housekeeper(results: ResultsJanitor) -> Housekeeper:
    """The chores of a warehouse that is served."""
    from local_bigquery.jobs import runner

    def tidy() -> None:
        lake_files.tidy(is_busy=lambda: bool(runner._running) or made.stopping)

    made = Housekeeper(
        [
            Chore(_LOOK_SECONDS, results.sweep),
            Chore(_LOOK_SECONDS, abandoned_jobs.end_lost),
            Chore(60.0, lake_files.drop_expired),
            Chore(600.0, old_jobs.forget),
            Chore(300.0, tidy),
        ]
    )
    return made
