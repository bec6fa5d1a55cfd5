"""A written table is audited: a blocking failure fails the run, a warning is kept, and both name the keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.raw_store import RawPayload
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.audits import Audit, holds, in_range, none_of, not_null
from data_processors.grading.main_grading_service import PHASE as GRADING
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.raw.raw_audits import AUDITED, Staged, audit
from data_processors.raw.raw_tables import ScopeRows
from data_processors.runner import Outcome, ProcessorRunner, Task
from data_processors.spans import Span
from data_processors.sql_processor import SqlProcessor

DAY = date(2024, 11, 4)
ROWS = "SELECT name AS game_id, @start_date AS game_date, points FROM UNNEST([{rows}])"
RESULTS = "SELECT audit, blocking, failures, examples, rows_checked FROM nba_orchestration.audit_results"
pytestmark = pytest.mark.stack


@pytest.fixture
def audited(context: Context) -> Iterator[Context]:
    columns = "game_id STRING, game_date DATE, points INT64, loaded_at TIMESTAMP"
    table = f"CREATE OR REPLACE TABLE nba_staging.audited ({columns})"
    context.warehouse.execute(table, work=["audited", time.time()], table="audited")
    yield context
    context.warehouse.execute("DROP TABLE nba_staging.audited", work=["audited", time.time()], table="audited")


def run(context: Context, folder: Path, rows: dict[str, int | None], *audits: Audit) -> Outcome:
    """A run whose output is these (game, points) rows."""
    written = ", ".join(
        f"STRUCT('{name}' AS name, {'CAST(NULL AS INT64)' if points is None else points} AS points)"
        for name, points in rows.items()
    )
    file = folder / "audited.sql"
    file.write_text(f"-- {folder}\n{ROWS.format(rows=written)}")
    processor = SqlProcessor(folder.name, "phase3", "nba_staging.audited", ("game_id",), (), file, audits=tuple(audits))
    return ProcessorRunner(context).run([Task(processor, Span(DAY, DAY), "manual", 1, False)])


def kept(context: Context, folder: Path) -> list[dict[str, Any]]:
    context.audit_log.flush()
    sql = f"{RESULTS} WHERE processor = @name ORDER BY audit"
    return context.warehouse.query(sql, {"name": folder.name}).rows


def test_a_blocking_audit_fails_the_run_tells_nobody_and_names_the_keys(audited: Context, tmp_path: Path) -> None:
    outcome = run(audited, tmp_path, {"a": 12, "b": -3, "c": -1}, in_range("points", 0, 100))
    assert outcome.results[0].status == "failed"
    assert "in_range(points, 0, 100) of nba_staging.audited: 2 failed, e.g. b, c" in str(outcome.results[0].error)
    assert outcome.changes == {}


def test_bad_rows_are_never_seen_by_who_reads_the_table_and_good_ones_from_before_stay(
    audited: Context, tmp_path: Path
) -> None:
    small = in_range("points", 0, 100)
    assert run(audited, tmp_path, {"a": 12}, small).results[0].status == "success"
    outcome = run(audited, tmp_path, {"a": 300, "b": 7}, small)
    assert outcome.results[0].status == "failed"
    # What the next phase would read.
    rows = audited.warehouse.query("SELECT game_id, points FROM nba_staging.audited").rows
    assert rows == [{"game_id": "a", "points": 12}]
    # Nothing is told and nothing stays behind.
    assert outcome.changes == {}
    left = "SELECT table_name FROM nba_staging.INFORMATION_SCHEMA.TABLES WHERE table_name LIKE 'audited_%'"
    assert audited.warehouse.query(left).rows == []


def test_a_failed_run_fails_again(audited: Context, tmp_path: Path) -> None:
    run(audited, tmp_path, {"b": -3}, in_range("points", 0, 100))
    audited.ledger.flush()
    again = run(audited, tmp_path, {"b": -3}, in_range("points", 0, 100))
    assert again.results[0].status == "failed"


def test_a_warning_leaves_the_run_good_and_is_kept_with_the_audits_that_passed(
    audited: Context, tmp_path: Path
) -> None:
    outcome = run(
        audited, tmp_path, {"a": None, "b": 3}, not_null("points", blocking=False), holds("small", "points < 9")
    )
    assert outcome.results[0].status == "success"
    assert kept(audited, tmp_path) == [
        {"audit": "not_null(points)", "blocking": False, "failures": 1, "examples": "a", "rows_checked": 2},
        {"audit": "small", "blocking": True, "failures": 0, "examples": None, "rows_checked": 2},
        {"audit": "unique_key", "blocking": True, "failures": 0, "examples": None, "rows_checked": 2},
    ]


def test_what_a_select_finds_in_the_range_is_counted(audited: Context, tmp_path: Path) -> None:
    sums = none_of(
        "sum",
        "SELECT CAST(SUM(points) AS STRING) AS example FROM {table} WHERE {column} BETWEEN {first} AND {last} "
        "HAVING SUM(points) <> 10",
    )
    assert run(audited, tmp_path, {"a": 7, "b": 3}, sums).results[0].status == "success"
    outcome = run(audited, tmp_path, {"a": 7, "b": 4}, sums)
    assert "sum of nba_staging.audited: 1 failed, e.g. 11" in str(outcome.results[0].error)


def test_all_audits_of_a_processor_cost_no_statement_beside_the_read_of_its_version(
    audited: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    query = audited.warehouse.query
    monkeypatch.setattr(audited.warehouse, "query", lambda sql, params=None: (asked.append(sql), query(sql, params))[1])
    run(audited, tmp_path, {"a": 1})
    without = len(asked)
    asked.clear()
    run(audited, tmp_path, {"a": 2}, not_null("points"), in_range("points", 0, 9), holds("odd", "points > 0"))
    assert len(asked) == without


@pytest.mark.parametrize(
    "processor", [*ANALYTICS.processors, *PRECOMPUTE.processors, *GRADING.processors], ids=lambda p: p.name
)
def test_every_processors_output_can_be_staged_and_audited(context: Context, processor: SqlProcessor) -> None:
    """On dates without rows: the SQL of what is staged, of every audit and its examples is right, and nothing fails."""
    params = {"start_date": date(1990, 1, 1), "end_date": date(1990, 1, 2)}
    look = processor.look(context.warehouse.columns(processor.output))
    with context.warehouse.staged_query(processor.output, processor.statement, look, params) as (staged, seen):
        names = processor.audit_names(staged)
        examples = (f"SELECT example FROM ({a.examples(processor.key).format(**names)})" for a in processor.audits)
        assert context.warehouse.query("\nUNION ALL\n".join(examples), params).rows == []
    nothing = {"row_count": 0, "distinct_keys": 0, "found": [0] * len(processor.audits), "differing": 0}
    assert seen.rows == [nothing]
    assert processor.audits


@pytest.mark.parametrize("table", AUDITED)
def test_every_audit_of_a_raw_table_can_be_asked_of_it(context: Context, table: str) -> None:
    """On a staging table without rows, beside tables without rows: the SQL is right and nothing fails."""
    raw, audits = AUDITED[table]
    payload = RawPayload("feed", "2024-11-04", "https://source", {}, clock.wall_clock(), 200, "application/json", b"")
    unit = ScopeRows(raw, "s", payload, [{raw.date_column: DAY}])
    with context.warehouse.staged_rows(table, []) as staged:
        (verdict,) = audit(context.warehouse, [Staged(raw, staged, [unit], 1)])
    assert [(r.audit, r.failures) for r in verdict.results] == [(a.name, 0) for a in audits]
    assert verdict.refused == {}
