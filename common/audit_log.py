"""What the audits of written tables found; append-only, streamed once a request like the run ledger."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from common import clock
from common.logging import correlation_id
from common.telemetry import Row, TelemetryBuffer
from common.warehouse import Warehouse

TABLE = "nba_orchestration.audit_results"


@dataclass
class AuditResult:
    """One audit of a range of a table: how many rows (or games, or keys) it found wrong, and some of them."""

    table_name: str
    audit: str
    start_date: date
    end_date: date
    blocking: bool
    failures: int
    rows_checked: int
    examples: str | None = None
    phase: str = ""
    processor: str = ""
    audit_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    checked_at: datetime = field(default_factory=clock.wall_clock)
    correlation_id: str | None = field(default_factory=correlation_id.get)

    @property
    def words(self) -> str:
        """The finding for people."""
        return f"{self.audit} of {self.table_name}: {self.failures} failed, e.g. {self.examples}"


class AuditLog:
    """Collects the audit results of a request and writes them together."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._buffer = TelemetryBuffer(warehouse, TABLE)

    @property
    def pending(self) -> list[Row]:
        """The results that the next flush writes."""
        return self._buffer.pending

    def add(self, results: Iterable[AuditResult], *, phase: str, processor: str) -> None:
        """Keep `results` for the next flush."""
        found = list(results)
        for result in found:
            result.phase, result.processor = phase, processor
        self._buffer.add(Row(r.audit_id, asdict(r)) for r in found)

    def flush(self) -> int:
        """Write what has been added; returns the number of rows. See `TelemetryBuffer` for what is kept or dropped."""
        return self._buffer.flush()
