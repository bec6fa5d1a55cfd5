from __future__ import annotations

import base64

import pytest
from flask.testing import FlaskClient

from common.events import Event
from data_processors.raw.main_processor_service import create_app
from tests.data_processors.raw.archive import cut_log
from tests.data_processors.raw.conftest import Bench

pytestmark = pytest.mark.stack
FEED, DAY = "nbac_player_boxscore", "2024-11-04"


@pytest.fixture
def client(bench: Bench) -> FlaskClient:
    return create_app(bench.context).test_client()


def delivered(client: FlaskClient, event: Event) -> tuple[int, dict[str, object]]:
    message = {"data": base64.b64encode(event.model_dump_json().encode()).decode(), "messageId": "1"}
    answer = client.post("/process", json={"message": message, "subscription": "phase2-raw", "deliveryAttempt": 1})
    return answer.status_code, answer.get_json()


def test_a_push_lands_its_payloads_and_passes_the_correlation_on(bench: Bench, client: FlaskClient) -> None:
    path = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    event = Event(phase="phase1", source=FEED, raw_paths=[path], trigger="scheduler")
    code, answer = delivered(client, event)
    assert (code, answer["status"]) == (200, "success")
    (told,) = bench.events
    assert (told.phase, told.correlation_id, told.trigger) == ("phase2", event.correlation_id, "scheduler")


def test_a_push_of_another_phase_is_acknowledged(client: FlaskClient) -> None:
    code, answer = delivered(client, Event(phase="phase4", source="x"))
    assert code == 200
    assert "phase1" in str(answer["error"])


def test_a_push_without_payloads_is_acknowledged(client: FlaskClient) -> None:
    code, answer = delivered(client, Event(phase="phase1", source="x"))
    assert (code, answer["results"]) == (200, [])


def test_a_range_takes_only_the_feeds_asked_for(bench: Bench, client: FlaskClient) -> None:
    bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bench.keep("nbac_team_boxscore", cut_log(bench.recorded, "nbac_team_boxscore", DAY, 1))
    bench.keep(FEED, cut_log(bench.recorded, FEED, "2024-11-06", 1), scope="2024-11-06")
    body = {"start_date": DAY, "end_date": DAY, "processors": [FEED]}
    answer = client.post("/process-date-range", json=body).get_json()
    assert [r["processor"] for r in answer["results"]] == [FEED]
    days = bench.rows("SELECT DISTINCT CAST(game_date AS STRING) AS day FROM nba_raw.player_boxscores")
    assert days == [{"day": DAY}]
    assert bench.count("nba_raw.team_boxscores") == 0


def test_an_unknown_feed_is_answered_with_the_right_names(client: FlaskClient) -> None:
    answer = client.post("/process-date-range", json={"start_date": DAY, "end_date": DAY, "processors": ["nbac_x"]})
    assert answer.status_code == 422
    assert FEED in answer.get_json()["error"]


def test_force_tells_later_phases_again_without_rewriting(bench: Bench, client: FlaskClient) -> None:
    bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    body = {"start_date": DAY, "end_date": DAY}
    client.post("/process-date-range", json=body)
    before = bench.rows("SELECT MAX(loaded_at) AS at FROM nba_raw.player_boxscores")
    client.post("/process-date-range", json=body)
    assert len(bench.events) == 1
    client.post("/process-date-range", json=body | {"force": True})
    assert len(bench.events) == 2
    assert [t.table for t in bench.events[1].tables] == ["nba_raw.player_boxscores", "nba_raw.players"]
    assert bench.rows("SELECT MAX(loaded_at) AS at FROM nba_raw.player_boxscores") == before
