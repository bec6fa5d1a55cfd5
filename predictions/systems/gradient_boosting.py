"""gradient_boosting_v1: LightGBM's conditional median, and the past's residuals about it.

The trees minimise the absolute error, so the level is a median; three boosters of different seeds are averaged. The
distribution about a level is the discretised empirical one of past out-of-sample predictions (`residuals.py`). It does
not look at the market. docs/systems.md says how features and settings were chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
import pandas as pd

from predictions.systems.base import columns
from predictions.systems.distributions import Floats, TabulatedDistributions
from predictions.systems.residuals import ResidualTable

FEATURES = (
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "points_std_last_10",
    "points_median_last_20",
    "points_ewma_hl3",
    "points_ewma_hl8",
    "points_ewma_hl20",
    "minutes_avg_last_5",
    "minutes_avg_last_10",
    "minutes_avg_season",
    "minutes_ewma_hl3",
    "minutes_ewma_hl8",
    "minutes_ewma_hl20",
    "minutes_last_game",
    "minutes_avg_last_2",
    "minutes_std_last_10",
    "minutes_last_7_days",
    "games_in_last_7_days",
    "games_played_season",
    "days_since_own_game",
    "ppm_avg_season",
    "ppm_ewma_hl8",
    "ppm_ewma_hl20",
    "ts_pct_ewma_hl20",
    "fga_ewma_hl8",
    "fta_ewma_hl8",
    "fg3a_ewma_hl8",
    "plays_ewma_hl20",
    "plays_share_ewma_hl8",
    "plays_share_ewma_hl20",
    "usage_ewma_hl8",
    "pct_free_throw",
    "share_of_team_points",
    "share_of_team_minutes",
    "points_rank_in_team",
    "minutes_rank_in_team",
    "played_last_team_game",
    "team_games_missed_last_10",
    "teammates_out",
    "teammates_out_points_avg",
    "days_rest",
    "rest_advantage",
    "back_to_back",
    "home_away",
    "opponent_def_rating",
    "opponent_pace",
    "opponent_points_allowed",
    "opponent_margin",
    "team_pace",
    "team_off_rating",
    "team_win_pct",
    "team_margin",
    "league_pace",
    "expected_pace",
    "games_vs_opponent",
)


class GradientBoosting:
    """Boosters and a table of residuals, as trained (`predictions.training`)."""

    system_id = "gradient_boosting_v1"
    market_names: tuple[str, ...] = ()
    feature_names = FEATURES

    def __init__(self, boosters: Sequence[lgb.Booster], residuals: ResidualTable, version: str) -> None:
        self._boosters = tuple(boosters)
        self._residuals = residuals
        self.version = version

    def level(self, frame: pd.DataFrame) -> Floats:
        """The median of points [n]; NaN for a player without a game behind him."""
        return predict_level(self._boosters, frame)

    def predict(self, frame: pd.DataFrame) -> TabulatedDistributions:
        """The level's distribution, row by row."""
        return self._residuals.about(self.level(frame))


def predict_level(boosters: Sequence[lgb.Booster], frame: pd.DataFrame) -> Floats:
    """Mean of the boosters' predictions [n], not below 0; NaN where `points_ewma_hl8` is."""
    values = columns(frame, FEATURES)
    known = ~np.isnan(values[:, FEATURES.index("points_ewma_hl8")])
    result = np.full(len(frame), np.nan)
    if known.any():
        each = [np.asarray(b.predict(values[known], num_threads=1), dtype=np.float64) for b in boosters]
        result[known] = np.maximum(sum(each) / len(each), 0.0)
    return result
