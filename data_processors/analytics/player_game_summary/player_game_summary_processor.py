"""A player's game: box score, shots by zone, rates, and the points line he was measured by (Phase 3)."""

from __future__ import annotations

from pathlib import Path

from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="player_game_summary",
    phase="phase3",
    output="nba_analytics.player_game_summary",
    key=("game_id", "player_id"),
    inputs=(
        Input("nba_raw.player_boxscores", "same_day"),
        Input("nba_raw.team_boxscores", "same_day"),
        Input("nba_raw.source_player_boxscores", "same_day"),
        Input("nba_raw.shots", "same_day"),
        Input("nba_raw.player_prop_lines", "same_day"),
        Input("nba_raw.schedule", "same_day"),
    ),
    sql=Path(__file__).with_name("player_game_summary.sql"),
    driver=("nba_raw.player_boxscores", "nba_raw.source_player_boxscores"),
)
