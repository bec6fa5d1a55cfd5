"""Small payloads made here, for the feeds of which no real answer is at hand (or where `../shared` is missing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common.raw_store import RawPayload
from tests.data_processors.raw.archive import payload, schedule_of
from tests.data_processors.raw.basketball_reference.test_season_roster import TABLE, page
from tests.data_processors.raw.bettingpros.test_offers import line, offer
from tests.data_processors.raw.nbacom.test_gamebook import LINES, pdf

# The real gamebooks at hand are damaged; the events are worth having with American prices, too.
ALWAYS = frozenset({"nbac_gamebook", "oddsa_game_lines"})


def payloads(feed: str) -> list[RawPayload]:
    """Payloads of `feed` that its parser reads; none for feeds that only real answers show."""
    made = _MADE.get(feed)
    return [] if made is None else [made()]


def _log(of_players: bool) -> dict[str, Any]:
    counts = {"MIN": 240, "PTS": 100, "FGM": 38, "FGA": 80, "FG3M": 8, "FG3A": 30, "FTM": 16, "FTA": 20}
    counts |= {"OREB": 10, "DREB": 30, "REB": 40, "AST": 20, "STL": 5, "BLK": 4, "TOV": 12, "PF": 18, "PLUS_MINUS": 5}
    if of_players:
        counts |= {"MIN": 30, "PTS": 20, "FGM": 8, "FGA": 15, "FG3M": 2, "FG3A": 6, "FTM": 2, "FTA": 3}
        counts |= {"OREB": 1, "DREB": 3, "REB": 4}
    row = {
        **({"PLAYER_ID": 7, "PLAYER_NAME": "Al Able"} if of_players else {}),
        **{"GAME_ID": "0022400157", "GAME_DATE": "2024-11-04", "TEAM_ID": 1610612738, "TEAM_ABBREVIATION": "BOS"},
        **{"MATCHUP": "BOS vs. ATL", "WL": "W", **counts},
    }
    return {"resultSets": [{"name": "LeagueGameLog", "headers": list(row), "rowSet": [list(row.values())]}]}


def _event(market: str, *outcomes: dict[str, Any]) -> dict[str, Any]:
    markets = [{"key": market, "last_update": "2024-11-04T14:00:00Z", "outcomes": list(outcomes)}]
    return {
        **{"id": "e1", "commence_time": "2024-11-05T00:10:00Z"},
        **{"home_team": "Los Angeles Clippers", "away_team": "San Antonio Spurs"},
        "bookmakers": [{"key": "book_a", "markets": markets}, {"key": "book_b", "markets": markets}],
    }


def _lines() -> RawPayload:
    home = {"name": "Los Angeles Clippers", "price": -110, "point": -3.5}
    return payload("oddsa_game_lines", _event("spreads", home, home | {"name": "San Antonio Spurs", "point": 3.5}))


def _props() -> RawPayload:
    over = {"name": "Over", "description": "Al Able", "price": 1.9, "point": 22.5}
    return payload("oddsa_player_props", _event("player_points", over, over | {"name": "Under"}))


def _offers() -> RawPayload:
    return payload("bp_player_props", {"offers": [offer({12: line(27.5, -110)}, {12: line(27.5, 120)})]})


_MADE: dict[str, Callable[[], RawPayload]] = {
    "nbac_schedule": lambda: payload("nbac_schedule", schedule_of(("0022400157", "2024-11-04", "BOS", "ATL"))),
    "nbac_player_boxscore": lambda: payload("nbac_player_boxscore", _log(of_players=True)),
    "nbac_team_boxscore": lambda: payload("nbac_team_boxscore", _log(of_players=False)),
    "nbac_gamebook": lambda: payload("nbac_gamebook", pdf(LINES), scope="2024-04-10"),
    "bp_player_props": lambda: payload(
        "bp_player_props", {"offers": [offer({12: line(27.5, -110)}, {12: line(27.5, 120)})]}
    ),
    "br_season_roster": lambda: page(TABLE),
    "oddsa_events": lambda: payload("oddsa_events", [{"id": "e1", "commence_time": "2024-11-05T00:10:00Z"}]),
    "oddsa_game_lines": _lines,
    "oddsa_player_props": _props,
}
