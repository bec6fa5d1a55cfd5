"""Phases 3 and 4 once more, from data frames of raw responses, row by row in plain Python.

Written from the formulas, not from the SQL, so that agreement means something. Input frames are those of
`raw_responses.read`; output frames carry the columns of the tables that they recompute.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tests.data_processors.raw_responses import BOX, Responses
from tests.data_processors.recompute_context import contexts
from tests.data_processors.recompute_games import (
    League,
    Row,
    back,
    build,
    earlier,
    mean,
    quotient,
    shooting,
    spread,
)

WINDOWS = {"last_5": 5, "last_10": 10, "last_20": 20}


@dataclass(frozen=True)
class Tables:
    """The tables between two dates."""

    player_games: pd.DataFrame
    team_games: pd.DataFrame
    team_defenses: pd.DataFrame
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
        team_defenses=_between(league.team_defenses, first, last),
        context=context,
        cache=cache,
        features=features(league, context, cache),
    )


def _between(rows: list[Row], first: str, last: str) -> pd.DataFrame:
    return pd.DataFrame([r for r in rows if first <= r["game_date"] <= last], dtype=object)


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
