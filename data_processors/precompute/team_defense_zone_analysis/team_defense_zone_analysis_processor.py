"""What a defence has allowed from each zone before a game, against the league (Phase 4).

A row for both teams of every game, played or to come.
"""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="team_defense_zone_analysis",
    phase="phase4",
    output="nba_precompute.team_defense_zone_analysis",
    key=("game_id", "team"),
    inputs=(
        Input("nba_raw.schedule", "same_day"),
        Input("nba_raw.team_boxscores", "same_day"),
        Input("nba_analytics.team_offense_game_summary", "later"),
        Input("nba_analytics.team_defense_game_summary", "later"),
    ),
    sql=Path(__file__).with_name("team_defense_zone_analysis.sql"),
    audits=(
        in_range("games_behind", 0, 15),
        holds("history_ends_before_the_game", "history_through IS NULL OR history_through < game_date"),
    ),
)
