"""What a prediction system is."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from predictions.systems.distributions import Distributions, Floats

# What a system that may look at the market gets beside the features: `predictions.market.consensus` of the player's
# quotes. NaN without quotes.
MARKET_LINE = "market_points_line"
MARKET_FAIR_P_OVER = "market_fair_p_over"
MARKET_COLUMNS = (MARKET_LINE, MARKET_FAIR_P_OVER)


class PredictionSystem(Protocol):
    """A pure function of features: no reading, no writing, no clock, and no row looks at another.

    A row's prediction may not depend on which other rows are in the frame: a batch is split into requests of
    any size.
    """

    @property
    def system_id(self) -> str:
        """Name of the system, as kept in the predictions."""

    @property
    def version(self) -> str:
        """Changes with every formula or fitted number."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Columns of the feature store that `predict` reads."""

    @property
    def market_names(self) -> tuple[str, ...]:
        """Those of MARKET_COLUMNS that `predict` reads; empty for a system that does not look at the market."""

    def predict(self, frame: pd.DataFrame) -> Distributions:
        """A distribution of points for every row of `frame`, in its order.

        `frame` has the columns `feature_names` and `market_names` as float64, absent ones NaN; KeyError that names
        what is missing where a column is. A row that the system can't say anything about gets NaN for mean and spread.
        """


def columns(frame: pd.DataFrame, names: tuple[str, ...]) -> Floats:
    """The columns `names` of `frame` as float64 [n, len(names)]; KeyError that lists the missing ones."""
    missing = [n for n in names if n not in frame.columns]
    if missing:
        raise KeyError(f"features not in the frame: {', '.join(missing)}")
    return frame[list(names)].to_numpy(np.float64, copy=True)
