"""The ensemble's weights and calibration, learned on past out-of-sample predictions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from predictions.systems.base import MARKET_FAIR_P_OVER, MARKET_LINE
from predictions.systems.calibration import UNTOUCHED, Calibration, given_no_push
from predictions.systems.distributions import Floats
from predictions.systems.ensemble import Weights, level_of, market_shift
from predictions.systems.residuals import ResidualTable

# Below this the market is taken as it is.
MINIMUM_QUOTED = 500


def learn_weights(record: pd.DataFrame, members: tuple[str, ...]) -> Weights:
    """From a record of past predictions (`out_of_sample`): rows where every member has a mean."""
    rows = record.dropna(subset=[*members, "points"])
    points = rows["points"].to_numpy(np.float64)
    line, fair = (rows[c].to_numpy(np.float64) for c in (MARKET_LINE, MARKET_FAIR_P_OVER))
    means = {m: rows[m].to_numpy(np.float64) for m in members}
    quoted = ~np.isnan(line)
    alone = _least_squares(np.column_stack(list(means.values())), points)
    market, shift = np.zeros(len(members)), 1.0
    if quoted.sum() >= MINIMUM_QUOTED:
        apart = [means[m][quoted] - line[quoted] for m in members]
        inputs = np.column_stack([market_shift(line[quoted], fair[quoted]), *apart])
        shift, *rest = _least_squares(inputs, points[quoted] - line[quoted]).tolist()
        market = np.array(rest)
    learned = Weights(_named(members, market), shift, _named(members, alone), UNTOUCHED, _NOTHING)
    level = level_of(means, line, fair, learned)
    residuals = ResidualTable.fit(level, points)
    said = given_no_push(residuals.about(level[quoted]), line[quoted])
    calibration = Calibration.fit(said, line[quoted], points[quoted])
    return Weights(learned.market, learned.shift, learned.alone, calibration, residuals)


def _least_squares(inputs: Floats, target: Floats) -> Floats:
    """Coefficients, none negative, no constant."""
    fitted: Floats = LinearRegression(fit_intercept=False, positive=True).fit(inputs, target).coef_
    return fitted


def _named(members: tuple[str, ...], values: Floats) -> dict[str, float]:
    return {m: float(v) for m, v in zip(members, values, strict=True)}


_NOTHING = ResidualTable((1.0, 0.0), np.zeros(0), np.zeros((0, 0)))
