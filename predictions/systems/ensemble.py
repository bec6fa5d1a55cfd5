"""ensemble_v1: the other systems' means and the market, weighed by what they were worth in the past.

With a line: level = line + c · shift + Σ_s w_s · (mean_s - line), where shift = spread(line) · Φ⁻¹(fair p_over) is
how far the market's median lies from its line; without one: level = Σ_s w'_s · mean_s, by weights of their own
(`basis` says which). Weights are least squares on past out-of-sample predictions, none negative. The distribution
is the empirical one of residuals about past levels (`residuals.py`). With a line the level is then moved by so much
that its odds at that line are those that the past calls for (`calibration.py`); the shape stays. It has seen the line,
so all of its distribution may follow it; that of a system that has not only has its sides of the line calibrated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from predictions.systems.base import MARKET_COLUMNS, MARKET_FAIR_P_OVER, MARKET_LINE, PredictionSystem, columns
from predictions.systems.calibration import Calibration, given_no_push
from predictions.systems.distributions import Floats, TabulatedDistributions
from predictions.systems.residuals import ResidualTable

# Variance of points about a line, points²: the baseline's, fitted on 2021-22 and 2022-23.
_VARIANCE_BASE = 12.85
_VARIANCE_PER_POINT = 2.26
_quantile = np.frompyfunc(NormalDist().inv_cdf, 1, 1)


@dataclass(frozen=True)
class Weights:
    """What was learned. `market` and `alone` by system id; `shift` is c."""

    market: Mapping[str, float]
    shift: float
    alone: Mapping[str, float]
    calibration: Calibration
    residuals: ResidualTable = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        held = {"market": dict(self.market), "shift": self.shift, "alone": dict(self.alone)}
        return held | {"calibration": self.calibration.as_json(), "residuals": self.residuals.as_json()}

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> Weights:
        """The inverse of `as_json`."""
        calibration, residuals = Calibration(*held["calibration"]), ResidualTable.from_json(held["residuals"])
        return cls(held["market"], held["shift"], held["alone"], calibration, residuals)


def market_shift(line: Floats, fair_p_over: Floats) -> Floats:
    """How far the market's median lies above its line, points; 0 where the probability is unknown."""
    p = np.where(np.isnan(fair_p_over), 0.5, np.clip(fair_p_over, 0.01, 0.99))
    spread = np.sqrt(_VARIANCE_BASE + _VARIANCE_PER_POINT * np.maximum(line, 0.0))
    shift: Floats = spread * np.asarray(_quantile(p), dtype=np.float64)
    return shift


def level_of(means: Mapping[str, Floats], line: Floats, fair_p_over: Floats, weights: Weights) -> Floats:
    """The level of each row [n]; NaN where a member that carries weight has no prediction."""
    with_line = line + weights.shift * market_shift(line, fair_p_over)
    with_line = with_line + _weighted({s: m - line for s, m in means.items()}, weights.market)
    alone = _weighted(means, weights.alone)
    level: Floats = np.where(np.isnan(line), alone, with_line)
    # A level below 0 can only come of the shift of a tiny line.
    return np.maximum(level, 0.0)


def _weighted(values: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    total: Floats = np.zeros(len(next(iter(values.values()))))
    for system_id, weight in weights.items():
        if weight > 0:
            total = total + weight * values[system_id]
    return total


def move_by_calibration(made: TabulatedDistributions, line: Floats, calibration: Calibration) -> Floats:
    """How far each level has to move [n], points, so that p_over at `line` becomes the calibrated one.

    0 without a line. By a normal of the distribution's spread: spread · (Φ⁻¹(wanted) - Φ⁻¹(made)). A push is no side.
    """
    p = given_no_push(made, line)
    p = np.where(np.isnan(p), 0.5, np.clip(p, 0.001, 0.999))
    moved = made.spread * np.asarray(_quantile(calibration(p)) - _quantile(p), dtype=np.float64)
    return np.where(np.isnan(line), 0.0, moved)


class Ensemble:
    """Member systems and learned weights."""

    system_id = "ensemble_v1"
    market_names = MARKET_COLUMNS

    def __init__(self, members: Sequence[PredictionSystem], weights: Weights, version: str) -> None:
        unknown = (set(weights.market) | set(weights.alone)) - {m.system_id for m in members}
        if unknown:
            raise ValueError(f"weights of systems that are no members: {', '.join(sorted(unknown))}")
        self._members = tuple(members)
        self._weights = weights
        self.version = version
        self.feature_names = tuple(sorted({n for m in members for n in m.feature_names}))

    def basis(self, frame: pd.DataFrame) -> npt.NDArray[np.object_]:
        """What each row's prediction stands on: "market_and_systems", or "systems" where there is no line."""
        line = columns(frame, (MARKET_LINE,))[:, 0]
        return np.where(np.isnan(line), "systems", "market_and_systems").astype(object)

    def predict(self, frame: pd.DataFrame) -> TabulatedDistributions:
        """The distribution about each row's level."""
        line, fair = columns(frame, (MARKET_LINE, MARKET_FAIR_P_OVER)).T
        means = {m.system_id: m.predict(frame).mean for m in self._members}
        residuals = self._weights.residuals
        level = level_of(means, line, fair, self._weights)
        moved = move_by_calibration(residuals.about(level), line, self._weights.calibration)
        return residuals.about(np.maximum(level + moved, 0.0))
