"""Phases 3 and 4 once more, from data frames of raw responses, row by row in plain Python.

Written from the formulas, not from the SQL, so that agreement means something. Input frames are those of
`raw_responses.read`; output frames carry the columns of the tables that they recompute.
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
WINDOWS = {"last_5": 5, "last_10": 10, "last_20": 20}


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


@dataclass(frozen=True)
class Tables:
    """The five tables between two dates."""

    player_games: pd.DataFrame
    team_games: pd.DataFrame
    context: pd.DataFrame
    cache: pd.DataFrame
    features: pd.DataFrame


def tables(responses: Responses, first: str, last: str) -> Tables:
    """What phases 3 and 4 should say of the dates from `first` to `last`, both included."""
    league = build(responses)
    context = contexts(league, first, last)
    cache = caches(league, context)
    return Tables(
        player_games=_between(league.player_games, first, last),
        team_games=_between(league.team_games, first, last),
        context=context,
        cache=cache,
        features=features(league, context, cache),
    )


def _between(rows: list[Row], first: str, last: str) -> pd.DataFrame:
    return pd.DataFrame([r for r in rows if first <= r["game_date"] <= last], dtype=object)


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
            }
    zones = _zones(responses.shots)
    league = League(
        games=games,
        player_games=[],
        team_games=[_team_game(t, teams.get((t["game_id"], t["opponent"])), zones) for t in teams.values()],
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


def _points_line(quotes: list[Row]) -> Row:
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
        # Not a column: what the other team made of its possessions.
        "defensive_rating": quotient(100 * other["points"], theirs) if other else None,
    }


def _player_game(box: Row, team: Row | None, zones: Any, league: League) -> Row:
    line = _points_line(league.points_quotes.get((box["game_id"], box["player_id"]), []))
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


# -- what is known before a game ----------------------------------------------------------------------------


def earlier(rows: list[Row], day: str) -> list[Row]:
    """The rows before a date and within 365 days of it, newest first."""
    known = rows[: bisect_left(rows, day, key=lambda r: r["game_date"])]
    return [r for r in reversed(known) if r["game_date"] >= back(day, 365)]


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
    line = _points_line(quotes)
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
    }


def caches(league: League, context: pd.DataFrame) -> pd.DataFrame:
    """player_daily_cache for the rows of the context."""
    return pd.DataFrame([_cache(league, row) for row in context.to_dict("records")], dtype=object)


def _cache(league: League, row: Row) -> Row:
    day, season, opponent = row["game_date"], row["season"], row["opponent"]
    before = earlier(league.by_player.get(row["player_id"], []), day)
    windows = {name: before[:n] for name, n in WINDOWS.items()}
    windows["season"] = [r for r in before if r["season"] == season]
    cache = {c: row[c] for c in ("game_id", "player_id", "game_date", "season", "team", "opponent")}
    for name, games in windows.items():
        cache[f"games_behind_{name}"] = len(games)
        for stat, column in (("points", "points"), ("minutes", "minutes"), ("usage", "usage_rate")):
            cache[f"{stat}_avg_{name}"] = mean(r[column] for r in games)
            cache[f"{stat}_std_{name}"] = spread(r[column] for r in games)
    for name in ("last_10", "last_20"):
        total = {c: sum(r[c] for r in windows[name]) for c in (*BOX, "minutes")}
        for rate, value in shooting(total).items():
            cache[f"{rate}_{name}"] = value
        cache[f"fg3a_rate_{name}"] = quotient(total["fg3a"], total["fga"])
        cache[f"fta_rate_{name}"] = quotient(total["fta"], total["fga"])
        cache[f"ppm_avg_{name}"] = quotient(total["points"], total["minutes"])
    charted = [r for r in windows["last_20"] if r["paint_attempts"] is not None]
    taken = {z: sum(r[f"{z}_attempts"] for r in charted) for z in ("paint", "mid_range", "three")}
    cache["shot_chart_games_last_20"] = len(charted)
    for zone, attempts in taken.items():
        cache[f"pct_{zone}"] = quotient(attempts, sum(taken.values()))
    cache["pct_free_throw"] = quotient(
        sum(r["ftm"] for r in windows["last_20"]), sum(r["points"] for r in windows["last_20"])
    )
    meetings = [r for r in before if r["opponent"] == opponent]
    cache["avg_points_vs_opponent"] = mean(r["points"] for r in meetings)
    cache["games_vs_opponent"] = None if opponent is None else len(meetings)
    ours = earlier(league.by_team[row["team"]], day) if row["team"] else []
    theirs = earlier(league.by_team[opponent], day) if opponent else []
    cache["team_pace"] = mean(r["pace"] for r in ours[:10])
    cache["team_off_rating"] = mean(r["offensive_rating"] for r in ours[:10])
    cache["team_games_behind"] = len(ours[:10]) if row["team"] else None
    cache["team_win_pct"] = mean(float(r["win"]) for r in ours if r["season"] == season)
    cache["opponent_def_rating"] = mean(r["defensive_rating"] for r in theirs[:15])
    cache["opponent_pace"] = mean(r["pace"] for r in theirs[:15])
    cache["opponent_games_behind"] = len(theirs[:15]) if opponent else None
    cache["history_through"] = max((r[0]["game_date"] for r in (before, ours, theirs) if r), default=None)
    return cache


# -- features -------------------------------------------------------------------------------------------------


def features(league: League, context: pd.DataFrame, cache: pd.DataFrame) -> pd.DataFrame:
    """ml_feature_store: the rows of context and cache (same order) joined, nothing filled in."""
    pace: dict[str, tuple[float | None, str | None]] = {}
    for day in set(context["game_date"]):
        month = [r for r in league.team_games if back(day, 30) <= r["game_date"] < day]
        pace[day] = (mean(r["pace"] for r in month), max((r["game_date"] for r in month), default=None))
    rows = zip(context.to_dict("records"), cache.to_dict("records"), strict=True)
    return pd.DataFrame([_features(c, k, *pace[c["game_date"]]) for c, k in rows], dtype=object)


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _features(context: Row, cache: Row, league_pace: float | None, league_through: str | None) -> Row:
    values = {
        **{c: cache[c] for c in ("points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10")},
        "games_played_season": cache["games_behind_season"],
        "games_behind_last_10": cache["games_behind_last_10"],
        "games_in_last_7_days": context["games_last_7_days"],
        "games_in_last_14_days": context["games_last_14_days"],
        "minutes_avg_last_5": cache["minutes_avg_last_5"],
        "minutes_avg_last_10": cache["minutes_avg_last_10"],
        "minutes_change": _minus(cache["minutes_avg_last_5"], cache["minutes_avg_season"]),
        **{c: cache[c] for c in ("usage_avg_last_10", "ts_pct_last_10", "ppm_avg_last_10")},
        "recent_trend": _minus(cache["points_avg_last_5"], cache["points_avg_last_10"]),
        "days_rest": context["days_rest"],
        "rest_advantage": _minus(context["days_rest"], context["opponent_days_rest"]),
        "back_to_back": _flag(context["back_to_back"]),
        "home_away": _flag(context["is_home"]),
        "playoff_game": int(context["season_type"] == "Playoffs"),
        "opponent_def_rating": cache["opponent_def_rating"],
        "opponent_pace": cache["opponent_pace"],
        "pace_score": _minus(cache["opponent_pace"], league_pace),
        **{c: cache[c] for c in ("team_pace", "team_off_rating", "team_win_pct")},
        **{c: cache[c] for c in ("pct_paint", "pct_mid_range", "pct_three", "pct_free_throw")},
        **{c: cache[c] for c in ("avg_points_vs_opponent", "games_vs_opponent")},
        **{c: context[c] for c in ("spread", "game_total", "implied_team_total")},
        "vegas_points_line": context["current_points_line"],
        "vegas_opening_line": context["opening_points_line"],
        "vegas_line_move": context["line_movement"],
        "has_vegas_line": int(context["current_points_line"] is not None),
    }
    present = sum(v is not None for v in values.values())
    through = [d for d in (cache["history_through"], league_through) if d is not None]
    return {
        **{c: context[c] for c in ("game_id", "player_id", "game_date", "season", "player_name", "team", "opponent")},
        "tip_off": context["tip_off"],
        "feature_version": "v1",
        **values,
        "features_present": present,
        "quality": present / len(values),
        "line_snapshot_at": context["line_snapshot_at"],
        "history_through": max(through, default=None),
    }
