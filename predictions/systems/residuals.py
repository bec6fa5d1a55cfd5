"""Empirical residuals, discretised: a distribution of points about a predicted level, as the past has shown it.

What happened about levels like this one: residuals (outcome minus level) are divided by the spread that a level has,
s(m)² = a + b·m (least squares of the squared residuals, a and b not negative); the past predictions nearest in level
give theirs, and P(X <= k | level m) = share of them <= (k + 1/2 - m) / s(m). Between the knots (quantiles of the past
levels) the two neighbours' tables are mixed linearly. No shape is assumed, so skewness and the fat tail stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LinearRegression

from predictions.systems.distributions import HIGHEST, Floats, TabulatedDistributions

_KNOTS = 24
_KNOT_SHARE = 0.25  # of the past predictions stand behind a knot: the shape changes slowly with the level
_LEAST = 200
_STEP = 1 / 32
_GRID = np.arange(-10.0, 16.0 + _STEP, _STEP)  # residuals in spreads


@dataclass(frozen=True)
class ResidualTable:
    """`variance` (a, b); `levels` [L], rising (points); `cumulative` [L, G]: P(residual / s <= grid) there."""

    variance: tuple[float, float]
    levels: Floats
    cumulative: Floats

    @classmethod
    def fit(cls, level: Floats, outcome: Floats) -> ResidualTable:
        """From past out-of-sample predictions and outcomes [n]; ValueError below 200 of them."""
        if len(level) < _LEAST:
            raise ValueError(f"{len(level)} past predictions are too few for a table of residuals: {_LEAST} at least")
        order = np.argsort(level, kind="stable")
        level, residual = level[order], (outcome - level)[order]
        variance = _variance_by_level(level, residual)
        residual = residual / _spread(variance, level)
        behind = min(len(level), max(_LEAST, int(_KNOT_SHARE * len(level))))
        centres = np.unique(np.linspace(behind // 2, len(level) - (behind + 1) // 2, _KNOTS).astype(int))
        starts = np.clip(centres - behind // 2, 0, len(level) - behind)
        windows = [(level[s : s + behind], np.sort(residual[s : s + behind])) for s in starts]
        levels = np.array([at.mean() for at, _ in windows])
        kept = np.append(True, np.diff(levels) > 0)
        tables = np.array([_smoothed_share(values) for _, values in windows])
        return cls(variance, levels[kept], tables[kept])

    def about(self, level: Floats) -> TabulatedDistributions:
        """The distribution of points about each level [n]; NaN levels get none."""
        known = ~np.isnan(level)
        result = np.full((len(level), HIGHEST + 1), np.nan)
        m = level[known]
        if len(m):
            low, weight = self._neighbours(m)
            high = np.minimum(low + 1, len(self.levels) - 1)
            at = (np.arange(HIGHEST + 1)[None, :] + 0.5 - m[:, None]) / _spread(self.variance, m)[:, None]
            mixed = (1 - weight[:, None]) * self._read(low, at) + weight[:, None] * self._read(high, at)
            mixed[:, -1] = 1.0
            result[known] = mixed
        return TabulatedDistributions(result)

    def _neighbours(self, level: Floats) -> tuple[Any, Floats]:
        held = np.clip(level, self.levels[0], self.levels[-1])
        low = np.clip(np.searchsorted(self.levels, held, side="right") - 1, 0, max(len(self.levels) - 2, 0))
        if len(self.levels) == 1:
            return low, np.zeros(len(level))
        return low, (held - self.levels[low]) / (self.levels[low + 1] - self.levels[low])

    def _read(self, row: Any, at: Floats) -> Floats:
        place = np.clip((at - _GRID[0]) / _STEP, 0, len(_GRID) - 1)
        left = np.minimum(place.astype(np.intp), len(_GRID) - 2)
        part = place - left
        value: Floats = (1 - part) * self.cumulative[row[:, None], left] + part * self.cumulative[
            row[:, None], left + 1
        ]
        return value

    def as_json(self) -> dict[str, Any]:
        """Plain lists."""
        return {
            "variance": list(self.variance),
            "levels": self.levels.tolist(),
            "cumulative": self.cumulative.round(8).tolist(),
        }

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> ResidualTable:
        """The inverse of `as_json`."""
        return cls(
            tuple(held["variance"]),
            np.array(held["levels"], dtype=np.float64),
            np.array(held["cumulative"], dtype=np.float64),
        )


def _variance_by_level(level: Floats, residual: Floats) -> tuple[float, float]:
    columns = np.column_stack([np.ones(len(level)), np.maximum(level, 0.0)])
    a, b = LinearRegression(fit_intercept=False, positive=True).fit(columns, residual**2).coef_
    return float(a), float(b)


def _spread(variance: tuple[float, float], level: Floats) -> Floats:
    # Nobody is more certain than one point: without it a fit on men who never scored would divide by zero.
    spread: Floats = np.sqrt(np.maximum(variance[0] + variance[1] * np.maximum(level, 0.0), 1.0))
    return spread


def _smoothed_share(residuals: Floats) -> Floats:
    """Share of residuals at or below each grid value, a half and a half of those at it; 0 and 1 at the ends."""
    low = np.searchsorted(residuals, _GRID, side="left")
    high = np.searchsorted(residuals, _GRID, side="right")
    share: Floats = (low + high) / (2.0 * len(residuals))
    share[0], share[-1] = 0.0, 1.0
    return share
