"""The features of a player-game in their fixed, named, versioned order (Phase 4)."""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import fresh_beside, holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="ml_feature_store",
    phase="phase4",
    output="nba_precompute.ml_feature_store",
    key=("game_id", "player_id"),
    inputs=(
        Input("nba_analytics.upcoming_player_game_context", "same_day"),
        Input("nba_precompute.player_daily_cache", "same_day"),
        Input("nba_precompute.player_composite_factors", "same_day"),
        Input("nba_precompute.player_shot_zone_analysis", "same_day"),
        Input("nba_precompute.team_defense_zone_analysis", "same_day"),
    ),
    sql=Path(__file__).with_name("ml_feature_store.sql"),
    audits=(
        holds("history_before_the_game", "history_through < game_date"),
        holds("lines_before_tip_off", "line_snapshot_at < tip_off"),
        holds("flag_says_whether_there_is_a_line", "(has_vegas_line = 1) = (vegas_points_line IS NOT NULL)"),
        in_range("quality", 0, 1),
        fresh_beside("nba_analytics.upcoming_player_game_context"),
    ),
)
