"""A player's game: box score, shots by zone, rates, and the points line he was measured by (Phase 3)."""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range, none_of, rows_of_games
from data_processors.sql_processor import Input, SqlProcessor

# Of the teams whose own box score is there, too. Another source's lines may leave out whoever is not resolved.
TEAM_POINTS = none_of(
    "player_points_make_team_points",
    "SELECT t.game_id || '|' || t.team AS example FROM nba_raw.team_boxscores AS t JOIN "
    "(SELECT game_id, team, SUM(points) AS points FROM {table} "
    "WHERE game_date BETWEEN {first} AND {last} "
    "GROUP BY game_id, team HAVING LOGICAL_AND(STARTS_WITH(source_quality, 'boxscore'))) AS p "
    "ON p.game_id = t.game_id AND p.team = t.team "
    "WHERE t.game_date BETWEEN {first} AND {last} AND p.points <> t.points",
)

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
    audits=(
        TEAM_POINTS,
        in_range("minutes", 0, 80),
        in_range("usage_rate", 0, 300, blocking=False),
        # 1.5 is a three-pointer from one attempt.
        in_range("ts_pct", 0, 1.5),
        in_range("efg_pct", 0, 1.5),
        holds(
            "zones_have_no_more_makes_than_attempts", "paint_makes <= paint_attempts AND three_makes <= three_attempts"
        ),
        holds("result_only_with_a_line", "over_under_result IS NULL OR points_line IS NOT NULL"),
        # Five a team at the least.
        rows_of_games(10),
    ),
)
