"""What a prediction system is."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from predictions.systems.distributions import Distributions


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

    def predict(self, frame: pd.DataFrame) -> Distributions:
        """A distribution of points for every row of `frame`, in its order.

        `frame` has the columns `feature_names` as float64, absent ones NaN. A row that the system can't say
        anything about gets NaN for mean and spread.
        """
