"""A warehouse of which every call takes as long as told: for what is about order and time, not about rows."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from common import deadline
from common.context import Context
from common.merge import MergeResult
from common.settings import Settings
from common.warehouse import QueryResult
from data_processors.phase_service import Phase
from tests.fakes import RecordingPublisher

_PART = re.compile(r"'(r\d+)' AS part")


class Part(dict[str, Any]):
    """One row of a range of a table; what is counted beside it is 0."""

    def __missing__(self, key: str) -> int:
        return 0


class SlowWarehouse:
    """Keeps what was landed.

    `hangs` are outputs whose MERGE waits until `release`, `fails` those whose MERGE raises.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.hangs: set[str] = set()
        self.fails: dict[str, Exception] = {}
        self.release = threading.Event()
        self.landed: list[str] = []
        self.late: list[str] = []

    def query(self, sql: str, _params: Mapping[str, Any] | None = None) -> Any:
        """Of every range one row; nothing of any other question."""
        time.sleep(self.seconds)
        rows: list[Part] = [Part(last_played=None, first_owed=None)] if "AS last_played" in sql else []
        rows += [Part(part=part, row_count=1, latest="then") for part in _PART.findall(sql)]
        return type("Rows", (), {"rows": rows})()

    def columns(self, _table: str) -> list[str]:
        """No table has columns here."""
        return []

    @contextmanager
    def staged_query(self, table: str, _select: str, _look: str, _params: Mapping[str, Any]) -> Iterator[Any]:
        """Nothing is staged; there is one row, and it differs."""
        found = {"row_count": 1, "distinct_keys": 1, "found": [], "differing": 1}
        yield table, QueryResult(rows=[found])

    def merge_query(self, table: str, _source: str, **_: Any) -> MergeResult:
        """One changed row; like the gateway it asks the deadline before it writes."""
        mine = deadline.current()
        assert mine is not None, "a processor runs under a limit"
        time.sleep(self.seconds)
        if table in self.hangs:
            self.release.wait()
            self.late.append(table)
        mine.check()
        if table in self.fails:
            raise self.fails[table]
        self.landed.append(table)
        return MergeResult(rows_in=1, rows_changed=1)

    def append_telemetry(self, _table: str, _rows: Sequence[Mapping[str, Any]], _ids: Sequence[str]) -> dict[int, str]:
        """The run ledger has no place here."""
        return {}


def without_audits(phase: Phase) -> Phase:
    """The phase with its processors' graph and statements; audits count rows, and there are none here."""
    return replace(phase, processors=tuple(replace(p, audits=()) for p in phase.processors))


def context_on(warehouse: SlowWarehouse, **settings: Any) -> Context:
    """A context whose gateway is `warehouse`."""
    made = Context(Settings(**settings))
    made.warehouse = warehouse  # type: ignore[assignment]
    made.publisher = RecordingPublisher()
    return made
