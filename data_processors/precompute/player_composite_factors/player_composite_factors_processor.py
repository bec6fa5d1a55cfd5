"""How fresh a player is, and what the match-up offers him (Phase 4).

fatigue_score runs from 0 to 100, 100 being fresh. shot_zone_mismatch_score, pace_score and usage_spike_score are
signed: 0 is neutral, positive means more points for the player. A player's age is not among the loads: no source that
is kept by player id gives a date of birth.
"""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="player_composite_factors",
    phase="phase4",
    output="nba_precompute.player_composite_factors",
    key=("game_id", "player_id"),
    inputs=(
        Input("nba_analytics.upcoming_player_game_context", "same_day"),
        Input("nba_precompute.player_shot_zone_analysis", "same_day"),
        Input("nba_precompute.team_defense_zone_analysis", "same_day"),
        Input("nba_analytics.player_game_summary", "later"),
        Input("nba_analytics.team_offense_game_summary", "later"),
        Input("nba_analytics.team_defense_game_summary", "later"),
    ),
    sql=Path(__file__).with_name("player_composite_factors.sql"),
    audits=(
        in_range("fatigue_score", 0, 100),
        in_range("injury_risk", 0, 1),
        in_range("pace_score", -25, 25, blocking=False),
        in_range("shot_zone_mismatch_score", -60, 60, blocking=False),
        holds("history_ends_before_the_game", "history_through IS NULL OR history_through < game_date"),
    ),
)
