"""p_over as the past calls for it: how often a system that says p was right at lines that bookmakers had set.

A distribution made without a look at the market says P(X > line) for any number. Asked about the line that bookmakers
chose, it is too sure of itself: they know something that it does not, and the line tells it. So the probability at a
line becomes

    logit p' = a + b · logit p,     p = P(over | no push)

(Platt 1999, on the logit), a and b fitted on past out-of-sample predictions at past lines. The chance of a push stays.
The distribution itself (mean, quantiles, CRPS) is left alone: it is what is known without the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from predictions.systems.base import PredictionSystem
from predictions.systems.distributions import Distributions, Floats

# Fewer past overs and unders than this say nothing that is worth correcting by.
MINIMUM_CALIBRATED = 1500
_SUREST = 0.999  # logits are taken of probabilities within 1 - this … this


@dataclass(frozen=True)
class Calibration:
    """logit p' = a + b · logit p; b is not negative, so a larger p never becomes the smaller one."""

    a: float
    b: float

    @classmethod
    def fit(cls, p_over: Floats, line: Floats, points: Floats) -> Calibration:
        """From past P(over | no push) [n] at `line` [n]; pushes and rows without a probability say nothing.

        `UNTOUCHED` below `MINIMUM_CALIBRATED` rows. Where the past calls for a negative b, or all of it ended on one
        side, p says nothing: b is 0, and every p' the share of overs.
        """
        decided = ~np.isnan(p_over) & ~np.isnan(line) & (points != line)
        if decided.sum() < MINIMUM_CALIBRATED:
            return UNTOUCHED
        went_over = (points > line)[decided]
        if 0 < went_over.mean() < 1:
            fitted = LogisticRegression(C=np.inf).fit(_logit(p_over[decided])[:, None], went_over)
            if fitted.coef_[0, 0] > 0:
                return cls(float(fitted.intercept_[0]), float(fitted.coef_[0, 0]))
        # The intercept that was fitted beside a slope is not the one without it.
        return cls(float(_logit(went_over.mean())), 0.0)

    def __call__(self, p_over: Floats) -> Floats:
        """The calibrated P(over | no push); NaN stays NaN."""
        calibrated: Floats = 1.0 / (1.0 + np.exp(-(self.a + self.b * _logit(p_over))))
        return calibrated

    def as_json(self) -> list[float]:
        """[a, b]."""
        return [self.a, self.b]


UNTOUCHED = Calibration(0.0, 1.0)


def given_no_push(made: Distributions, line: Floats) -> Floats:
    """P(X > line | X ≠ line) [n]; NaN without a line or a prediction."""
    over, under = made.p_over(line), made.p_under(line)
    with np.errstate(invalid="ignore"):
        p: Floats = over / (over + under)
    return p


def _logit(p: Floats) -> Floats:
    held = np.clip(p, 1.0 - _SUREST, _SUREST)
    result: Floats = np.log(held / (1.0 - held))
    return result


class CalibratedDistributions(Distributions):
    """Distributions as they are, but for the sides of a line."""

    def __init__(self, made: Distributions, calibration: Calibration) -> None:
        self._made = made
        self._calibration = calibration
        self.mean, self.spread = made.mean, made.spread

    def rows(self, positions: npt.NDArray[np.intp]) -> CalibratedDistributions:
        return CalibratedDistributions(self._made.rows(positions), self._calibration)

    def cdf(self, points: Floats) -> Floats:
        return self._made.cdf(points)

    def p_over(self, line: Floats) -> Floats:
        return self._calibration(given_no_push(self._made, line)) * self._no_push(line)

    def p_under(self, line: Floats) -> Floats:
        return (1.0 - self._calibration(given_no_push(self._made, line))) * self._no_push(line)

    def _no_push(self, line: Floats) -> Floats:
        return 1.0 - self._made.p_push(line)


class Calibrated:
    """A system with its sides of a line calibrated; its distributions are the system's own."""

    def __init__(self, system: PredictionSystem, calibration: Calibration, version: str) -> None:
        self._system = system
        self._calibration = calibration
        self.version = version
        self.system_id = system.system_id
        self.feature_names = system.feature_names
        self.market_names = system.market_names

    def predict(self, frame: pd.DataFrame) -> CalibratedDistributions:
        """The system's distributions [n], calibrated at lines."""
        return CalibratedDistributions(self._system.predict(frame), self._calibration)
