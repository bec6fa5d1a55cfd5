"""similarity_balanced_v1: what became of the most similar past player-games.

A player-game is described by form (usual points, minutes, their recent change), opponent (defensive rating, pace),
rest and venue, each divided by the scale on which it matters (`SCALES`). Of the past player-games of the model the
NEIGHBOURS nearest (Euclidean) count, weighted 1 / (1 + distance²); each gives its outcome minus its own usual
points, moved to the player at hand, and one that is no whole number is shared by its two neighbours. It does not
look at the market.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from predictions.systems.base import columns
from predictions.systems.distributions import HIGHEST, Floats, TabulatedDistributions

NEIGHBOURS = 400
USUAL = "points_ewma_hl20"
# Feature → the difference that counts as one step away. Wide scales mean: matters little.
SCALES = {
    USUAL: 1.5,
    "minutes_ewma_hl8": 4.0,
    "points_ewma_hl3": 4.0,
    "opponent_def_rating": 4.0,
    "opponent_pace": 4.0,
    "days_rest": 2.0,
    "home_away": 1.5,
}
_LONGEST_REST = 4.0


@dataclass(frozen=True)
class PastGames:
    """`position` [n, len(SCALES)] in scaled units; `residual` [n]: outcome minus usual points."""

    position: Floats
    residual: Floats

    @classmethod
    def of(cls, frame: pd.DataFrame, points: Floats) -> PastGames:
        """From past player-games with all of the description; the others say nothing about likeness."""
        position = describe(frame)
        usual = columns(frame, (USUAL,))[:, 0]
        known = ~np.isnan(position).any(axis=1) & ~np.isnan(points)
        return cls(position[known], (points - usual)[known])


def describe(frame: pd.DataFrame) -> Floats:
    """The scaled description of each row; NaN where a feature is absent, but an unknown rest is a long one."""
    values = columns(frame, tuple(SCALES))
    rest = list(SCALES).index("days_rest")
    values[:, rest] = np.nan_to_num(np.minimum(values[:, rest], _LONGEST_REST), nan=_LONGEST_REST)
    result: Floats = values / np.array(list(SCALES.values()))
    return result


class SimilarityBalanced:
    """The past games and a search tree over them."""

    system_id = "similarity_balanced_v1"
    market_names: tuple[str, ...] = ()
    feature_names = tuple(SCALES)

    def __init__(self, past: PastGames, version: str) -> None:
        if len(past.residual) < NEIGHBOURS:
            raise ValueError(f"{len(past.residual)} past games are too few: {NEIGHBOURS} at least")
        self._residual = past.residual
        # A tree searches each row by itself: which other rows are asked changes nothing.
        self._nearest = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="kd_tree").fit(past.position)
        self.version = version

    def predict(self, frame: pd.DataFrame) -> TabulatedDistributions:
        """The neighbours' outcomes, moved to each player's usual points."""
        position = describe(frame)
        usual = columns(frame, (USUAL,))[:, 0]
        known = ~np.isnan(position).any(axis=1)
        table = np.full((len(frame), HIGHEST + 1), np.nan)
        if known.any():
            distance, index = self._nearest.kneighbors(position[known])
            weight = 1.0 / (1.0 + distance**2)
            score = np.maximum(usual[known, None] + self._residual[index], 0.0)
            table[known] = _cumulative(np.minimum(score, HIGHEST - 1.0), weight)
        return TabulatedDistributions(table)


def _cumulative(score: Floats, weight: Floats) -> Floats:
    """P(X <= k) of weighted scores [n, m]; a score between two whole numbers is shared by them linearly."""
    n = len(score)
    low = np.floor(score).astype(np.intp)
    part = score - low
    mass = np.zeros((n, HIGHEST + 1))
    row = np.arange(n)[:, None]
    np.add.at(mass, (row, low), weight * (1.0 - part))
    np.add.at(mass, (row, low + 1), weight * part)
    cumulative: Floats = np.cumsum(mass, axis=1)
    cumulative /= cumulative[:, -1:]
    return np.minimum(cumulative, 1.0)
