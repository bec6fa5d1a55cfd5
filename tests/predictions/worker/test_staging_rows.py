"""What a request becomes: one row a player, system and quote; nothing invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.errors import InvalidEventError
from common.events import Event
from predictions.requests import Batch, PlayerInput, PredictionRequest, Quote, parse_request
from predictions.systems import MovingAverageBaseline, features_needed
from predictions.worker.staging_rows import staging_rows

SYSTEMS = (MovingAverageBaseline(),)
NOW = datetime(2024, 11, 4, 16, tzinfo=UTC)
TIP_OFF = datetime(2024, 11, 5, 0, 10, tzinfo=UTC)
HISTORY = {
    "points_avg_last_5": 20.0,
    "points_avg_last_10": 21.0,
    "points_avg_season": 22.0,
    "games_played_season": 30.0,
}


def quote(bookmaker: str = "fanduel", line: float = 21.5, **changes: Any) -> Quote:
    fields = {"over_price": 1.9, "under_price": 1.92, "snapshot_at": NOW - timedelta(hours=1)} | changes
    return Quote(bookmaker=bookmaker, line=line, **fields)


def player(*quotes: Quote, player_id: int = 201939, features: dict[str, float] | None = HISTORY) -> PlayerInput:
    return PlayerInput(
        game_id="0022400157",
        player_id=player_id,
        player_name="Stephen Curry",
        team="GSW",
        opponent="WAS",
        tip_off=TIP_OFF,
        feature_version="v1" if features is not None else None,
        features_quality=0.9 if features is not None else None,
        features=None if features is None else dict.fromkeys(features_needed()) | features,
        quotes=quotes,
    )


def request(*players: PlayerInput) -> PredictionRequest:
    batch = Batch(batch_id="b", content="c", game_date=date(2024, 11, 4), created_at=NOW, cut_at=NOW)
    return PredictionRequest(batch=batch, request_id="r", request_index=0, requests_in_batch=1, players=players)


def rows(*players: PlayerInput) -> list[dict[str, Any]]:
    return staging_rows(request(*players), SYSTEMS, loaded_at=NOW)


def test_every_bookmaker_gets_a_row_and_all_say_the_same_prediction() -> None:
    made = rows(player(quote("fanduel", 21.5), quote("draftkings", 22.0)))

    assert [(r["bookmaker"], r["line"]) for r in made] == [("fanduel", 21.5), ("draftkings", 22.0)]
    assert made[0]["predicted_points"] == made[1]["predicted_points"] == pytest.approx(21.3)
    assert made[0]["p_push"] == 0
    assert made[1]["p_push"] > 0


def test_a_player_without_a_quote_gets_one_row_without_a_line() -> None:
    (made,) = rows(player())

    assert made["recommendation"] == "NO_LINE"
    assert made["predicted_points"] == pytest.approx(21.3)
    empty = ("bookmaker", "line", "p_over", "p_under", "p_push", "expected_value", "fair_p_over", "over_price")
    assert {made[c] for c in empty} == {None}


def test_a_quoted_newcomer_is_passed_without_a_made_up_number() -> None:
    (made,) = rows(player(quote(), features={}))

    assert (made["recommendation"], made["reason"]) == ("PASS", "no_history")
    assert made["predicted_points"] is made["p_over"] is made["expected_value"] is None
    assert made["fair_p_over"] == pytest.approx(0.5026, abs=1e-4)


def test_a_quoted_player_without_features_says_so() -> None:
    (made,) = rows(player(quote(), features=None))

    assert (made["recommendation"], made["reason"], made["feature_version"]) == ("PASS", "no_features", None)


def test_every_row_says_how_many_its_request_has() -> None:
    made = rows(player(quote(), quote("betmgm")), player(player_id=1), player(player_id=2, features={}))

    assert [r["rows_in_request"] for r in made] == [4, 4, 4, 4]


def test_one_side_offered_has_the_expected_value_of_that_side() -> None:
    (made,) = rows(player(quote(under_price=None)))

    assert made["expected_value"] == made["expected_value_over"]
    assert made["expected_value_under"] is made["fair_p_over"] is made["fair_over_price"] is None


def content(*quotes: Quote) -> set[str]:
    return {r["content_hash"] for r in rows(player(*quotes))}


def test_a_later_snapshot_of_an_unmoved_quote_is_the_same_prediction() -> None:
    assert content(quote()) == content(quote(snapshot_at=NOW))


@pytest.mark.parametrize("change", [{"line": 22.5}, {"over_price": 1.95}, {"under_price": None}])
def test_a_moved_line_or_price_is_another_prediction(change: dict[str, Any]) -> None:
    assert not content(quote()) & content(quote(**change))


def test_a_request_survives_its_journey_as_a_message() -> None:
    sent = request(player(quote()), player(player_id=2, features=None))
    event = Event(phase="prediction_request", source="test", payload=sent.model_dump(mode="json"))

    assert parse_request(Event.model_validate_json(event.model_dump_json())) == sent


def test_what_is_no_request_is_refused_by_name() -> None:
    payload = request(player(quote())).model_dump(mode="json")
    payload["players"][0]["quotes"][0]["over_price"] = 0.9

    with pytest.raises(InvalidEventError, match=r"payload\.players\.0\.quotes\.0\.over_price"):
        parse_request(Event(phase="prediction_request", source="test", payload=payload))
    with pytest.raises(InvalidEventError, match="not a prediction request"):
        parse_request(Event(phase="phase4", source="test"))
