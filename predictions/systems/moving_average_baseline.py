"""moving_average_baseline: weighted recent means, adjusted for venue, schedule and matchup.

All numbers were fitted by least squares on the 49,000 player-games of the regular seasons 2021-22 and 2022-23 (players
who played, windows strictly before the game), before any season that is predicted with them:

* weights of the last 5 / last 10 / season means: 0.22 / 0.28 / 0.51, kept as 0.2 / 0.3 / 0.5; a season mean of fewer
  than 10 games counts in proportion to them;
* venue: +0.7% at home, -0.7% away (1.4% between them, standard error 0.5%);
* second night of a back-to-back: +2.4% (0.6%) for those who do play: their team-mates rest, their shots grow;
* opponent's defensive rating: elasticity 0.42 (0.06); pace: elasticity 0.92 (0.11);
* variance about the prediction: 12.85 + 2.26 points² a predicted point; the likelihood of a player's own spread of the
  last 10 games is best when it counts as its games against 50 of the population.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictions.systems.distributions import Floats, NormalDistributions

_WEIGHTS = {"points_avg_last_5": 0.2, "points_avg_last_10": 0.3, "points_avg_season": 0.5}
_FULL_SEASON_WEIGHT_GAMES = 10.0
_HOME_EFFECT = 0.007
_BACK_TO_BACK_EFFECT = 0.024
_DEFENCE_ELASTICITY = 0.42
_DEFENCE_REFERENCE = 114.0  # points allowed a hundred possessions; the league's level in the fit's later season
_PACE_ELASTICITY = 0.92
_PACE_REFERENCE = 100.0  # possessions a game: pace_score is the difference from the league's mean
_VARIANCE_BASE = 12.85
_VARIANCE_PER_POINT = 2.26
_POPULATION_GAMES = 50.0
_MIN_SPREAD = 3.0  # nobody is more certain than this: the population's spread at 0 points is 3.6


class MovingAverageBaseline:
    """Weighted moving averages with matchup adjustments; see the module for every number's source."""

    system_id = "moving_average_baseline"
    version = "1"
    market_names: tuple[str, ...] = ()
    feature_names = (
        *_WEIGHTS,
        "games_played_season",
        "points_std_last_10",
        "games_behind_last_10",
        "home_away",
        "back_to_back",
        "opponent_def_rating",
        "pace_score",
    )

    def predict(self, frame: pd.DataFrame) -> NormalDistributions:
        """Mean and spread of every row; NaN for a player without any game behind him."""
        base = self._weighted_mean(frame)
        mean = np.maximum(base * self._adjustment(frame), 0.0)
        return NormalDistributions(mean, self._spread(frame, mean))

    @staticmethod
    def _weighted_mean(frame: pd.DataFrame) -> Floats:
        means = frame[list(_WEIGHTS)].to_numpy(np.float64)
        weights = np.tile(np.array(list(_WEIGHTS.values())), (len(frame), 1))
        games = frame["games_played_season"].to_numpy(np.float64)
        weights[:, 2] *= np.where(np.isnan(games), 1.0, np.minimum(games / _FULL_SEASON_WEIGHT_GAMES, 1.0))
        weights = np.where(np.isnan(means), 0.0, weights)
        total = weights.sum(axis=1)
        summed = (weights * np.where(np.isnan(means), 0.0, means)).sum(axis=1)
        result: Floats = np.divide(summed, total, out=np.full(len(frame), np.nan), where=total > 0)
        return result

    @staticmethod
    def _adjustment(frame: pd.DataFrame) -> Floats:
        """The factor on the weighted mean; an absent input adjusts nothing."""
        home = 2.0 * frame["home_away"].to_numpy(np.float64) - 1.0
        defence = frame["opponent_def_rating"].to_numpy(np.float64) / _DEFENCE_REFERENCE - 1.0
        parts = (
            _HOME_EFFECT * home,
            _BACK_TO_BACK_EFFECT * frame["back_to_back"].to_numpy(np.float64),
            _DEFENCE_ELASTICITY * defence,
            _PACE_ELASTICITY * frame["pace_score"].to_numpy(np.float64) / _PACE_REFERENCE,
        )
        factor: Floats = 1.0 + np.sum([np.nan_to_num(p, nan=0.0) for p in parts], axis=0)
        return factor

    @staticmethod
    def _spread(frame: pd.DataFrame, mean: Floats) -> Floats:
        """The player's own variance, shrunk to the population's by the games behind it; a floor below."""
        population = _VARIANCE_BASE + _VARIANCE_PER_POINT * mean
        own = frame["points_std_last_10"].to_numpy(np.float64) ** 2
        games = np.nan_to_num(frame["games_behind_last_10"].to_numpy(np.float64), nan=0.0)
        games = np.where(np.isnan(own), 0.0, games)
        variance = (games * np.nan_to_num(own, nan=0.0) + _POPULATION_GAMES * population) / (games + _POPULATION_GAMES)
        spread: Floats = np.maximum(np.sqrt(variance), _MIN_SPREAD)
        return spread
