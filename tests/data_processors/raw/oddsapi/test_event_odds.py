from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.oddsapi.event_odds import parse_event_list, parse_event_odds
from tests.data_processors.raw.archive import payload, payloads

MARKETS = frozenset({"player_points"})
EVENT = {
    "id": "e1",
    "commence_time": "2024-11-05T00:10:00Z",
    "home_team": "Los Angeles Clippers",
    "away_team": "San Antonio Spurs",
    "bookmakers": [],
}


def with_outcome(**changes: object) -> dict[str, Any]:
    outcome = {"name": "Over", "description": "Norman Powell", "price": 1.9, "point": 22.5, **changes}
    market = {"key": "player_points", "last_update": "2024-11-04T14:00:00Z", "outcomes": [outcome]}
    return EVENT | {"bookmakers": [{"key": "draftkings", "markets": [market]}]}


def test_the_historical_envelope_stamps_the_snapshot() -> None:
    body = {"timestamp": "2024-11-04T14:55:38Z", "previous_timestamp": None, "next_timestamp": None, "data": EVENT}
    odds = parse_event_odds(payload("oddsa_player_props", body), MARKETS)
    assert odds.snapshot_at == datetime(2024, 11, 4, 14, 55, 38, tzinfo=UTC)
    assert odds.scope == "event:e1@2024-11-04T14:55:38Z"


def test_a_live_answer_is_stamped_when_it_was_fetched() -> None:
    live = payload("oddsa_player_props", EVENT)
    assert parse_event_odds(live, MARKETS).snapshot_at == live.fetched_at


def test_the_game_date_is_eastern() -> None:
    assert parse_event_odds(payload("oddsa_player_props", EVENT), MARKETS).game_date == date(2024, 11, 4)


def test_teams_are_the_leagues_codes() -> None:
    odds = parse_event_odds(payload("oddsa_player_props", EVENT), MARKETS)
    assert (odds.home_team, odds.away_team) == ("LAC", "SAS")


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (EVENT | {"home_team": "Team LeBron"}, "home_team"),
        ({k: v for k, v in EVENT.items() if k != "bookmakers"}, "bookmakers"),
        (with_outcome(price=1), "decimal"),
        (with_outcome(price=-110), "decimal"),
        (with_outcome(price="1.9"), "price"),
        (with_outcome(point="22.5"), "point"),
        ({"timestamp": "2024-11-04", "data": EVENT}, "timestamp"),
        ({"message": "quota reached"}, "id"),
    ],
)
def test_what_is_not_the_odds_of_an_event_is_refused(body: Any, match: str) -> None:
    with pytest.raises(PayloadError, match=match):
        parse_event_odds(payload("oddsa_player_props", body), MARKETS)


def test_a_market_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(PayloadError, match="player_points"):
        parse_event_odds(payload("oddsa_game_lines", with_outcome()), frozenset({"spreads"}))


def test_an_event_list_is_counted_and_may_be_empty(recorded: Path) -> None:
    (real,) = payloads(recorded, "oddsa_events", "2024-11-04")
    assert parse_event_list(real) == len(json.loads(real.body)["data"]) == 15
    assert parse_event_list(payload("oddsa_events", [])) == 0
    with pytest.raises(PayloadError):
        parse_event_list(payload("oddsa_events", {"message": "quota reached"}))
