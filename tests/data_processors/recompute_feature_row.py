"""A row of the feature store once more: every feature by name, from the recomputed tables before it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.data_processors.recompute_features import ZONES, Recomputation, minus
from tests.data_processors.recompute_games import Row

FROM_CACHE = (
    *("points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10", "opponent_def_rating"),
    *("opponent_pace", "pct_paint", "pct_mid_range", "pct_three", "pct_free_throw", "team_pace", "team_off_rating"),
    *("team_win_pct", "avg_points_vs_opponent", "games_vs_opponent", "minutes_avg_last_10", "ppm_avg_last_10"),
    *("games_behind_last_10", "minutes_avg_last_5", "usage_avg_last_10", "ts_pct_last_10", "points_ewma_hl3"),
    *("points_ewma_hl8", "points_ewma_hl20", "minutes_ewma_hl3", "minutes_ewma_hl8", "minutes_ewma_hl20"),
    *("fga_ewma_hl8", "fta_ewma_hl8", "fg3a_ewma_hl8", "plays_ewma_hl20", "ppm_ewma_hl8", "ppm_ewma_hl20"),
    *("ts_pct_ewma_hl20", "usage_ewma_hl8", "plays_share_ewma_hl8", "plays_share_ewma_hl20", "minutes_last_game"),
    *("minutes_avg_last_2", "minutes_std_last_10", "points_median_last_20", "ppm_avg_season", "minutes_avg_season"),
    *("starter_share_last_10", "opponent_points_allowed", "team_margin", "opponent_margin"),
)
FROM_COMPOSITE = (
    *("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score", "injury_risk", "league_pace"),
    *("share_of_team_points", "share_of_team_minutes", "points_rank_in_team", "minutes_rank_in_team"),
    *("played_last_team_game", "team_games_missed_last_10", "teammates_out_points_last_game"),
)


def feature_row(again: Recomputation, context: Row) -> Row:
    """Every feature of a player-game by name, and the latest game date behind them."""
    cache, composite, zones = again.cache(context), again.composite(context), again.zones(context)
    game = again.league.games[context["game_id"]]
    defense: Row = again.defense(game, context["opponent"]) if context["opponent"] else {}
    pace = (cache["team_pace"], cache["opponent_pace"], composite["league_pace"])
    own = context["last_game_date"]
    through = [d for d in (cache["history_through"], composite["history_through"]) if d]
    line = context["current_points_line"]
    return {
        **{c: cache[c] for c in FROM_CACHE},
        **{c: composite[c] for c in FROM_COMPOSITE},
        "games_in_last_7_days": context["games_last_7_days"],
        "games_in_last_14_days": context["games_last_14_days"],
        "minutes_last_7_days": context["minutes_last_7_days"],
        "games_played_season": cache["games_behind_season"],
        "recent_trend": minus(cache["points_avg_last_5"], cache["points_avg_last_10"]),
        "minutes_change": minus(cache["minutes_avg_last_5"], cache["minutes_avg_season"]),
        "days_rest": context["days_rest"],
        "rest_advantage": minus(context["days_rest"], context["opponent_days_rest"]),
        "home_away": flag(context["is_home"]),
        "back_to_back": flag(context["back_to_back"]),
        "playoff_game": int(context["season_type"] == "Playoffs"),
        **{c: context[c] for c in ("spread", "game_total", "implied_team_total")},
        "vegas_points_line": line,
        "vegas_opening_line": context["opening_points_line"],
        "vegas_line_move": context["line_movement"],
        "has_vegas_line": int(line is not None),
        "days_since_own_game": min(30, days_between(own, context["game_date"])) if own else None,
        "teammates_out": None,
        "teammates_out_points_avg": None,
        "league_off_rating": defense.get("league_off_rating"),
        "expected_pace": None if None in pace else (pace[0] + pace[1]) / 2 - pace[2],
        **{f"opponent_{z}_vs_league": defense.get(f"{z}_vs_league") for z in ZONES},
        **{f"{z}_fg_pct_last_20": zones[f"{z}_fg_pct_last_20"] for z in ZONES},
        **{c: context[c] for c in ("game_id", "player_id", "game_date", "season", "team", "opponent", "tip_off")},
        "line_snapshot_at": context["line_snapshot_at"],
        "history_through": max(through, default=None),
    }


def days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def flag(value: Any) -> int | None:
    return None if value is None else int(value)
