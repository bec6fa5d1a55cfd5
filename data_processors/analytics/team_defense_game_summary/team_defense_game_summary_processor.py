"""A team's game on defence: what the opponent made of it (Phase 3)."""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import in_range, not_null, rows_of_games
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="team_defense_game_summary",
    phase="phase3",
    output="nba_analytics.team_defense_game_summary",
    key=("game_id", "team"),
    inputs=(
        Input("nba_raw.team_boxscores", "same_day"),
        Input("nba_raw.player_boxscores", "same_day"),
        Input("nba_raw.source_player_boxscores", "same_day"),
        Input("nba_raw.shots", "same_day"),
        Input("nba_raw.schedule", "same_day"),
    ),
    sql=Path(__file__).with_name("team_defense_game_summary.sql"),
    driver=("nba_raw.team_boxscores", "nba_raw.player_boxscores", "nba_raw.source_player_boxscores"),
    audits=(
        not_null("points_allowed", "defensive_rating", "opponent_pace"),
        in_range("opponent_pace", 60, 140),
        in_range("defensive_rating", 40, 200),
        rows_of_games(2, most=2, blocking=True),
    ),
)
