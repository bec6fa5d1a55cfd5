"""zone_matchup_v1: the season mean, moved by where the player shoots and what the opponent allows there.

mean = season mean + CREDIBILITY · shots a game · Σ_zone share of his shots · worth of a shot · (the opponent's
field goal percentage allowed minus the league's) / 100, zones paint and mid-range (worth 2) and beyond the arc
(worth 3).

CREDIBILITY is a regression coefficient on the 11,400 player-games with a shot chart of 2022-23 (0.01, standard
error 0.18) and of November 2023 (0.54, 0.24), combined by their precisions to 0.2 (0.14): fifteen games of a
defence's percentages are mostly luck. Variance about the season mean in the first of them: 10.84 + 2.50 points² a
point. Before his first game of a season a player has the mean of his last 10; without zones nothing is moved. It
does not look at the market.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictions.systems.base import columns
from predictions.systems.distributions import NormalDistributions

CREDIBILITY = 0.2
_VARIANCE_BASE = 10.84
_VARIANCE_PER_POINT = 2.50
_ZONES = {
    "pct_paint": ("opponent_paint_vs_league", 2.0),
    "pct_mid_range": ("opponent_mid_range_vs_league", 2.0),
    "pct_three": ("opponent_three_vs_league", 3.0),
}


class ZoneMatchup:
    """Season mean and zones; see the module for every number's source."""

    system_id = "zone_matchup_v1"
    version = "1"
    market_names: tuple[str, ...] = ()
    feature_names = (
        "points_avg_season",
        "points_avg_last_10",
        "fga_ewma_hl8",
        *_ZONES,
        *(defence for defence, _ in _ZONES.values()),
    )

    def predict(self, frame: pd.DataFrame) -> NormalDistributions:
        """Mean and spread of every row; NaN for a player without any game behind him."""
        season, recent, shots = columns(frame, self.feature_names[:3]).T
        share = columns(frame, tuple(_ZONES))
        allowed = columns(frame, tuple(defence for defence, _ in _ZONES.values()))
        worth = np.array([w for _, w in _ZONES.values()])
        moved = CREDIBILITY * shots * (share * worth * allowed / 100.0).sum(axis=1)
        base = np.where(np.isnan(season), recent, season)
        mean = np.maximum(base + np.nan_to_num(moved, nan=0.0), 0.0)
        return NormalDistributions(mean, np.sqrt(_VARIANCE_BASE + _VARIANCE_PER_POINT * mean))
