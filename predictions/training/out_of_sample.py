"""What the systems would have said of the past: each month by a model that had seen only what came before it.

A row of the training frame is a player-game that was played: game_id, player_id, game_date, points,
games_behind_last_10, the features, and the market's columns. Predictions of a block use rows with game_date before
the block's first date, so weights and calibration can be learned on them without looking ahead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import lightgbm as lgb
import numpy as np
import pandas as pd

from predictions.systems.base import MARKET_COLUMNS, MARKET_LINE, PredictionSystem
from predictions.systems.calibration import given_no_push
from predictions.systems.distributions import Floats
from predictions.systems.gradient_boosting import FEATURES, GradientBoosting, predict_level
from predictions.systems.similarity_balanced import PastGames, SimilarityBalanced

KEY = ["game_id", "player_id"]
MARKET = list(MARKET_COLUMNS)
GAMES_BEHIND = "games_behind_last_10"
MINIMUM_ROWS = 2000  # fewer teach a model nothing worth weighing
# One booster a month is enough to learn weights on; the served model averages three.
SEED = (1,)
ROUNDS = 400
# Chosen on 2022-12 to 2023-04 and on November 2023, before any date that is reported.
PARAMETERS: dict[str, object] = {
    "objective": "regression_l1",
    "learning_rate": 0.02,
    "num_leaves": 15,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.2,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
_LEAST_GAMES = 3  # games behind a player before his row teaches anything


def fit_boosters(rows: pd.DataFrame, seeds: tuple[int, ...]) -> list[lgb.Booster]:
    """One booster a seed, on the rows with at least three games behind them."""
    taught = rows[rows[GAMES_BEHIND] >= _LEAST_GAMES]
    values = taught[list(FEATURES)].to_numpy(np.float64)
    points = taught["points"].to_numpy(np.float64)

    def fit(seed: int) -> lgb.Booster:
        data = lgb.Dataset(values, points, feature_name=list(FEATURES), free_raw_data=True)
        return lgb.train(PARAMETERS | {"seed": seed}, data, num_boost_round=ROUNDS)

    return _side_by_side(fit, seeds)


def blocks(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Months as (first date, last date), the outer ones cut to `first` … `last`."""
    start = first
    while start <= last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(following - timedelta(days=1), last)
        start = following


def out_of_sample(rows: pd.DataFrame, first: date, last: date, formulas: tuple[PredictionSystem, ...]) -> pd.DataFrame:
    """KEY, game_date, points, market columns, and for each system a mean and `p_over_column`, rows of `first` … `last`.

    Of gradient_boosting_v1 the level only: its distribution is made of the residuals about these. Months without a
    game, or without enough before them, have no row.
    """

    def predict(block: tuple[date, date]) -> pd.DataFrame | None:
        start, end = block
        asked = rows[(rows["game_date"] >= start) & (rows["game_date"] <= end)]
        known = rows[rows["game_date"] < start]
        if asked.empty or (known[GAMES_BEHIND] >= _LEAST_GAMES).sum() < MINIMUM_ROWS:
            return None
        return asked[[*KEY, "game_date", "points", *MARKET]].assign(**_said(known, asked, formulas))

    made = [m for m in _side_by_side(predict, list(blocks(first, last))) if m is not None]
    if not made:
        return pd.DataFrame()
    return pd.concat(made, ignore_index=True)


def _said(known: pd.DataFrame, asked: pd.DataFrame, formulas: tuple[PredictionSystem, ...]) -> dict[str, Floats]:
    """What each system, trained on `known`, says of `asked`: the columns of the record."""
    similar = SimilarityBalanced(PastGames.of(known, _points(known)), "out_of_sample")
    line = asked[MARKET_LINE].to_numpy(np.float64)
    said: dict[str, Floats] = {}
    for system in (*formulas, similar):
        distributions = system.predict(asked)
        said[system.system_id] = distributions.mean
        said[p_over_column(system.system_id)] = given_no_push(distributions, line)
    said[GradientBoosting.system_id] = predict_level(fit_boosters(known, SEED), asked)
    return said


def _side_by_side[In, Out](work: Callable[[In], Out], items: Sequence[In]) -> list[Out]:
    """`work` on every item, in their order, on all cores: a booster uses one, and is the same wherever it was made."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, items))


def p_over_column(system_id: str) -> str:
    """The record's column of P(over | no push) at the market's line, as the system said it; NaN without a line."""
    return f"p_over_{system_id}"


def _points(rows: pd.DataFrame) -> Floats:
    return rows["points"].to_numpy(np.float64)
