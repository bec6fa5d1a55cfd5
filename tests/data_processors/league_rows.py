"""Rows of a made-up season, for rules that real days don't show. Tests keep to years of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from common.ids import season_of_date
from common.warehouse import Warehouse
from tests.data_processors.warehouse_rows import insert

Row = dict[str, Any]
TEAM_IDS = {"BOS": 1610612738, "NYK": 1610612752, "LAL": 1610612747, "MIA": 1610612748}
ZERO_BOX = dict.fromkeys(("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast"), 0) | dict.fromkeys(
    ("stl", "blk", "tov", "pf", "plus_minus"), 0
)


def day_after(day: str, days: int) -> str:
    """The ISO date `days` later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def game(game_id: str, day: str, home: str, away: str, **other: Any) -> Row:
    """A scheduled game with its tip-off at 23:00 UTC."""
    row = {
        "game_id": game_id,
        "game_date": day,
        "season": season_of_date(date.fromisoformat(day)),
        "season_type": "Regular Season",
        "tip_off": f"{day}T23:00:00Z",
        "home_team": home,
        "away_team": away,
        "home_team_id": TEAM_IDS[home],
        "away_team_id": TEAM_IDS[away],
        "postponed": False,
    }
    return row | other


def _box(of: Row, team: str) -> Row:
    home = of["home_team"] == team
    return {
        **{c: of[c] for c in ("game_id", "game_date", "season", "season_type")},
        "team": team,
        "team_id": TEAM_IDS[team],
        "opponent": of["away_team"] if home else of["home_team"],
        "is_home": home,
        "win": home,
        **ZERO_BOX,
    }


def player_box(of: Row, team: str, player_id: int, minutes: int = 30, points: int = 20, **other: Any) -> Row:
    """A player's box score line in a game; nothing but minutes and points unless said."""
    named = {"player_id": player_id, "player_name": f"Player {player_id}", "minutes": minutes, "points": points}
    return _box(of, team) | named | other


def team_boxes(of: Row, **other: Any) -> list[Row]:
    """Both teams' lines: 100 points on 80 attempts, 25 free throws, 12 turnovers, 10 offensive rebounds."""
    box = {"minutes": 240, "points": 100, "fgm": 40, "fga": 80, "fg3m": 10, "fta": 25, "tov": 12, "oreb": 10}
    return [_box(of, t) | box | other for t in (of["home_team"], of["away_team"])]


def quote(of: Row, player_id: int, line: float, at: str, **other: Any) -> Row:
    """A two-sided main line on points, stamped at a time of the game's date (UTC, before 23:00 is before tip-off)."""
    row = {
        **{c: of[c] for c in ("game_id", "game_date", "season")},
        "player_id": player_id,
        "player_name": f"Quoted {player_id}",
        "team": None,
        "resolved_by": "registry",
        "bookmaker": "book_a",
        "market": "player_points",
        "line": line,
        "over_price": 1.9,
        "under_price": 1.9,
        "is_main_line": True,
        "snapshot_at": f"{of['game_date']}T{at}:00Z",
        "tip_off": f"{of['game_date']}T23:00:00Z",
        "event_id": "event",
    }
    return row | other


def game_quote(of: Row, market: str, outcome: str, point: float, at: str, bookmaker: str = "book_a") -> Row:
    """A spread or a total."""
    row = {c: of[c] for c in ("game_id", "game_date", "season")}
    return row | {
        "bookmaker": bookmaker,
        "market": market,
        "outcome": outcome,
        "point": point,
        "price": 1.91,
        "snapshot_at": f"{of['game_date']}T{at}:00Z",
        "tip_off": f"{of['game_date']}T23:00:00Z",
        "event_id": "event",
    }


def shot(of: Row, team: str, player_id: int, event_id: int, zone: str, value: int, made: bool = False) -> Row:
    """A field goal attempt."""
    row = {c: of[c] for c in ("game_id", "game_date", "season")}
    return row | {
        "event_id": event_id,
        "player_id": player_id,
        "team": team,
        "zone_basic": zone,
        "shot_value": value,
        "made": made,
    }


def injury(of: Row, team: str, player_id: int | None, status: str | None, at: str, **other: Any) -> Row:
    """A line of the injury report of a time of the game's date (UTC); without a status the team has not reported."""
    row = {c: of[c] for c in ("game_id", "game_date", "season", "home_team", "away_team")}
    return (
        row
        | {
            "report_at": f"{of['game_date']}T{at}:00Z",
            "team": team,
            "player_id": player_id,
            "name_key": f"player {player_id}" if status else "",
            "player_name": f"Player {player_id}" if status else None,
            "submitted": status is not None,
            "status": status,
            "reason": f"Injury/Illness - {status}" if status else None,
        }
        | other
    )


def other_line(of: Row, team: str, player_id: int | None, minutes: int = 30, points: int = 20, **other: Any) -> Row:
    """A player's line by BallDontLie, whose own ids are the NBA's and a thousand."""
    line = _box(of, team)
    line = {c: v for c, v in line.items() if c not in ("season_type", "team_id", "win")}
    return (
        line
        | {
            "player_id": player_id,
            "source_player_id": str(1000 + (player_id or 0)),
            "player_name": f"Other {player_id}",
            "name_key": f"other {player_id}",
            "played": minutes > 0,
            "minutes": minutes,
            "points": points,
            "source": "bdl_box_scores",
        }
        | other
    )


def put(
    warehouse: Warehouse,
    *,
    games: Sequence[Row] = (),
    players: Sequence[Row] = (),
    teams: Sequence[Row] = (),
    shots: Sequence[Row] = (),
    quotes: Sequence[Row] = (),
    game_quotes: Sequence[Row] = (),
    injuries: Sequence[Row] = (),
    other_lines: Sequence[Row] = (),
) -> None:
    """Insert rows into the raw tables."""
    insert(warehouse, "nba_raw.schedule", games)
    insert(warehouse, "nba_raw.player_boxscores", players)
    insert(warehouse, "nba_raw.team_boxscores", teams)
    insert(warehouse, "nba_raw.shots", shots)
    insert(warehouse, "nba_raw.player_prop_lines", quotes)
    insert(warehouse, "nba_raw.game_lines", game_quotes)
    insert(warehouse, "nba_raw.injuries", injuries)
    insert(warehouse, "nba_raw.source_player_boxscores", other_lines)
