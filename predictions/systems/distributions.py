"""Predictive distributions of points: what every system answers.

Points are whole numbers from 0. A line is compared with whole numbers: 21 can be pushed, 21.5 can't. Two kinds: a
normal discretised on the integers, and a table of the distribution function.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_erfc = np.frompyfunc(math.erfc, 1, 1)


def normal_cdf(z: Floats) -> Floats:
    """Φ(z), to double precision in both tails; NaN stays NaN."""
    result: Floats = np.asarray(0.5 * _erfc(-z / math.sqrt(2.0)), dtype=np.float64)
    return result


class Distributions(ABC):
    """One distribution a row: `mean` and `spread` (points), both NaN where there is no prediction.

    Then every probability is NaN too.
    """

    mean: Floats
    spread: Floats

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def predicted(self) -> npt.NDArray[np.bool_]:
        """Whether a row has a prediction."""
        known: npt.NDArray[np.bool_] = ~np.isnan(self.mean)
        return known

    @abstractmethod
    def rows(self, positions: npt.NDArray[np.intp]) -> Distributions:
        """The distributions at `positions`, repeated where a position is."""

    @abstractmethod
    def cdf(self, points: Floats) -> Floats:
        """P(X <= points) row by row, `points` being whole numbers; 0 below 0."""

    @abstractmethod
    def p_over(self, line: Floats) -> Floats:
        """P(X > line)."""

    def p_under(self, line: Floats) -> Floats:
        """P(X < line)."""
        return self.cdf(np.ceil(line) - 1.0)

    def p_push(self, line: Floats) -> Floats:
        """P(X = line); 0 where the line is no whole number."""
        whole = np.floor(line) == line
        mass = np.clip(self.cdf(line) - self.cdf(line - 1.0), 0.0, 1.0)
        return np.where(whole, mass, np.where(self.predicted, 0.0, np.nan))

    def table(self, highest: int) -> Floats:
        """P(X <= k) for k = 0 … `highest`: one row a distribution."""
        columns = [self.cdf(np.full(len(self), float(k))) for k in range(highest + 1)]
        return np.column_stack(columns)

    def quantile(self, probability: float) -> Floats:
        """The smallest whole number k with P(X <= k) >= `probability`; NaN where there is no prediction."""
        found = np.full(len(self), np.nan)
        for k in range(HIGHEST + 1):
            at = self.cdf(np.full(len(self), float(k))) >= probability
            found = np.where(np.isnan(found) & at, float(k), found)
        return found


# No player has scored more than 100 points in a game of the league.
HIGHEST = 100


@dataclass(frozen=True)
class NormalDistributions(Distributions):
    """A normal a row, discretised on the integers from 0.

    P(X <= k) = Φ((k + 1/2 - mean) / spread) for k = 0, 1, 2 …: each integer gets the mass of the unit interval around
    it, and 0 all that lies below. `mean` and `spread` are those before it is discretised. ValueError when a spread
    is not positive.
    """

    mean: Floats
    spread: Floats

    def __post_init__(self) -> None:
        if self.mean.shape != self.spread.shape:
            raise ValueError(f"{self.mean.shape} means, {self.spread.shape} spreads")
        known = ~np.isnan(self.mean)
        if not np.all(np.isfinite(self.mean[known]) & (self.spread[known] > 0)):
            raise ValueError("a prediction needs a finite mean and a positive spread")

    def rows(self, positions: npt.NDArray[np.intp]) -> NormalDistributions:
        return NormalDistributions(self.mean[positions], self.spread[positions])

    def cdf(self, points: Floats) -> Floats:
        inside = normal_cdf((points + 0.5 - self.mean) / self.spread)
        return np.where(points < 0, np.where(self.predicted, 0.0, np.nan), inside)

    def p_over(self, line: Floats) -> Floats:
        # The upper tail by symmetry: 1 - cdf would lose the digits of a small probability.
        above = normal_cdf((self.mean - np.floor(line) - 0.5) / self.spread)
        return np.where(line < 0, np.where(self.predicted, 1.0, np.nan), above)


class TabulatedDistributions(Distributions):
    """A table of P(X <= k), k = 0 … K: rows rise to 1, or are all NaN where there is no prediction.

    `mean` and `spread` are the table's own. ValueError when a row falls, leaves 0 … 1 or does not end at 1.
    """

    def __init__(self, cumulative: Floats) -> None:
        known = ~np.isnan(cumulative).any(axis=1)
        held = cumulative[known]
        steps = np.diff(held, axis=1, prepend=0.0)
        if (steps < -1e-12).any() or (np.abs(held[:, -1] - 1.0) > 1e-9).any():
            raise ValueError("each row of a distribution table must rise from 0 to 1")
        self.cumulative: Floats = np.where(known[:, None], cumulative, np.nan)
        points = np.arange(cumulative.shape[1], dtype=np.float64)
        self.mean: Floats = np.full(len(cumulative), np.nan)
        self.spread: Floats = np.full(len(cumulative), np.nan)
        # Sums row by row, not a matrix product: its last bits would depend on the other rows.
        self.mean[known] = (steps * points).sum(axis=1)
        self.spread[known] = np.sqrt((steps * (points - self.mean[known, None]) ** 2).sum(axis=1))

    def rows(self, positions: npt.NDArray[np.intp]) -> TabulatedDistributions:
        return TabulatedDistributions(self.cumulative[positions])

    def cdf(self, points: Floats) -> Floats:
        last = self.cumulative.shape[1] - 1
        asked = np.where(np.isnan(points), 0.0, points)
        found = self.cumulative[np.arange(len(self)), np.clip(asked, 0, last).astype(np.intp)]
        below = np.where(self.predicted, 0.0, np.nan)
        return np.where(np.isnan(points), np.nan, np.where(points < 0, below, found))

    def p_over(self, line: Floats) -> Floats:
        return 1.0 - self.cdf(np.floor(line))
