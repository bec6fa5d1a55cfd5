"""Every query of monitoring/queries runs as it stands, and says what it is for."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common.context import Context
from common.run_ledger import Run

pytestmark = pytest.mark.stack
FOLDER = Path(__file__).resolve().parents[2] / "monitoring" / "queries"
QUERIES = sorted(FOLDER.glob("*.sql"))
# A date that no other test works on.
DAY = date(2052, 1, 3)


def rows(context: Context, name: str) -> list[dict[str, Any]]:
    return context.warehouse.query((FOLDER / f"{name}.sql").read_text(encoding="utf-8")).rows


def ran(context: Context, phase: str, processor: str, *, after: float, seconds: float, **more: Any) -> None:
    """A run that started `after` seconds into a cascade and took `seconds`."""
    run = Run(phase, processor, DAY, DAY, "scheduler")
    run.started_at = START + timedelta(seconds=after)
    run.finished_at = run.started_at + timedelta(seconds=seconds)
    run.status = "success"
    for name, value in more.items():
        setattr(run, name, value)
    context.ledger.add(run)


START = datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize("file", QUERIES, ids=lambda f: f.stem)
def test_it_runs_without_parameters_and_says_how(context: Context, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert f"bq query --use_legacy_sql=false < monitoring/queries/{file.name}" in text
    context.warehouse.query(text)


def test_a_cascade_is_timed_phase_by_phase_with_the_gaps_between(context: Context) -> None:
    mine = uuid.uuid4().hex
    ran(context, "phase1", "nbac_schedule", after=0, seconds=2, correlation_id=mine)
    ran(context, "phase2", "nbac_schedule", after=3, seconds=4, correlation_id=mine)
    ran(context, "phase3", "player_game_summary", after=7.5, seconds=1, correlation_id=mine)
    ran(context, "phase3", "team_offense_game_summary", after=7.5, seconds=2.5, correlation_id=mine)
    context.ledger.flush()
    found = [r for r in rows(context, "cascade_timing") if r["correlation_id"] == mine]
    assert [(r["phase"], r["runs"], r["seconds"], r["gap_seconds"]) for r in found] == [
        ("phase1", 1, 2.0, None),
        ("phase2", 1, 4.0, 1.0),
        ("phase3", 2, 2.5, 0.5),
    ]
    assert {(r["game_date"], r["cascade_seconds"]) for r in found} == {(DAY, 10.0)}


def test_durations_are_of_runs_that_did_work(context: Context) -> None:
    name = f"processor_{uuid.uuid4().hex[:8]}"
    for seconds in range(1, 21):
        ran(context, "phase3", name, after=0, seconds=seconds)
    ran(context, "phase3", name, after=0, seconds=500, status="unchanged")
    context.ledger.flush()
    (found,) = [r for r in rows(context, "processor_durations") if r["processor"] == name]
    assert (found["runs"], found["p50_seconds"], found["p95_seconds"]) == (20, 10.5, 19.05)


def test_failures_and_dead_letters_are_named_with_their_words(context: Context) -> None:
    name = f"processor_{uuid.uuid4().hex[:8]}"
    bad = {"status": "failed", "error_type": "AuditError", "error_message": "points do not add up"}
    ran(context, "phase3", name, after=0, seconds=1, **bad)
    ran(context, "phase3", name, after=5, seconds=1, attempt=5, **bad)
    context.ledger.flush()
    (failed,) = [r for r in rows(context, "failures") if r["processor"] == name]
    assert (failed["runs"], failed["error_type"], failed["latest_message"]) == (2, "AuditError", bad["error_message"])
    assert [r["why"] for r in rows(context, "dead_letters") if r["subject"] == name] == ["points do not add up"]


def test_a_statement_costs_ten_megabytes_at_least_and_nothing_where_nothing_was_read(context: Context) -> None:
    name = f"processor_{uuid.uuid4().hex[:8]}"
    for size in (0, 5, 30 * 1024**2):
        ran(context, "phase3", name, after=0, seconds=1, bytes_processed=size)
    context.ledger.flush()
    (found,) = [r for r in rows(context, "cost_by_processor") if r["processor"] == name]
    assert found["bytes_billed"] == 40 * 1024**2
