"""What is known before a game once more, row by row in plain Python: of players, and of teams."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from datetime import date
from itertools import takewhile

import pandas as pd

from tests.data_processors.recompute_games import League, Row, back, earlier, mean, points_line


def contexts(league: League, first: str, last: str) -> pd.DataFrame:
    """upcoming_player_game_context for the games between two dates, both included."""
    calendar: dict[tuple[str, str], list[str]] = defaultdict(list)
    for game in league.games.values():
        for side in ("home_team", "away_team"):
            calendar[game[side], game["season"]].append(game["game_date"])
    quoted: dict[str, set[int]] = defaultdict(set)
    for game_id, player_id in league.points_quotes:
        quoted[game_id].add(player_id)
    rows = []
    for game in league.games.values():
        day = game["game_date"]
        if not first <= day <= last:
            continue
        recent = set()
        for player_id, played in league.by_player.items():
            before = earlier(played, day)
            if before and before[0]["team"] in (game["home_team"], game["away_team"]):
                team_games = earlier(league.by_team[before[0]["team"]], day)[:15]
                if team_games and before[0]["game_date"] >= team_games[-1]["game_date"]:
                    recent.add(player_id)
        rest = {t: _days_rest(calendar[t, game["season"]], day) for t in (game["home_team"], game["away_team"])}
        market = _game_market(league.game_quotes.get(game["game_id"], []))
        for player_id in recent | quoted[game["game_id"]]:
            reasons = (player_id in recent, player_id in quoted[game["game_id"]])
            rows.append(_context(league, game, player_id, reasons, rest, market))
    return pd.DataFrame(rows, dtype=object)


def _days_rest(days: list[str], day: str) -> int | None:
    before = [d for d in days if d < day]
    return (date.fromisoformat(day) - date.fromisoformat(max(before))).days - 1 if before else None


def _game_market(quotes: list[Row]) -> Row:
    last: dict[tuple[str, str], Row] = {}
    for quote in sorted(quotes, key=lambda q: q["snapshot_at"]):
        if (quote["market"], quote["outcome"]) in (("spreads", "home"), ("totals", "over")):
            last[quote["market"], quote["bookmaker"]] = quote
    values = {m: [q["point"] for (market, _), q in last.items() if market == m] for m in ("spreads", "totals")}
    return {
        "home_spread": statistics.median_low(values["spreads"]) if values["spreads"] else None,
        "total": statistics.median_low(values["totals"]) if values["totals"] else None,
        "at": max((q["snapshot_at"] for q in last.values()), default=None),
    }


def _context(
    league: League, game: Row, player_id: int, reasons: tuple[bool, bool], rest: dict[str, int | None], market: Row
) -> Row:
    day = game["game_date"]
    before = earlier(league.by_player.get(player_id, []), day)
    quotes = league.points_quotes.get((game["game_id"], player_id), [])
    line = points_line(quotes)
    sides = (game["home_team"], game["away_team"])
    named = sorted((q for q in quotes if q["team"] in sides), key=lambda q: q["snapshot_at"])
    team = before[0]["team"] if before and before[0]["team"] in sides else named[-1]["team"] if named else None
    opponent = None if team is None else sides[1] if team == sides[0] else sides[0]
    home_spread = market["home_spread"]
    own_spread = None if team is None or home_spread is None else home_spread if team == sides[0] else -home_spread
    week = [r for r in before if r["game_date"] >= back(day, 7)]
    fortnight = [r for r in before if r["game_date"] >= back(day, 14)]
    return {
        **{c: game[c] for c in ("game_id", "game_date", "season", "season_type", "tip_off")},
        "player_id": player_id,
        "player_name": before[0]["player_name"] if before else None,
        "team": team,
        "opponent": opponent,
        "is_home": None if team is None else team == sides[0],
        "roster_source": {(True, False): "recent_games", (False, True): "quoted", (True, True): "both"}[reasons],
        "days_rest": rest.get(team) if team else None,
        "opponent_days_rest": rest.get(opponent) if opponent else None,
        "back_to_back": None if team is None or rest[team] is None else rest[team] == 0,
        "games_last_7_days": len(week),
        "games_last_14_days": len(fortnight),
        "minutes_last_7_days": sum(r["minutes"] for r in week),
        "minutes_last_14_days": sum(r["minutes"] for r in fortnight),
        "points_avg_last_5": mean(r["points"] for r in before[:5]),
        "points_avg_last_10": mean(r["points"] for r in before[:10]),
        "games_last_10": len(before[:10]),
        "last_game_date": before[0]["game_date"] if before else None,
        "current_points_line": line["current"],
        "opening_points_line": line["opening"],
        "line_movement": None if line["current"] is None else line["current"] - line["opening"],
        "line_bookmakers": line["bookmakers"],
        "line_snapshot_at": line["at"],
        "spread": own_spread,
        "game_total": market["total"],
        "implied_team_total": None
        if own_spread is None or market["total"] is None
        else (market["total"] - own_spread) / 2,
        "game_lines_snapshot_at": market["at"],
        # The archive has no injury reports.
        **dict.fromkeys(("injury_report_at", "player_status", "player_status_reason")),
        **dict.fromkeys(("teammates_out", "teammates_out_minutes_avg", "teammates_out_points_avg")),
        **_line_history(before),
    }


def _line_history(before: list[Row]) -> Row:
    results = [r["over_under_result"] for r in before if r["over_under_result"] is not None][:10]
    streak = None
    if results:
        in_a_row = len(list(takewhile(lambda result: result == results[0], results)))
        streak = {"OVER": in_a_row, "UNDER": -in_a_row, "PUSH": 0}[results[0]]
    return {
        "line_streak": streak,
        "overs_last_10_lines": results.count("OVER"),
        "games_last_10_lines": len(results),
    }


# -- a team's game --------------------------------------------------------------------------------------------


def team_contexts(league: League, arenas: Arenas, first: str, last: str) -> pd.DataFrame:
    """upcoming_team_game_context for the games between two dates, both included."""
    by_team: dict[str, list[Row]] = defaultdict(list)
    for game in sorted(league.games.values(), key=lambda g: (g["game_date"], g["game_id"])):
        for side in ("home_team", "away_team"):
            by_team[game[side]].append(game)
    wins = {(t["game_id"], t["team"]): t["win"] for t in league.team_games}
    rows = []
    for team, games in by_team.items():
        for place, game in enumerate(games):
            if first <= game["game_date"] <= last:
                rows.append(_team_context(league, team, game, games[:place], wins, arenas))
    frame = pd.DataFrame(rows, dtype=object)
    rest = {(r["game_id"], r["team"]): r["days_rest"] for r in rows}
    frame["opponent_days_rest"] = [rest[r["game_id"], r["opponent"]] for r in rows]
    return frame


def _team_context(
    league: League, team: str, game: Row, before: list[Row], wins: dict[tuple[str, str], bool], arenas: Arenas
) -> Row:
    day, at_home = game["game_date"], game["home_team"] == team
    season = [g for g in before if g["season"] == game["season"]]
    results = [wins[g["game_id"], team] for g in reversed(season) if (g["game_id"], team) in wins]
    in_a_row = len(list(takewhile(lambda win: win == results[0], results)))
    market = _game_market(league.game_quotes.get(game["game_id"], []))
    line = market["home_spread"] if at_home or market["home_spread"] is None else -market["home_spread"]
    rest = (date.fromisoformat(day) - date.fromisoformat(season[-1]["game_date"])).days - 1 if season else None
    return {
        **{c: game[c] for c in ("game_id", "game_date", "season", "season_type", "tip_off")},
        "team": team,
        "opponent": game["away_team"] if at_home else game["home_team"],
        "is_home": at_home,
        "days_rest": rest,
        "back_to_back": None if rest is None else rest == 0,
        "games_last_7_days": sum(back(day, 7) <= g["game_date"] for g in before),
        "games_last_14_days": sum(back(day, 14) <= g["game_date"] for g in before),
        "wins": results.count(True),
        "losses": results.count(False),
        "streak": None if not results else in_a_row if results[0] else -in_a_row,
        "travel_miles": _rounded(miles(arenas.place(season[-1]), arenas.place(game))) if season else None,
        "spread": line,
        "game_total": market["total"],
        "implied_team_total": None if line is None or market["total"] is None else (market["total"] - line) / 2,
        "game_lines_snapshot_at": market["at"],
    }


class Arenas:
    """Where games are played, by the schedule's city, else by the home team."""

    def __init__(self, rows: list[Row]) -> None:
        self._cities = {r["city"]: (r["latitude"], r["longitude"]) for r in rows}
        self._homes = [r for r in rows if r["team"]]

    def place(self, game: Row) -> tuple[float, float] | None:
        """Degrees north and east; None for a city that nobody knows."""
        if game["arena_city"]:
            return self._cities.get(game["arena_city"])
        (home,) = [
            r
            for r in self._homes
            if r["team"] == game["home_team"]
            and (r["first_season"] or "") <= game["season"] <= (r["last_season"] or "9")
        ]
        return home["latitude"], home["longitude"]


def miles(there: tuple[float, float] | None, here: tuple[float, float] | None) -> float | None:
    """The great circle by the angle between two vectors."""
    if there is None or here is None:
        return None
    (ax, ay, az), (bx, by, bz) = (_vector(*there), _vector(*here))
    cross = math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    return 3958.8 * math.atan2(cross, ax * bx + ay * by + az * bz)


def _rounded(distance: float | None) -> float | None:
    """To three decimals, as the table holds it."""
    return None if distance is None else round(distance, 3)


def _vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = math.radians(latitude), math.radians(longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
