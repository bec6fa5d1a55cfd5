"""Predictive distributions of points: a normal, discretised on the integers from 0.

With Φ the standard normal's distribution function, P(X <= k) = Φ((k + 1/2 - mean) / spread) for k = 0, 1, 2 …: each
integer gets the mass of the unit interval around it, and 0 all that lies below. A line is compared with integers:
21 can be pushed, 21.5 can't.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_erfc = np.frompyfunc(math.erfc, 1, 1)


def normal_cdf(z: Floats) -> Floats:
    """Φ(z), to double precision in both tails; NaN stays NaN."""
    result: Floats = np.asarray(0.5 * _erfc(-z / math.sqrt(2.0)), dtype=np.float64)
    return result


@dataclass(frozen=True)
class Distributions:
    """One distribution a row: `mean` and `spread` (points) of the normal before it is discretised.

    Both NaN where there is no prediction; then every probability is NaN. ValueError when a spread is not positive.
    """

    mean: Floats
    spread: Floats

    def __post_init__(self) -> None:
        if self.mean.shape != self.spread.shape:
            raise ValueError(f"{self.mean.shape} means, {self.spread.shape} spreads")
        known = ~np.isnan(self.mean)
        if not np.all(np.isfinite(self.mean[known]) & (self.spread[known] > 0)):
            raise ValueError("a prediction needs a finite mean and a positive spread")

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def predicted(self) -> npt.NDArray[np.bool_]:
        """Whether a row has a prediction."""
        known: npt.NDArray[np.bool_] = ~np.isnan(self.mean)
        return known

    def rows(self, positions: npt.NDArray[np.intp]) -> Distributions:
        """The distributions at `positions`, repeated where a position is."""
        return Distributions(self.mean[positions], self.spread[positions])

    def cdf(self, points: Floats) -> Floats:
        """P(X <= points) row by row, `points` being whole numbers; 0 below 0."""
        inside = normal_cdf((points + 0.5 - self.mean) / self.spread)
        return np.where(points < 0, np.where(self.predicted, 0.0, np.nan), inside)

    def p_under(self, line: Floats) -> Floats:
        """P(X < line)."""
        return self.cdf(np.ceil(line) - 1.0)

    def p_over(self, line: Floats) -> Floats:
        """P(X > line)."""
        # The upper tail by symmetry: 1 - cdf would lose the digits of a small probability.
        above = normal_cdf((self.mean - np.floor(line) - 0.5) / self.spread)
        return np.where(line < 0, np.where(self.predicted, 1.0, np.nan), above)

    def p_push(self, line: Floats) -> Floats:
        """P(X = line); 0 where the line is no whole number."""
        whole = np.floor(line) == line
        mass = np.clip(self.cdf(line) - self.cdf(line - 1.0), 0.0, 1.0)
        return np.where(whole, mass, np.where(self.predicted, 0.0, np.nan))
