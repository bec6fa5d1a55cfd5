"""When the coordinator predicts, what it reads, and what it sends."""

from __future__ import annotations

from typing import Any

import pytest

from common.events import Event, TableChange
from predictions.requests import parse_request

pytestmark = pytest.mark.stack


def phase4(phase5: Any, hour: float, **fields: Any) -> Event:
    tables = [TableChange(table="nba_precompute.ml_feature_store", rows_changed=1, content_hash="x")]
    at = phase5.at(hour)
    return Event(
        phase="phase4",
        source="t",
        **({"game_dates": [phase5.day], "tables": tables, "occurred_at": at, "simulated_at": at} | fields),
    )


def players_sent(phase5: Any) -> dict[int, list[tuple[str, float]]]:
    requests = [parse_request(e) for e in phase5.requests()]
    return {p.player_id: [(q.bookmaker, q.line) for q in p.quotes] for r in requests for p in r.players}


def test_everything_about_all_players_is_read_by_two_statements(phase5: Any, statements: list[str]) -> None:
    phase5.features(*range(1, 40))
    phase5.quotes({(p, b): 20.5 for p in range(1, 40) for b in ("fanduel", "draftkings")}, at=8)
    statements.clear()

    answer = phase5.start(9)

    assert statements == ["query", "query"]
    assert (answer["players"], answer["requests"]) == (39, 20)


def test_a_doubled_trigger_without_news_sends_nothing(phase5: Any, statements: list[str]) -> None:
    phase5.features(1, 2, 3)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    statements.clear()

    answer = phase5.start(10)

    assert answer["note"] == "these inputs are predicted already"
    assert phase5.requests() == []
    assert statements == ["query", "query"]


def test_force_and_redelivery_send_again(phase5: Any) -> None:
    phase5.features(1)
    phase5.predict(9)

    phase5.push(phase5.coordinator, "/process", phase4(phase5, 10), attempt=2)
    redelivered = [parse_request(e).batch.batch_id for e in phase5.requests()]
    forced = phase5.start(10, force=True)

    assert len(redelivered) == 1
    assert forced["requests"] == 1
    assert forced["batch_id"] not in redelivered


def test_the_newest_quote_of_each_bookmaker_before_now_is_taken(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5, (1, "betmgm"): 19.5}, at=8)
    phase5.quotes({(1, "fanduel"): 21.5, (1, "betmgm"): 19.5}, at=10)
    phase5.quotes({(1, "fanduel"): 25.5}, at=13)

    phase5.start(12)

    assert players_sent(phase5) == {1: [("betmgm", 19.5), ("fanduel", 21.5)]}


def test_a_quote_that_is_missing_in_the_newest_snapshot_was_withdrawn(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5, (1, "betmgm"): 19.5}, at=8)
    phase5.quotes({(1, "fanduel"): 20.5}, at=10)

    phase5.start(12)

    assert players_sent(phase5) == {1: [("fanduel", 20.5)]}


def test_an_alternate_line_is_not_the_main_line(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.quotes({(1, "fanduel"): 30.5}, at=8, main=False)

    phase5.start(12)

    assert players_sent(phase5) == {1: [("fanduel", 20.5)]}


def test_a_game_that_has_started_is_not_predicted(phase5: Any) -> None:
    phase5.features(1, game="0023000001", tip_off=13)
    phase5.features(2, game="0023000002", tip_off=19)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)

    phase5.start(13)

    assert players_sent(phase5) == {2: []}


def test_a_quoted_player_without_features_is_sent_too(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5, (9, "fanduel"): 3.5}, at=8)

    phase5.start(9)
    sent = [p for e in phase5.requests() for p in parse_request(e).players]

    assert [(p.player_id, p.features is None) for p in sent] == [(1, False), (9, True)]


def test_without_players_there_is_nothing_to_predict(phase5: Any) -> None:
    assert phase5.start(9)["note"].startswith("nothing to predict")
    assert phase5.sent == []


def test_a_past_date_is_not_predicted_and_costs_no_statement(phase5: Any, statements: list[str]) -> None:
    answer = phase5.start(25)

    assert answer["note"] == "nothing to predict: all games of this date have started"
    assert statements == []


def test_before_the_days_window_the_coordinator_waits(phase5: Any) -> None:
    phase5.features(1)

    early = phase5.push(phase5.coordinator, "/process", phase4(phase5, 5.99))
    open_now = phase5.push(phase5.coordinator, "/process", phase4(phase5, 6))

    assert early["status"] == "not_ready"
    assert open_now["dates"][0]["requests"] == 1


def test_features_of_other_dates_start_nothing(phase5: Any) -> None:
    phase5.features(1)

    answer = phase5.push(phase5.coordinator, "/process", phase4(phase5, -3))

    assert answer["note"] == "none of the event's dates is today"
    assert phase5.sent == []


def test_a_range_is_predicted_like_its_dates(phase5: Any) -> None:
    phase5.features(1)
    at = phase5.at(9).isoformat()
    body = {"start_date": str(phase5.day), "end_date": str(phase5.day), "simulated_at": at}

    answer = phase5.coordinator.test_client().post("/process-date-range", json=body)

    assert answer.status_code == 200
    assert len(phase5.requests()) == 1


def test_requests_carry_trigger_and_clock_on(phase5: Any) -> None:
    phase5.features(1)

    phase5.push(phase5.coordinator, "/process", phase4(phase5, 9, trigger="replay", correlation_id="one-trigger"))
    (request,) = phase5.requests()

    assert (request.trigger, request.simulated_at) == ("replay", phase5.at(9))
    assert request.correlation_id == "one-trigger"
    assert parse_request(request).batch.created_at == phase5.at(9)


def test_a_wrong_body_is_answered_with_the_field(phase5: Any) -> None:
    answer = phase5.coordinator.test_client().post("/start", json={"game_day": "2031-01-01"})

    assert answer.status_code == 400
    assert "game_da" in answer.get_json()["error"]
