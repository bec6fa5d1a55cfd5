"""The two rivals that every system has to face on the same rows: the market, and a weighted mean of recent points.

Each is a level with the past's residuals about it (`systems/residuals.py`), so that it has a distribution to score;
its point forecast is the plain number that people would take: the consensus line, the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from predictions.systems.base import MARKET_FAIR_P_OVER, MARKET_LINE, columns
from predictions.systems.distributions import HIGHEST, Distributions, Floats, TabulatedDistributions
from predictions.systems.ensemble import market_shift
from predictions.systems.residuals import ResidualTable

MARKET = "market"
EWMA = "ewma"
EWMA_FEATURE = "points_ewma_hl8"
_LEAST = 200  # past rows that a table of residuals needs


@dataclass(frozen=True)
class Forecast:
    """What one predictor says of n player-games.

    `point` is what the absolute error is of (a system's median). `p_over`: probability of over at the consensus line,
    given that there is no push; None where the distribution itself tells it.
    """

    point: Floats
    mean: Floats
    distributions: Distributions
    p_over: Floats | None = None


def rivals(known: pd.DataFrame, asked: pd.DataFrame) -> dict[str, Forecast]:
    """The rivals' forecasts of `asked`, their residuals learned on `known` (rows with points, of earlier dates).

    Without 200 past rows a rival has a point forecast and no distribution.
    """
    line, fair = columns(asked, (MARKET_LINE, MARKET_FAIR_P_OVER)).T
    recent = columns(asked, (EWMA_FEATURE,))[:, 0]
    return {
        MARKET: Forecast(line, line, _about(known, _market_level(known), _market_level(asked)), fair),
        EWMA: Forecast(recent, recent, _about(known, columns(known, (EWMA_FEATURE,))[:, 0], recent)),
    }


def _market_level(rows: pd.DataFrame) -> Floats:
    """The median that line and fair odds imply; NaN without a line."""
    line, fair = columns(rows, (MARKET_LINE, MARKET_FAIR_P_OVER)).T
    level: Floats = np.maximum(line + market_shift(line, fair), 0.0)
    return level


def _about(known: pd.DataFrame, past: Floats, level: Floats) -> TabulatedDistributions:
    points = known["points"].to_numpy(np.float64)
    seen = ~np.isnan(past)
    if seen.sum() < _LEAST:
        return TabulatedDistributions(np.full((len(level), HIGHEST + 1), np.nan))
    return ResidualTable.fit(past[seen], points[seen]).about(level)
