"""The five processors of a date at once: one that hangs or fails takes nobody with it, and the answer says so."""

from __future__ import annotations

import base64
import logging
import time
from datetime import date

import pytest

from common.errors import TerminalError, WarehouseUnavailableError
from common.events import Event, TableChange
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.phase_service import create_phase_app
from data_processors.runner import ProcessorRunner, Task
from data_processors.spans import Span
from tests.data_processors.slow_warehouse import SlowWarehouse, context_on, without_audits

DAY = {"start_date": "2024-11-04", "end_date": "2024-11-04"}
PHASE = without_audits(ANALYTICS)
OUTPUTS = {p.output for p in PHASE.processors}
OFFENSE = "nba_analytics.team_offense_game_summary"


def tasks() -> list[Task]:
    day = date(2024, 11, 4)
    return [Task(p, Span(day, day), "manual", 1, False) for p in PHASE.processors]


def push(*tables: str) -> dict[str, object]:
    changes = [TableChange(table=t, rows_changed=1, content_hash="h") for t in tables]
    event = Event(phase="phase2", source="raw", game_dates=[date(2024, 11, 4)], tables=changes)
    data = base64.b64encode(event.model_dump_json().encode()).decode()
    return {"message": {"data": data, "messageId": "1"}, "subscription": "s", "deliveryAttempt": 1}


def test_one_of_five_sleeps_for_ever_four_land_and_the_answer_is_in_time() -> None:
    warehouse = SlowWarehouse()
    warehouse.hangs = {OFFENSE}
    context = context_on(warehouse, processor_timeout=1.0)
    started = time.monotonic()
    outcome = ProcessorRunner(context).run(tasks())
    took = time.monotonic() - started
    statuses = {r.processor: r.status for r in outcome.results}
    assert statuses.pop("team_offense_game_summary") == "timed_out"
    assert set(statuses.values()) == {"success"}
    assert set(warehouse.landed) == OUTPUTS - {OFFENSE}
    assert took < 2.0  # the limit and a second

    # The next run is not blocked by the one that still sleeps ...
    warehouse.hangs, warehouse.landed = set(), []
    again = ProcessorRunner(context).run(tasks())
    assert {r.status for r in again.results} == {"success"}
    assert set(warehouse.landed) == OUTPUTS
    # ... and when that one wakes up it writes nothing.
    warehouse.release.set()
    woken = time.monotonic() + 5
    while not warehouse.late and time.monotonic() < woken:
        time.sleep(0.01)
    assert warehouse.late == [OFFENSE]
    assert len(warehouse.landed) == 5


def test_a_date_runs_all_five_at_once_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    warehouse = SlowWarehouse(seconds=0.2)
    http = create_phase_app(context_on(warehouse), PHASE).test_client()
    started = time.monotonic()
    with caplog.at_level(logging.INFO):
        answer = http.post("/process-date-range", json=DAY)
    took = time.monotonic() - started
    assert answer.status_code == 200
    assert "Running 5 analytics processors in PARALLEL" in caplog.messages
    assert took < 5 * 2 * 0.2  # one after the other, their MERGEs and what follows them would take this long


def test_a_push_runs_those_that_read_what_changed(caplog: pytest.LogCaptureFixture) -> None:
    warehouse = SlowWarehouse()
    http = create_phase_app(context_on(warehouse), PHASE).test_client()
    with caplog.at_level(logging.INFO):
        assert http.post("/process", json=push("nba_raw.injuries")).status_code == 200
    assert "Running 1 analytics processors in PARALLEL" in caplog.messages
    assert warehouse.landed == ["nba_analytics.upcoming_player_game_context"]


def test_one_that_fails_for_good_is_named_and_a_push_is_not_asked_for_again() -> None:
    warehouse = SlowWarehouse()
    warehouse.fails = {OFFENSE: TerminalError("no such column", table=OFFENSE)}
    http = create_phase_app(context_on(warehouse), PHASE).test_client()
    answer = http.post("/process-date-range", json=DAY)
    assert (answer.status_code, answer.json["status"]) == (207, "partial")
    entries = {e["processor"]: e for e in answer.json["results"]}
    assert "no such column" in entries["team_offense_game_summary"]["error"]
    assert [e["status"] for n, e in entries.items() if n != "team_offense_game_summary"] == ["success"] * 4
    assert http.post("/process", json=push("nba_raw.shots")).status_code == 200


def test_where_a_retry_could_help_the_answer_asks_for_one() -> None:
    warehouse = SlowWarehouse()
    warehouse.fails = {OFFENSE: WarehouseUnavailableError("503")}
    http = create_phase_app(context_on(warehouse), PHASE).test_client()
    assert http.post("/process", json=push("nba_raw.shots")).status_code == 503
    assert http.post("/process-date-range", json=DAY).status_code == 503
    # What can't be mended by a retry does not hide behind what can.
    warehouse.fails["nba_analytics.player_game_summary"] = TerminalError("no such column")
    assert http.post("/process-date-range", json=DAY).status_code == 207


def test_the_limit_of_a_processor_is_ten_minutes_unless_set() -> None:
    assert context_on(SlowWarehouse()).settings.processor_timeout == 600
