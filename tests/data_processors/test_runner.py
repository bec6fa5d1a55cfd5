"""Processors run at once where they may, each within its limit; one that goes wrong takes nobody with it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common.context import Context
from common.warehouse import Warehouse
from data_processors.phase_service import Phase, process_dates
from data_processors.runner import Outcome, ProcessorRunner, Task
from data_processors.spans import Span
from data_processors.sql_processor import Input, SqlProcessor

pytestmark = pytest.mark.stack
DAY = date(2024, 11, 4)
SPAN = Span(DAY, DAY)
COLUMNS = "game_id STRING, game_date DATE, value INT64, loaded_at TIMESTAMP"
ENDLESS = (
    "(SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 90000)) AS a, "
    "UNNEST(GENERATE_ARRAY(1, 90000)) AS b WHERE a * b = -1)"
)


def one_row(value: str, source: str = "") -> str:
    return f"SELECT 'g' AS game_id, @start_date AS game_date, {value} AS value {source}"


@pytest.fixture
def tables(context: Context) -> Iterator[Context]:
    names = ("one", "two", "three")
    for name in names:
        sql = f"CREATE OR REPLACE TABLE nba_staging.{name} ({COLUMNS})"
        context.warehouse.execute(sql, work=[name, time.time()], table=name)
    yield context
    for name in names:
        context.warehouse.execute(f"DROP TABLE nba_staging.{name}", work=[name, time.time()], table=name)


def task(folder: Path, name: str, sql: str, *inputs: str, force: bool = False) -> Task:
    file = folder / f"{name}.sql"
    # The comment makes each test's statement its own: a warehouse never forgets a job's name.
    file.write_text(f"-- {folder}\n{sql}")
    reads = tuple(Input(f"nba_staging.{i}") for i in inputs)
    made = SqlProcessor(name, "phase3", f"nba_staging.{name}", ("game_id",), reads, file)
    return Task(made, SPAN, "manual", 1, force)


def value(context: Context, name: str) -> object:
    rows = context.warehouse.query(f"SELECT value FROM nba_staging.{name}").rows
    return rows[0]["value"] if rows else None


def statuses(outcome: Outcome) -> dict[str, str]:
    return {r.processor: r.status for r in outcome.results}


def test_a_processor_runs_after_those_whose_output_it_reads(tables: Context, tmp_path: Path) -> None:
    reader = task(tmp_path, "two", one_row("value + 1", "FROM nba_staging.one"), "one")
    writer = task(tmp_path, "one", one_row("41"))
    outcome = ProcessorRunner(tables).run([reader, writer])
    assert statuses(outcome) == {"one": "success", "two": "success"}
    assert value(tables, "two") == 42


def test_one_that_hangs_is_timed_out_and_the_others_results_stand(tables: Context, tmp_path: Path) -> None:
    settings = tables.settings.model_copy(update={"processor_timeout": 8.0})
    quick = Context(settings)
    hanging = task(tmp_path, "one", one_row(ENDLESS))
    fine = task(tmp_path, "two", one_row("7"))
    waiting = task(tmp_path, "three", one_row("value", "FROM nba_staging.one"), "one")
    started = time.monotonic()
    outcome = ProcessorRunner(quick).run([hanging, fine, waiting])
    took = time.monotonic() - started
    assert statuses(outcome) == {"one": "timed_out", "two": "success", "three": "not_ready"}
    assert took < settings.processor_timeout + 5  # bounded: far from the statement's own hours
    assert value(tables, "two") == 7
    assert value(tables, "one") is None
    # The next run is not blocked by the one that hung.
    again = ProcessorRunner(tables).run([task(tmp_path, "one", one_row("3"))])
    assert statuses(again) == {"one": "success"}
    assert value(tables, "one") == 3


def test_one_that_fails_is_reported_and_the_others_results_stand(tables: Context, tmp_path: Path) -> None:
    wrong = task(tmp_path, "one", "SELECT no_such_column")
    fine = task(tmp_path, "two", one_row("7"))
    outcome = ProcessorRunner(tables).run([wrong, fine])
    assert statuses(outcome) == {"one": "failed", "two": "success"}
    assert "no_such_column" in str(next(r.error for r in outcome.results if r.processor == "one"))
    assert list(outcome.changes) == ["two"]


def test_one_whose_table_is_missing_fails_alone(tables: Context, tmp_path: Path) -> None:
    homeless = task(tmp_path, "one", one_row("1"))
    fine = task(tmp_path, "two", one_row("3"))
    tables.warehouse.execute("DROP TABLE nba_staging.one", work=["homeless", time.time()], table="one")
    outcome = ProcessorRunner(tables).run([homeless, fine])
    tables.warehouse.execute(f"CREATE TABLE nba_staging.one ({COLUMNS})", work=["again", time.time()], table="one")
    assert statuses(outcome) == {"one": "failed", "two": "success"}
    assert value(tables, "two") == 3


def test_the_same_inputs_again_are_recognised_without_a_merge(tables: Context, tmp_path: Path) -> None:
    ProcessorRunner(tables).run([task(tmp_path, "one", one_row("5"))])
    tables.ledger.flush()
    again = ProcessorRunner(tables).run([task(tmp_path, "one", one_row("5"))])
    assert statuses(again) == {"one": "unchanged"}
    assert again.changes == {}


def test_a_table_that_was_tampered_with_is_written_again(tables: Context, tmp_path: Path) -> None:
    ProcessorRunner(tables).run([task(tmp_path, "one", one_row("5"))])
    tables.ledger.flush()
    tables.warehouse.execute("DELETE FROM nba_staging.one WHERE TRUE", work=["gone", time.time()], table="one")
    outcome = ProcessorRunner(tables).run([task(tmp_path, "one", one_row("5"))])
    assert outcome.changes["one"].rows_changed == 1
    assert value(tables, "one") == 5


def test_what_is_computed_anew_and_equal_is_not_merged(
    tables: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = counted_merges(monkeypatch)
    for _ in range(2):
        ProcessorRunner(tables).run([task(tmp_path, "one", one_row("5"), force=True)])
    assert merged == ["nba_staging.one"]


def test_twenty_events_at_once_are_one_merge_a_table(
    tables: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten equal ones share their work; ten that differ in how they ask for it take turns and find it done."""
    merged = counted_merges(monkeypatch)
    writer = task(tmp_path, "one", one_row("41")).processor
    reader = task(tmp_path, "two", one_row("value + 1", "FROM nba_staging.one"), "one").processor
    phase = Phase("test", "phase3", "test", (writer, reader), topic=None)

    def ask(number: int) -> str:
        force = number % 2 == 0
        return process_dates(tables, phase, SPAN, phase.processors, trigger="manual", force=force).status

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {"success"}
    assert sorted(merged) == ["nba_staging.one", "nba_staging.two"]
    assert value(tables, "two") == 42


def counted_merges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables of the MERGEs that are sent from now on."""
    merged: list[str] = []
    merge_query = Warehouse.merge_query

    def noted(self: Warehouse, table: str, *arguments: Any, **named: Any) -> Any:
        merged.append(table)
        return merge_query(self, table, *arguments, **named)

    monkeypatch.setattr(Warehouse, "merge_query", noted)
    return merged


def test_a_key_that_is_not_unique_fails_the_processor(tables: Context, tmp_path: Path) -> None:
    doubled = task(tmp_path, "one", f"{one_row('1')} UNION ALL {one_row('2')}")
    outcome = ProcessorRunner(tables).run([doubled])
    assert statuses(outcome) == {"one": "failed"}
    assert "unique_key of nba_staging.one: 1 failed, e.g. g" in str(outcome.results[0].error)
    assert outcome.changes == {}
