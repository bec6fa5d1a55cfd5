"""What is known of a team before tip-off: rest, record, travel, and what the bookmakers expect (Phase 3).

The list of games, and results of earlier dates, come from the raw tables: it waits for no other processor.
"""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range, rows_of_games
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="upcoming_team_game_context",
    phase="phase3",
    output="nba_analytics.upcoming_team_game_context",
    key=("game_id", "team"),
    inputs=(
        Input("nba_raw.schedule", "same_day"),
        Input("nba_raw.schedule", "later"),
        Input("nba_raw.team_boxscores", "same_day"),
        Input("nba_raw.team_boxscores", "later"),
        # Only where a team's line is the sum of its players'.
        Input("nba_raw.player_boxscores", "later"),
        Input("nba_raw.source_player_boxscores", "later"),
        Input("nba_raw.game_lines", "same_day"),
    ),
    sql=Path(__file__).with_name("upcoming_team_game_context.sql"),
    audits=(
        # A quote stamped after tip-off is a leak.
        holds("lines_before_tip_off", "game_lines_snapshot_at < tip_off"),
        in_range("days_rest", 0, 365),
        in_range("games_last_7_days", 0, 7),
        # To the other side of the earth and no further.
        in_range("travel_miles", 0, 12500),
        rows_of_games(2, most=2, blocking=True),
    ),
)
