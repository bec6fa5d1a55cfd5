"""Where a player has taken his shots before a game, and how he made them (Phase 4).

The assisted share needs play-by-play and is NULL where there is none.
"""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="player_shot_zone_analysis",
    phase="phase4",
    output="nba_precompute.player_shot_zone_analysis",
    key=("game_id", "player_id"),
    inputs=(
        Input("nba_analytics.upcoming_player_game_context", "same_day"),
        Input("nba_analytics.player_game_summary", "later"),
        Input("nba_analytics.team_offense_game_summary", "later"),
        Input("nba_raw.play_by_play", "later"),
    ),
    sql=Path(__file__).with_name("player_shot_zone_analysis.sql"),
    audits=(
        in_range("games_behind_last_20", 0, 20),
        holds("history_ends_before_the_game", "history_through IS NULL OR history_through < game_date"),
    ),
)
