"""Summaries of every game once more, from data frames of raw responses, row by row in plain Python.

Written from the formulas, not from the SQL, so that agreement means something.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from tests.data_processors.raw_responses import BOX, Responses

Row = dict[str, Any]
PAINT = {"Restricted Area", "In The Paint (Non-RA)"}


def quotient(above: float | None, below: float | None) -> float | None:
    """NULL for what is missing and for a division by zero."""
    return None if above is None or not below else above / below


def mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return math.fsum(known) / len(known) if known else None


def spread(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return statistics.stdev(known) if len(known) > 1 else None


def back(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def possessions(box: Row) -> float:
    return float(box["fga"] + 0.44 * box["fta"] + box["tov"] - box["oreb"])


def shooting(box: Row) -> Row:
    return {
        "ts_pct": quotient(box["points"], 2 * (box["fga"] + 0.44 * box["fta"])),
        "efg_pct": quotient(box["fgm"] + 0.5 * box["fg3m"], box["fga"]),
    }


@dataclass
class League:
    """Everything known, by game, team and player, in the order of dates."""

    games: dict[str, Row]
    player_games: list[Row]
    team_games: list[Row]
    team_defenses: list[Row]
    points_quotes: dict[tuple[str, int], list[Row]]
    game_quotes: dict[str, list[Row]]
    by_player: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_team: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def index(self) -> None:
        """Sort the games by player and by team; an appearance has minutes."""
        for row in sorted(self.player_games, key=lambda r: (r["game_date"], r["game_id"])):
            if row["minutes"]:
                self.by_player[row["player_id"]].append(row)
        for row in sorted(self.team_games, key=lambda r: (r["game_date"], r["game_id"])):
            self.by_team[row["team"]].append(row)


def build(responses: Responses) -> League:
    """Summaries of every player-game and team-game, and the quotes stamped before tip-off."""
    games = {g["game_id"]: g for g in responses.schedule.to_dict("records")}
    teams = {(t["game_id"], t["team"]): t for t in responses.teams.to_dict("records")}
    for t in teams.values():
        if t["game_id"] not in games:
            sides = (t["team"], t["opponent"]) if t["is_home"] else (t["opponent"], t["team"])
            games[t["game_id"]] = {c: t[c] for c in ("game_id", "game_date", "season", "season_type")} | {
                "tip_off": None,
                "home_team": sides[0],
                "away_team": sides[1],
                "arena_city": None,
            }
    zones = _zones(responses.shots)
    league = League(
        games=games,
        player_games=[],
        team_games=[_team_game(t, teams.get((t["game_id"], t["opponent"])), zones) for t in teams.values()],
        team_defenses=[_team_defense(t, teams[t["game_id"], t["opponent"]], zones) for t in teams.values()],
        points_quotes=_before_tip_off(responses.props, games, ("game_id", "player_id")),
        game_quotes=_before_tip_off(responses.lines, games, ("game_id",)),
    )
    for p in responses.players.to_dict("records"):
        league.player_games.append(_player_game(p, teams.get((p["game_id"], p["team"])), zones, league))
    league.index()
    return league


def _zones(shots: pd.DataFrame) -> dict[tuple[str, Any], dict[str, int]]:
    """Attempts and makes a zone, by (game, player) and (game, team); (game, None) marks a game with a chart."""
    counted: dict[tuple[str, Any], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for shot in shots.to_dict("records"):
        zone = "three" if shot["shot_value"] == 3 else "paint" if shot["zone_basic"] in PAINT else "mid_range"
        for owner in (shot["player_id"], shot["team"], None):
            counted[shot["game_id"], owner][f"{zone}_attempts"] += 1
            counted[shot["game_id"], owner][f"{zone}_makes"] += int(shot["made"])
    return counted


def _zone_columns(zones: dict[tuple[str, Any], dict[str, int]], game_id: str, owner: Any) -> dict[str, int | None]:
    names = [f"{z}_{k}" for z in ("paint", "mid_range", "three") for k in ("attempts", "makes")]
    if (game_id, None) not in zones:
        return dict.fromkeys(names)
    return {n: zones[game_id, owner][n] if (game_id, owner) in zones else 0 for n in names}


def _before_tip_off(quotes: pd.DataFrame, games: dict[str, Row], key: Sequence[str]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for quote in quotes.to_dict("records"):
        game = games.get(quote["game_id"])
        if (
            game
            and game["game_date"] == quote["game_date"]
            and quote["snapshot_at"] < (game["tip_off"] or quote["tip_off"])
        ):
            found[tuple(quote[k] for k in key) if len(key) > 1 else quote[key[0]]].append(quote)
    return found


def points_line(quotes: list[Row]) -> Row:
    """Median (a line that exists) over bookmakers of the last and of the first main line."""
    by_bookmaker: dict[str, list[Row]] = defaultdict(list)
    for quote in sorted((q for q in quotes if q["is_main_line"]), key=lambda q: q["snapshot_at"]):
        by_bookmaker[quote["bookmaker"]].append(quote)
    if not by_bookmaker:
        return {"current": None, "opening": None, "bookmakers": 0, "at": None}
    return {
        "current": statistics.median_low(q[-1]["line"] for q in by_bookmaker.values()),
        "opening": statistics.median_low(q[0]["line"] for q in by_bookmaker.values()),
        "bookmakers": len(by_bookmaker),
        "at": max(q[-1]["snapshot_at"] for q in by_bookmaker.values()),
    }


def _team_game(box: Row, other: Row | None, zones: Any) -> Row:
    own = possessions(box)
    theirs = possessions(other) if other else None
    both = None if theirs is None else 48 * ((own + theirs) / 2)
    return {
        **{c: box[c] for c in ("game_id", "game_date", "season", "season_type", "team", "opponent", "is_home", "win")},
        **{c: box[c] for c in BOX if c != "plus_minus"},
        "overtime_periods": math.floor((box["minutes"] - 240) / 25 + 0.5),
        "possessions": own,
        "opponent_possessions": theirs,
        "pace": quotient(both, box["minutes"] / 5),
        "offensive_rating": quotient(100 * box["points"], own),
        **shooting(box),
        **_zone_columns(zones, box["game_id"], box["team"]),
        "source_quality": "boxscore" + ("+shots" if (box["game_id"], None) in zones else ""),
        # Not a column: what the other team made of its possessions.
        "defensive_rating": quotient(100 * other["points"], theirs) if other else None,
    }


def _team_defense(box: Row, other: Row, zones: Any) -> Row:
    offense = _team_game(other, box, zones)
    rates = shooting(other)
    return {
        **{c: box[c] for c in ("game_id", "game_date", "season", "season_type", "team", "opponent", "is_home", "win")},
        "points_allowed": other["points"],
        **{f"opp_{c}": other[c] for c in ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "ast")},
        "turnovers_forced": other["tov"],
        "steals": box["stl"],
        "blocks": box["blk"],
        "fouls": box["pf"],
        **{f"opp_{zone}": n for zone, n in _zone_columns(zones, box["game_id"], box["opponent"]).items()},
        **{f"opp_{rate}": value for rate, value in rates.items()},
        "opponent_possessions": possessions(other),
        "defensive_rating": quotient(100 * other["points"], possessions(other)),
        "opponent_pace": offense["pace"],
        "source_quality": offense["source_quality"],
    }


def _player_game(box: Row, team: Row | None, zones: Any, league: League) -> Row:
    line = points_line(league.points_quotes.get((box["game_id"], box["player_id"]), []))
    used = box["fga"] + 0.44 * box["fta"] + box["tov"]
    result = None
    if line["current"] is not None and box["minutes"]:
        difference = box["points"] - line["current"]
        result = "PUSH" if difference == 0 else "OVER" if difference > 0 else "UNDER"
    charted = (box["game_id"], None) in zones
    return {
        **{c: box[c] for c in ("game_id", "game_date", "season", "season_type", "player_id", "player_name")},
        **{c: box[c] for c in ("team", "opponent", "is_home", "win")},
        "starter": None,
        **{c: box[c] for c in BOX},
        **_zone_columns(zones, box["game_id"], box["player_id"]),
        "usage_rate": quotient(
            100 * used * (team["minutes"] / 5),
            box["minutes"] * (team["fga"] + 0.44 * team["fta"] + team["tov"]),
        )
        if team
        else None,
        **shooting(box),
        "points_line": line["current"],
        "points_line_bookmakers": line["bookmakers"],
        "points_line_snapshot_at": line["at"],
        "over_under_result": result,
        "source_quality": "boxscore" + ("+team" if team else "") + ("+shots" if charted else ""),
    }


def earlier(rows: list[Row], day: str) -> list[Row]:
    """The rows before a date and within 365 days of it, newest first."""
    known = rows[: bisect_left(rows, day, key=lambda r: r["game_date"])]
    return [r for r in reversed(known) if r["game_date"] >= back(day, 365)]
