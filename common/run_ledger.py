"""The run ledger: what ran, on what input, with what outcome; append-only, written once a request.

Rows are streamed (no load job), keyed by run id, so that a repeated write is recognised by BigQuery.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from common import clock
from common.errors import NbaError, outcome
from common.logging import correlation_id
from common.telemetry import Row, TelemetryBuffer
from common.warehouse import Warehouse

TABLE = "nba_orchestration.processor_runs"


# Partitions of the last 30 days only: the ledger grows for ever, a look-up must not.
_LAST_GOOD = """
SELECT processor, input_version, content_hash
FROM nba_orchestration.processor_runs
WHERE DATE(started_at) >= DATE(@since)
  AND CONCAT(processor, '|', CAST(start_date AS STRING), '|', CAST(end_date AS STRING)) IN UNNEST(@wanted)
  AND status IN ('success', 'unchanged') AND input_version IS NOT NULL AND content_hash IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY processor ORDER BY finished_at DESC) = 1
"""


@dataclass
class Run:
    """One processor's run over a range of game dates. Times are UTC and real, also in a replay."""

    phase: str
    processor: str
    start_date: date
    end_date: date
    trigger: str
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    input_version: str | None = None
    code_version: str | None = None
    status: str = "success"
    rows_in: int = 0
    rows_changed: int = 0
    content_hash: str | None = None
    started_at: datetime = field(default_factory=clock.wall_clock)
    finished_at: datetime | None = None
    attempt: int = 1
    correlation_id: str | None = field(default_factory=correlation_id.get)
    error_type: str | None = None
    error_message: str | None = None
    bytes_processed: int = 0

    @property
    def seconds(self) -> float:
        """Duration; of a run that has not finished, so far."""
        return ((self.finished_at or clock.wall_clock()) - self.started_at).total_seconds()

    def failed(self, error: BaseException) -> None:
        """Record `error` as the outcome."""
        self.status = outcome(error)
        self.error_type = error.kind if isinstance(error, NbaError) else type(error).__name__
        self.error_message = str(error)[:2000]


class RunLedger:
    """Collects the runs of a request and writes them together."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._buffer = TelemetryBuffer(warehouse, TABLE)

    @property
    def pending(self) -> list[Row]:
        """The runs that the next flush writes."""
        return self._buffer.pending

    def add(self, run: Run) -> None:
        """Keep `run` for the next flush; stamps its end."""
        run.finished_at = run.finished_at or clock.wall_clock()
        self._buffer.add([Row(run.run_id, asdict(run))])

    @contextmanager
    def recording(self, run: Run) -> Iterator[Run]:
        """Add `run` when the block ends, with the error as outcome when it raises."""
        try:
            yield run
        except BaseException as error:
            run.failed(error)
            raise
        finally:
            self.add(run)

    def last_good(self, spans: Mapping[str, tuple[date, date]]) -> dict[str, tuple[str, str]]:
        """For each processor the (input_version, content_hash) of its last good run over exactly its span.

        Runs of the last 30 days are looked at; a processor without one is left out.
        """
        if not spans:
            return {}
        rows = self._warehouse.query(
            _LAST_GOOD,
            {
                "since": clock.wall_clock() - timedelta(days=30),
                "wanted": [f"{name}|{first}|{last}" for name, (first, last) in spans.items()],
            },
        ).rows
        return {r["processor"]: (r["input_version"], r["content_hash"]) for r in rows}

    def flush(self) -> int:
        """Write what has been added; returns the number of rows. See `TelemetryBuffer` for what is kept or dropped."""
        return self._buffer.flush()
