"""One row that BigQuery refuses holds no other, and nothing is lost without a word."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from common import telemetry
from common.audit_log import AuditLog, AuditResult
from common.context import Context
from common.errors import RowsRefusedError, TerminalError, WarehouseUnavailableError
from common.run_ledger import Run, RunLedger
from common.settings import Settings
from common.telemetry import Row, TelemetryBuffer

TABLE = "nba_orchestration.processor_runs"


@dataclass
class Streaming:
    """insertAll as BigQuery answers it: with one refused row in a request none of its rows arrives."""

    refuses: set[str] = field(default_factory=set)
    # Refuses the request as a whole, and does not say for which row.
    silent: bool = False
    raises: Exception | None = None
    arrived: list[str] = field(default_factory=list)
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    requests: int = 0

    def append_telemetry(
        self, _table: str, rows: Sequence[Mapping[str, Any]], ids: Sequence[str]
    ) -> dict[int, str | None]:
        self.requests += 1
        if self.raises:
            raise self.raises
        if bad := {i for i, name in enumerate(ids) if name in self.refuses}:
            if self.silent:
                raise RowsRefusedError("bad request", table=_table)
            return {i: "rows_in: not an INT64" if i in bad else None for i in range(len(ids))}
        self.arrived += ids
        self.values |= dict(zip(ids, rows, strict=True))
        return {}


def rows(count: int, **values: Any) -> list[Row]:
    return [Row(f"r{n}", {"n": n, **values}) for n in range(count)]


def buffer(streaming: Any) -> TelemetryBuffer:
    return TelemetryBuffer(streaming, TABLE)


@pytest.mark.parametrize("silent", [False, True])
def test_one_refused_row_of_ten_lets_the_nine_others_through_once_each(
    silent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    streaming = Streaming(refuses={"r4"}, silent=silent)
    kept = buffer(streaming)
    kept.add(rows(10))
    assert kept.flush() == 9
    assert sorted(streaming.arrived) == [f"r{n}" for n in range(10) if n != 4]
    [said] = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert (said.table, said.row_id) == (TABLE, "r4")  # type: ignore[attr-defined]
    assert "refused" in said.getMessage()
    assert kept.pending == []
    kept.add([Row("later", {"n": 1})])
    assert kept.flush() == 1
    assert streaming.arrived[-1] == "later"


@pytest.mark.parametrize("silent", [False, True])
def test_only_refused_rows_are_dropped_and_the_end_is_reached(silent: bool) -> None:
    streaming = Streaming(refuses={f"r{n}" for n in range(0, 1200, 2)}, silent=silent)
    kept = buffer(streaming)
    kept.add(rows(1200))
    assert kept.flush() == 600
    assert len(streaming.arrived) == len(set(streaming.arrived)) == 600
    assert kept.flush() == 0


def test_what_can_t_be_taken_now_is_kept_in_order_and_sent_again() -> None:
    streaming = Streaming(raises=WarehouseUnavailableError("503"))
    kept = buffer(streaming)
    kept.add(rows(3))
    assert kept.flush() == 0
    kept.add([Row("later", {})])
    streaming.raises = None
    assert kept.flush() == 4
    assert streaming.arrived == ["r0", "r1", "r2", "later"]


def test_a_table_that_is_missing_is_no_fault_of_the_rows() -> None:
    streaming = Streaming(raises=TerminalError("no such table"))
    kept = buffer(streaming)
    kept.add(rows(3))
    assert kept.flush() == 0
    assert (len(kept.pending), streaming.requests) == (3, 1)


def test_what_arrived_before_the_trouble_is_not_sent_again() -> None:
    streaming = Streaming(refuses={"r1"})
    kept = buffer(streaming)
    kept.add(rows(telemetry._ROWS_A_REQUEST + 5))

    real = streaming.append_telemetry

    def once(table: str, given: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> dict[int, str | None]:
        if "r500" in ids:
            raise WarehouseUnavailableError("503")
        return real(table, given, ids)

    streaming.append_telemetry = once  # type: ignore[method-assign]
    assert kept.flush() == telemetry._ROWS_A_REQUEST - 1
    assert [r.row_id for r in kept.pending] == ["r500", "r501", "r502", "r503", "r504"]
    streaming.append_telemetry = real  # type: ignore[method-assign]
    assert kept.flush() == 5
    assert len(streaming.arrived) == len(set(streaming.arrived)) == telemetry._ROWS_A_REQUEST + 4


def test_the_backlog_is_bounded_and_what_is_lost_is_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(telemetry, "BACKLOG", 5)
    kept = buffer(Streaming(raises=WarehouseUnavailableError("503")))
    for _ in range(3):
        kept.add(rows(4))
        kept.flush()
    assert [r.row_id for r in kept.pending] == ["r3", "r0", "r1", "r2", "r3"]
    assert kept.overflowed == 7
    assert "the oldest rows are lost" in caplog.text


@pytest.mark.parametrize(
    ("value", "arrives_as"),
    [
        (float("nan"), None),
        (float("inf"), None),
        ("half \ud800", "half \\ud800"),
        ("NUL \0", "NUL \\x00"),
        ({"a": [float("nan")]}, {"a": [None]}),
        (date(2024, 11, 4), "2024-11-04"),
    ],
)
def test_a_value_that_json_does_not_have_is_cleaned(value: object, arrives_as: object) -> None:
    streaming = Streaming()
    kept = buffer(streaming)
    kept.add([Row("r", {"x": value})])
    assert kept.flush() == 1
    assert streaming.values["r"] == {"x": arrives_as}


@pytest.mark.parametrize("value", [object(), "x" * 2_000_000, {1, 2}])
def test_a_row_that_can_t_be_sent_is_dropped_with_a_word_and_holds_nothing(
    value: object, caplog: pytest.LogCaptureFixture
) -> None:
    streaming = Streaming()
    kept = buffer(streaming)
    kept.add([Row("bad", {"x": value}), *rows(2)])
    assert kept.flush() == 2
    assert streaming.arrived == ["r0", "r1"]
    assert "dropped" in caplog.text
    assert kept.pending == []


def test_ledger_and_audits_go_the_same_way() -> None:
    streaming: Any = Streaming()
    day = date(2024, 11, 4)
    ledger, audits = RunLedger(streaming), AuditLog(streaming)
    runs = [Run("phase3", f"p{n}", day, day, "manual") for n in range(3)]
    found = [AuditResult("t", f"a{n}", day, day, True, 0, 1) for n in range(3)]
    streaming.refuses = {runs[1].run_id, found[2].audit_id}
    for run in runs:
        ledger.add(run)
    audits.add(found, phase="phase3", processor="p")
    assert (ledger.flush(), audits.flush()) == (2, 2)
    assert streaming.arrived == [runs[0].run_id, runs[2].run_id, found[0].audit_id, found[1].audit_id]


def test_telemetry_that_fails_in_any_way_does_not_undo_a_request(caplog: pytest.LogCaptureFixture) -> None:
    context = Context(Settings())
    context.warehouse = Streaming(raises=ZeroDivisionError("a bug"))  # type: ignore[assignment]
    day = date(2024, 11, 4)
    context.ledger.add(Run("phase3", "p", day, day, "manual"))
    context.audit_log.add([AuditResult("t", "a", day, day, True, 0, 1)], phase="phase3", processor="p")
    context.flush()
    assert (len(context.ledger.pending), len(context.audit_log.pending)) == (1, 1)
    assert "kept for the next flush" in caplog.text


@pytest.mark.stack
def test_a_refused_run_on_a_warehouse_leaves_the_others_and_what_is_known_of_them(context: Context) -> None:
    day = date(2045, 3, 1)
    runs = [Run("phase3", f"telemetry_{n}", day, day, "manual", input_version="i", content_hash="c") for n in range(10)]
    runs[3].rows_in = 2**70
    for run in runs:
        context.ledger.add(run)
    assert context.ledger.flush() == 9
    context.ledger.add(later := Run("phase3", "telemetry_3", day, day, "manual", input_version="j", content_hash="d"))
    assert context.ledger.flush() == 1
    sql = "SELECT run_id FROM nba_orchestration.processor_runs WHERE start_date = @day"
    arrived = [r["run_id"] for r in context.warehouse.query(sql, {"day": day}).rows]
    assert sorted(arrived) == sorted(r.run_id for r in [*runs, later] if r is not runs[3])
    good = context.ledger.last_good({r.processor: (day, day) for r in runs})
    assert good == {f"telemetry_{n}": ("j", "d") if n == 3 else ("i", "c") for n in range(10)}
