from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.games import ScheduledGame
from data_processors.raw.oddsapi.game_lines import line_rows, parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload, payloads

GAME = ScheduledGame("0022300062", date(2023, 10, 24), "2023-24", "GSW", "PHX")


def lines(market: str, *outcomes: dict[str, Any], game: ScheduledGame = GAME) -> list[Row]:
    event = {
        "id": "e1",
        "commence_time": "2023-10-25T02:00:00Z",
        "home_team": "Golden State Warriors",
        "away_team": "Phoenix Suns",
        "bookmakers": [{"key": "fanduel", "markets": [{"key": market, "outcomes": list(outcomes)}]}],
    }
    (unit,) = line_rows(parse(payload("oddsa_game_lines", event)), game)
    return unit.rows


WARRIORS = {"name": "Golden State Warriors", "price": 1.87, "point": -3.5}
SUNS = {"name": "Phoenix Suns", "price": 1.95, "point": 3.5}


def test_a_real_event_gives_both_sides_of_spread_and_total(recorded: Path) -> None:
    (real,) = [p for p in payloads(recorded, "oddsa_game_lines", "2023-10-24") if b"Golden State" in p.body]
    (unit,) = line_rows(parse(real), GAME)
    assert {(r["market"], r["outcome"], r["point"], r["price"]) for r in unit.rows} == {
        ("spreads", "home", -3.5, 1.91),
        ("spreads", "away", 3.5, 1.91),
        ("totals", "over", 235.5, 1.91),
        ("totals", "under", 235.5, 1.91),
    }


def test_home_is_the_schedules_home_team_where_the_sportsbook_has_the_sides_swapped() -> None:
    swapped = ScheduledGame("0022300062", date(2023, 10, 24), "2023-24", "PHX", "GSW")
    sides = {r["outcome"]: r["point"] for r in lines("spreads", WARRIORS, SUNS, game=swapped)}
    assert sides == {"home": 3.5, "away": -3.5}


def test_a_winner_market_has_no_point() -> None:
    rows = lines("h2h", {"name": "Golden State Warriors", "price": 1.6}, {"name": "Phoenix Suns", "price": 2.4})
    assert {(r["outcome"], r["point"], r["price"]) for r in rows} == {("home", None, 1.6), ("away", None, 2.4)}


@pytest.mark.parametrize(
    ("market", "outcome"),
    [
        ("spreads", SUNS | {"name": "Boston Celtics"}),
        ("spreads", SUNS | {"name": "Over"}),
        ("spreads", {"name": "Phoenix Suns", "price": 1.95}),
        ("totals", {"name": "Draw", "price": 1.95, "point": 235.5}),
        ("h2h", SUNS),
        ("alternate_spreads", SUNS),
    ],
)
def test_an_outcome_of_another_game_or_market_is_refused(market: str, outcome: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        lines(market, outcome)


def test_of_contradicting_lines_the_first_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    (row,) = lines("spreads", SUNS, SUNS | {"point": 4.5})
    assert row["point"] == 3.5
    assert "contradicting" in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        *({"point": 80.5}, {"point": -3.3}, {"point": float("nan")}, {"price": 1.0}, {"price": 150}),
        {"name": "Boston Celtics"},
    ],
)
def test_one_outcome_that_cannot_be_is_lost_alone(wrong: dict[str, Any]) -> None:
    rows = lines("spreads", WARRIORS, SUNS | wrong)
    assert [(r["outcome"], r["point"], r["price"]) for r in rows] == [("home", -3.5, 1.87)]


def test_american_prices_of_a_winner_market_become_decimals() -> None:
    rows = lines("h2h", {"name": "Golden State Warriors", "price": 150}, {"name": "Phoenix Suns", "price": 1200})
    assert {(r["outcome"], r["price"]) for r in rows} == {("home", 2.5), ("away", 13.0)}
