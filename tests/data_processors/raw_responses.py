"""Data frames straight from the archive of raw responses: no parser, table or statement of the project between.

Columns carry the names of the raw tables, so that a frame can be loaded into one and compared with it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from common.ids import normalise_name, team_code

SEASON_TYPES = {"002": "Regular Season", "004": "Playoffs", "005": "PlayIn", "006": "IST Final"}
BOX = {
    "minutes": "MIN",
    "points": "PTS",
    **{c: c.upper() for c in ("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk")},
    **{"tov": "TOV", "pf": "PF", "plus_minus": "PLUS_MINUS"},
}


@dataclass
class Responses:
    """Rows of every feed: `players` and `teams` are box scores, `props` and `lines` quotes."""

    schedule: pd.DataFrame
    players: pd.DataFrame
    teams: pd.DataFrame
    shots: pd.DataFrame
    props: pd.DataFrame
    lines: pd.DataFrame


def dates(first: str, last: str) -> list[str]:
    """ISO dates from `first` to `last`, both included."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


def read(
    recorded: Path,
    days: Iterable[str],
    seasons: Iterable[str],
    *,
    player_ids: Mapping[tuple[str, str], int] | None = None,
) -> Responses:
    """The responses of these dates. `player_ids` maps (game_id, quoted name) to players.

    Without it a quoted name is one of the players whom these responses show for one of the two teams.
    """
    days = list(days)
    schedule = pd.DataFrame([g for s in seasons for g in _schedule(recorded, s)])
    homes = dict(zip(schedule.game_id, schedule.home_team, strict=True))  # "A @ B" from both sides: a neutral floor
    players = pd.DataFrame([r for d in days for r in _game_log(recorded, "P", d, homes)])
    teams = pd.DataFrame([r for d in days for r in _game_log(recorded, "T", d, homes)])
    shots = pd.DataFrame([r for d in days for r in _shots(recorded, d)])
    ids = player_ids if player_ids is not None else _Names(players, schedule)
    return Responses(
        schedule=schedule,
        players=players,
        teams=teams,
        shots=shots,
        props=pd.DataFrame([r for d in days for r in _props(recorded, d, schedule, ids)]),
        lines=pd.DataFrame([r for d in days for r in _game_lines(recorded, d, schedule)]),
    )


def _load(path: Path) -> Any:
    with gzip.open(path) as file:
        return json.load(file)


def _season(game_id: str) -> str:
    first = int(game_id[3:5])
    return f"20{first:02d}-{first + 1:02d}"


def _records(answer: Any) -> Iterator[dict[str, Any]]:
    table = answer["resultSets"][0]
    for row in table["rowSet"]:
        yield dict(zip(table["headers"], row, strict=True))


def _schedule(recorded: Path, season: str) -> Iterator[dict[str, Any]]:
    answer = _load(recorded / "stats.nba.com" / "scheduleleaguev2int" / f"{season}.json.gz")
    for day in answer["leagueSchedule"]["gameDates"]:
        for game in day["games"]:
            if game["gameId"][:3] not in SEASON_TYPES:
                continue
            tip_off = pd.Timestamp(game["gameDateTimeUTC"])
            yield {
                "game_id": game["gameId"],
                "game_date": tip_off.tz_convert("America/New_York").date().isoformat(),
                "season": season,
                "season_type": SEASON_TYPES[game["gameId"][:3]],
                "tip_off": tip_off,
                "home_team": game["homeTeam"]["teamTricode"],
                "away_team": game["awayTeam"]["teamTricode"],
                "home_team_id": game["homeTeam"]["teamId"],
                "away_team_id": game["awayTeam"]["teamId"],
                "postponed": False,
                "arena_city": game.get("arenaCity"),
                "is_neutral": game.get("isNeutral"),
            }


def _game_log(recorded: Path, kind: str, day: str, homes: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    path = recorded / "stats.nba.com" / "leaguegamelog" / kind / f"{day}.json.gz"
    if not path.exists():
        return
    for r in _records(_load(path)):
        own = r["TEAM_ABBREVIATION"]
        first, at, second = r["MATCHUP"].split()
        yield {
            "game_id": r["GAME_ID"],
            "game_date": r["GAME_DATE"],
            "season": _season(r["GAME_ID"]),
            "season_type": SEASON_TYPES[r["GAME_ID"][:3]],
            "team": own,
            "team_id": r["TEAM_ID"],
            "opponent": second if first == own else first,
            "is_home": homes.get(r["GAME_ID"], first if at == "vs." else second) == own,
            "win": r["WL"] == "W",
            **({"player_id": r["PLAYER_ID"], "player_name": r["PLAYER_NAME"]} if kind == "P" else {}),
            **{ours: r[theirs] for ours, theirs in BOX.items()},
        }


def _shots(recorded: Path, day: str) -> Iterator[dict[str, Any]]:
    path = recorded / "stats.nba.com" / "shotchartdetail" / f"{day}.json.gz"
    if not path.exists():
        return
    for r in _records(_load(path)):
        yield {
            "game_id": r["GAME_ID"],
            "game_date": day,
            "season": _season(r["GAME_ID"]),
            "event_id": r["GAME_EVENT_ID"],
            "player_id": r["PLAYER_ID"],
            "team": team_code(r["TEAM_NAME"]),
            "zone_basic": r["SHOT_ZONE_BASIC"],
            "shot_value": int(r["SHOT_TYPE"][0]),
            "made": r["SHOT_MADE_FLAG"] == 1,
        }


class _Names(dict[tuple[str, str], int]):
    def __init__(self, players: pd.DataFrame, schedule: pd.DataFrame) -> None:
        super().__init__()
        self._teams = {g.game_id: (g.season, g.home_team, g.away_team) for g in schedule.itertuples()}
        self._ids: dict[tuple[str, str, str], set[int]] = {}
        for p in players.drop_duplicates(["season", "team", "player_id"]).itertuples():
            self._ids.setdefault((p.season, p.team, _key(p.player_name)), set()).add(p.player_id)

    def get(self, key: tuple[str, str], default: Any = None) -> Any:
        game_id, name = key
        season, *teams = self._teams[game_id]
        found = {i for t in teams for i in self._ids.get((season, t, _key(name)), ())}
        return found.pop() if len(found) == 1 else default


@cache
def _key(name: str) -> str:
    return normalise_name(name, keep_suffix=False)


def _quotes(recorded: Path, feed: str, day: str, schedule: pd.DataFrame) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    """(columns of the game, bookmaker, market) of every answer of a date."""
    folder = recorded / "api.the-odds-api.com" / feed / day
    games = {(g.home_team, g.away_team): g.game_id for g in schedule[schedule.game_date == day].itertuples()}
    for path in sorted(folder.glob("*.json.gz")):
        answer = _load(path)
        event = answer["data"]
        game_id = games.get((team_code(event["home_team"]), team_code(event["away_team"])))
        if game_id is None:
            continue
        game = {
            "game_id": game_id,
            "game_date": day,
            "season": _season(game_id),
            "snapshot_at": pd.Timestamp(answer["timestamp"]),
            "tip_off": pd.Timestamp(event["commence_time"]),
            "event_id": event["id"],
        }
        for bookmaker in event["bookmakers"]:
            for market in bookmaker["markets"]:
                yield {**game, "bookmaker": bookmaker["key"], "market": market["key"]}, event, market


def _props(
    recorded: Path, day: str, schedule: pd.DataFrame, ids: Mapping[tuple[str, str], int]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for quote, _, market in _quotes(recorded, "event_odds", day, schedule):
        sides: dict[tuple[str, float], dict[str, float]] = {}
        for outcome in market["outcomes"]:
            prices = sides.setdefault((outcome["description"], outcome["point"]), {})
            prices.setdefault(outcome["name"], outcome["price"])
        main: dict[str, tuple[float, float]] = {}
        for (name, line), prices in sides.items():
            if len(prices) == 2:
                tilt = abs(1 / prices["Over"] - 1 / prices["Under"])
                main[name] = min(main.get(name, (tilt, line)), (tilt, line))
        for (name, line), prices in sides.items():
            player_id = ids.get((quote["game_id"], name))
            if player_id is not None:
                rows.append(
                    quote
                    | {
                        "player_id": player_id,
                        "player_name": name,
                        "line": float(line),
                        "over_price": prices.get("Over"),
                        "under_price": prices.get("Under"),
                        "is_main_line": name in main and main[name][1] == line,
                        "resolved_by": "team",
                        "team": None,
                    }
                )
    return rows


def _game_lines(recorded: Path, day: str, schedule: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for quote, event, market in _quotes(recorded, "event_game_lines", day, schedule):
        for outcome in market["outcomes"]:
            side = {event["home_team"]: "home", event["away_team"]: "away"}.get(
                outcome["name"], outcome["name"].lower()
            )
            yield quote | {"outcome": side, "point": outcome.get("point"), "price": outcome["price"]}
