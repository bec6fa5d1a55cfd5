"""Everybody who may play in a game, and what is known of him before tip-off (Phase 3).

Schedule and team box scores make up the list of games: of the date itself (seasons without a schedule are
known by their box scores alone), and of earlier dates for the days of rest.
"""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="upcoming_player_game_context",
    phase="phase3",
    output="nba_analytics.upcoming_player_game_context",
    key=("game_id", "player_id"),
    inputs=(
        Input("nba_raw.schedule", "same_day"),
        Input("nba_raw.schedule", "later"),
        Input("nba_raw.team_boxscores", "same_day"),
        Input("nba_raw.team_boxscores", "later"),
        Input("nba_analytics.player_game_summary", "later"),
        # Only where a team's result is the sum of its players' lines.
        Input("nba_raw.player_boxscores", "later"),
        Input("nba_raw.source_player_boxscores", "later"),
        Input("nba_raw.player_prop_lines", "same_day"),
        Input("nba_raw.game_lines", "same_day"),
        Input("nba_raw.injuries", "same_day"),
    ),
    sql=Path(__file__).with_name("upcoming_player_game_context.sql"),
    audits=(
        # A quote stamped after tip-off is a leak.
        holds("lines_before_tip_off", "line_snapshot_at < tip_off AND game_lines_snapshot_at < tip_off"),
        holds("report_before_tip_off", "injury_report_at < tip_off"),
        holds("history_before_the_game", "last_game_date < game_date"),
        in_range("days_rest", 0, 365),
        in_range("games_last_7_days", 0, 7),
        in_range("games_last_14_days", 0, 14),
        in_range("current_points_line", 0.5, 100),
    ),
)
