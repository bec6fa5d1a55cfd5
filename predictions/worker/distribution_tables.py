"""Predictive distributions as tables: what grading scores, whatever family a system uses."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from common.events import deterministic_id
from predictions.systems.distributions import Floats

# Finer than any score can tell apart.
DECIMALS = 6
# Nobody has scored more than 100 since 1962; a table that has not reached 1 by then is cut there.
MAX_POINTS = 130


class Tabulated(Protocol):
    """What a table is made of."""

    @property
    def predicted(self) -> npt.NDArray[np.bool_]:
        """Whether a row has a prediction."""

    def cdf(self, points: Floats) -> Floats:
        """P(X <= points) row by row."""


def cdf_tables(distributions: Tabulated) -> list[list[float] | None]:
    """For each row P(X <= k), k = 0, 1, 2 …, up to the first k at which it is 1; None without a prediction."""
    known = distributions.predicted
    columns = [distributions.cdf(np.full(len(known), float(k))) for k in range(MAX_POINTS + 1)]
    table = np.round(np.stack(columns, axis=1), DECIMALS) + 0.0
    table[:, -1] = np.where(known, 1.0, table[:, -1])
    ends = np.argmax(table >= 1.0, axis=1)
    return [
        row[: end + 1].tolist() if is_known else None for row, end, is_known in zip(table, ends, known, strict=True)
    ]


def distribution_id(cdf: list[float] | None) -> str | None:
    """The id of a table: equal tables are one row in the warehouse."""
    return None if cdf is None else deterministic_id("cdf", cdf)
