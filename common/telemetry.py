"""Rows about the work (runs, audits, accounts of files), streamed into append-only tables.

Telemetry never undoes work, and one row never holds the others: what BigQuery refuses, or what has no form in JSON, is
dropped with an error that names it; what it could not take now is kept and sent again.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import NbaError, RowsRefusedError, TransientError
from common.json_values import clean
from common.query_parameters import json_value
from common.warehouse import Warehouse

log = logging.getLogger(__name__)
# Far below the 50,000 rows and 10 MB that a request may have.
_ROWS_A_REQUEST = 500
_BYTES_A_REQUEST = 4_000_000
_BYTES_A_ROW = 1_000_000
# Rows that wait for a warehouse which is away: some hours of work.
BACKLOG = 10_000


@dataclass(frozen=True)
class Row:
    """A row and the id by which BigQuery knows it again."""

    row_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class _Ready:
    """A row as it is sent."""

    row: Row
    values: dict[str, Any]
    size: int


def append(warehouse: Warehouse, table: str, rows: Sequence[Row]) -> tuple[int, list[Row]]:
    """Write `rows`; returns how many arrived, and those to be tried again later. The rest was dropped, and said so."""
    written = 0
    requests = _requests([ready for row in rows if (ready := _ready(table, row)) is not None])
    while requests:
        sent = requests.popleft()
        try:
            problems = warehouse.append_telemetry(table, [r.values for r in sent], [r.row.row_id for r in sent])
            guilty = {index: reason for index, reason in problems.items() if reason is not None}
            if problems and not guilty:
                raise TransientError("rows of telemetry were stopped, and none of them refused", table=table)
        except RowsRefusedError as error:
            # The request as a whole, so that nobody said which row it was.
            if len(sent) == 1:
                _dropped(table, sent[0].row, str(error))
            else:
                requests.extendleft((sent[len(sent) // 2 :], sent[: len(sent) // 2]))
            continue
        except NbaError:
            left = [r.row for request in (sent, *requests) for r in request]
            log.exception("telemetry could not be written; kept", extra={"table": table, "rows": len(left)})
            return written, left
        for index, reason in guilty.items():
            _dropped(table, sent[index].row, str(reason))
        written += len(sent) - len(problems)
        # BigQuery stops the others of the request with the refused one.
        if stopped := [r for index, r in enumerate(sent) if index in problems and index not in guilty]:
            requests.appendleft(stopped)
    return written, []


def _requests(rows: Sequence[_Ready]) -> deque[list[_Ready]]:
    found: deque[list[_Ready]] = deque()
    size = 0
    for row in rows:
        if not found or len(found[-1]) == _ROWS_A_REQUEST or size + row.size > _BYTES_A_REQUEST:
            found.append([])
            size = 0
        found[-1].append(row)
        size += row.size
    return found


def _ready(table: str, row: Row) -> _Ready | None:
    try:
        values = clean(json.loads(json.dumps(dict(row.values), default=json_value)))
        size = len(json.dumps(values))
    except (TypeError, ValueError, RecursionError) as error:
        _dropped(table, row, f"it has no form in JSON: {error}")
        return None
    if not isinstance(values, dict) or size > _BYTES_A_ROW:
        _dropped(table, row, f"it has {size} bytes; at most {_BYTES_A_ROW}")
        return None
    return _Ready(row, values, size)


def _dropped(table: str, row: Row, reason: str) -> None:
    log.error(
        "a row of telemetry was refused and is dropped",
        extra={"table": table, "row_id": row.row_id, "reason": reason[:2000], "row": repr(row.values)[:2000]},
    )


class TelemetryBuffer:
    """Collects the rows of a request for one table and writes them together; safe to use from several threads."""

    def __init__(self, warehouse: Warehouse, table: str) -> None:
        self._warehouse = warehouse
        self._table = table
        self._lock = threading.Lock()
        self._pending: list[Row] = []
        # Rows that were lost because the warehouse was away for too long.
        self.overflowed = 0

    @property
    def pending(self) -> list[Row]:
        """What waits for the next flush."""
        with self._lock:
            return list(self._pending)

    def add(self, rows: Iterable[Row]) -> None:
        """Keep `rows` for the next flush."""
        self._keep(list(rows), first=False)

    def flush(self) -> int:
        """Write what waits; returns how many rows arrived. Rows that could not be written now are kept."""
        with self._lock:
            rows, self._pending = self._pending, []
        left = rows
        try:
            written, left = append(self._warehouse, self._table, rows)
        finally:
            self._keep(left, first=True)
        return written

    def _keep(self, rows: list[Row], *, first: bool) -> None:
        with self._lock:
            self._pending = rows + self._pending if first else self._pending + rows
            lost = max(0, len(self._pending) - BACKLOG)
            self._pending = self._pending[lost:]
            self.overflowed += lost
        if lost:
            log.error(
                "telemetry waits for the warehouse for too long; the oldest rows are lost",
                extra={"table": self._table, "lost": lost, "lost_in_all": self.overflowed},
            )
