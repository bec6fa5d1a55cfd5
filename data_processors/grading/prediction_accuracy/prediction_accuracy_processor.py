"""prediction_accuracy: one row a prediction version made before tip-off of a finished game."""

from __future__ import annotations

from pathlib import Path

from data_processors.audits import holds, in_range
from data_processors.sql_processor import Input, SqlProcessor

PROCESSOR = SqlProcessor(
    name="prediction_accuracy",
    phase="grading",
    output="nba_predictions.prediction_accuracy",
    key=("prediction_id",),
    inputs=(
        Input("nba_raw.player_boxscores", "same_day"),
        Input("nba_raw.team_boxscores", "same_day"),
        # Stands in where the league's log of players is missing.
        Input("nba_raw.source_player_boxscores", "same_day"),
        # The start by the schedule decides what was made before tip-off.
        Input("nba_raw.schedule", "same_day"),
        # Closing lines.
        Input("nba_raw.player_prop_lines", "same_day"),
        Input("nba_predictions.player_prop_predictions", "same_day"),
        Input("nba_predictions.predictive_distributions", "same_day"),
    ),
    sql=Path(__file__).with_name("prediction_accuracy.sql"),
    driver=("nba_raw.team_boxscores", "nba_raw.source_player_boxscores"),
    audits=(
        holds("predicted_and_quoted_before_tip_off", "created_at < tip_off AND line_snapshot_at < tip_off"),
        holds("error_is_the_distance", "absolute_error >= 0 AND absolute_error = ABS(signed_error)"),
        # A void bet returns its stake.
        holds("void_has_no_score", "status <> 'void' OR (absolute_error IS NULL AND COALESCE(profit, 0) = 0)"),
        in_range("p_over", 0, 1),
        in_range("crps", 0, 100),
    ),
)
