from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError, UnreadPartsError
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


def event(*prices: float) -> dict[str, Any]:
    """An event with a bookmaker a price."""
    books = []
    for number, price in enumerate(prices):
        outcome = {"name": "Over", "description": "Norman Powell", "price": price, "point": 22.5}
        books.append({"key": f"book_{number}", "markets": [{"key": "player_points", "outcomes": [outcome]}]})
    return EVENT | {"bookmakers": books}


def prices(body: object, asked: str | None = None) -> dict[str, float]:
    """The prices by bookmaker, of an answer to a request for `asked`."""
    found = payload("oddsa_player_props", body)
    found = replace(found, params={"oddsFormat": asked} if asked else {})
    return {q.bookmaker: q.price for q in parse_event_odds(found, MARKETS).quotes}


@pytest.mark.parametrize("asked", ["american", None])
def test_american_prices_are_never_taken_for_decimals(asked: str | None) -> None:
    assert prices(event(150, 1200), asked) == {"book_0": 2.5, "book_1": 13.0}
    assert prices(event(150, -110, 100), asked) == {"book_0": 2.5, "book_1": 1.9091, "book_2": 2.0}


@pytest.mark.parametrize("asked", ["decimal", None])
def test_decimal_prices_are_as_they_came(asked: str | None) -> None:
    assert prices(event(1.87, 51.0, 2), asked) == {"book_0": 1.87, "book_1": 51.0, "book_2": 2.0}


def test_prices_of_another_kind_than_was_asked_for_are_refused() -> None:
    with pytest.raises(UnreadPartsError, match=r"150\.0 is no decimal price"):
        prices(event(150, 1200), "decimal")
    with pytest.raises(UnreadPartsError, match=r"1\.87 is no American price"):
        prices(event(1.87, 1.95), "american")


@pytest.mark.parametrize("wrong", [1.0, 0, -1.9, 150, 1e9, "1.9", None, True, [1.9]])
def test_one_impossible_price_loses_that_quote_alone(wrong: Any) -> None:
    odds = parse_event_odds(payload("oddsa_player_props", event(1.87, wrong, 1.95)), MARKETS)
    assert {q.bookmaker: q.price for q in odds.quotes} == {"book_0": 1.87, "book_2": 1.95}
    (error,) = odds.parts.unread
    assert error.field == "event.bookmakers[1].markets[0].outcomes[0].price"


@pytest.mark.parametrize("nonsense", [None, 7, {"key": None}, {"key": "x"}, {"key": "x", "markets": [{"key": "h2h"}]}])
def test_a_bookmaker_of_nonsense_loses_nobody_else_a_quote(nonsense: Any) -> None:
    body = event(1.87, 1.95)
    body["bookmakers"].insert(1, nonsense)
    odds = parse_event_odds(payload("oddsa_player_props", body), MARKETS)
    assert [q.price for q in odds.quotes] == [1.87, 1.95]
    (error,) = odds.parts.unread
    assert error.field is not None
    assert error.field.startswith("event.bookmakers[1]")


def test_where_less_can_be_read_than_not_nothing_is() -> None:
    with pytest.raises(UnreadPartsError, match="2 parts could not be read, nothing of the payload is used"):
        prices(event(1.87, 0, 0))


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
        (with_outcome(price=-99), "decimal"),
        (with_outcome(price=100.5), "American"),
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
