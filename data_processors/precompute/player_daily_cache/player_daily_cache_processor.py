"""Form of a player and of both teams, strictly before the game (Phase 4)."""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import fresh_beside, holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="player_daily_cache",
    phase="phase4",
    output="nba_precompute.player_daily_cache",
    key=("game_id", "player_id"),
    inputs=(
        Input("nba_analytics.upcoming_player_game_context", "same_day"),
        Input("nba_analytics.player_game_summary", "later"),
        Input("nba_analytics.team_offense_game_summary", "later"),
        Input("nba_analytics.team_defense_game_summary", "later"),
    ),
    sql=Path(__file__).with_name("player_daily_cache.sql"),
    audits=(
        holds("history_before_the_game", "history_through < game_date"),
        in_range("points_avg_last_10", 0, 80),
        in_range("minutes_avg_last_10", 0, 60),
        in_range("games_behind_last_10", 0, 10),
        in_range("team_win_pct", 0, 1),
        fresh_beside("nba_analytics.upcoming_player_game_context"),
    ),
)
