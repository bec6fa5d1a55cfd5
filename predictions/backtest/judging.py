"""What became of predictions: the scores of grading, row by row, and the one bet a player-game that was worth it.

The rules are those of the graded tables: probabilities at the market's line, pushes apart and a push's stake returned,
probabilities kept above 1e-10, the pinball loss over the 10%, 50% and 90% quantiles, a bet where the expected value
at an offered price reaches `market.MIN_EXPECTED_VALUE`, and of several prices the best.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from predictions import market, scoring
from predictions.backtest.rivals import Forecast
from predictions.systems.base import MARKET_FAIR_P_OVER, MARKET_LINE
from predictions.systems.distributions import Distributions, Floats
from predictions.training.out_of_sample import KEY

LEAST_PROBABILITY = 1e-10
_QUANTILES = (0.1, 0.5, 0.9)
BET = ("bookmaker", "bet_line", "price", "expected_value", "recommendation", "hit", "profit")


def judge(forecasts: dict[str, Forecast], asked: pd.DataFrame, points: Floats, quoted: pd.DataFrame) -> pd.DataFrame:
    """One row a player-game and predictor, on the rows for which all predictors have a number.

    `asked` has KEY, game_date and the market's columns; `points` [n] is what was scored; `quoted` are the quotes of
    these player-games (`quotes`). Columns of BET are empty where there was no bet.
    """
    said = {name: _p_over(f, asked[MARKET_LINE].to_numpy(np.float64)) for name, f in forecasts.items()}
    counted = np.logical_and.reduce([~np.isnan(f.point) & ~np.isnan(said[name]) for name, f in forecasts.items()])
    place = pd.Series(np.arange(len(asked)), index=pd.MultiIndex.from_frame(asked[KEY]))
    position = place.reindex(pd.MultiIndex.from_frame(quoted[KEY])).to_numpy(np.float64)
    used = ~np.isnan(position)
    offers, at = quoted[used], position[used].astype(np.intp)
    parts = []
    for name, forecast in forecasts.items():
        scored = _scores(forecast, said[name], asked, points)
        bets = _bets(forecast.distributions, offers, at, points)
        parts.append(scored.join(bets)[counted].assign(system_id=name))
    return pd.concat(parts, ignore_index=True)


def _p_over(forecast: Forecast, line: Floats) -> Floats:
    if forecast.p_over is not None:
        return forecast.p_over
    over, under = forecast.distributions.p_over(line), forecast.distributions.p_under(line)
    with np.errstate(invalid="ignore"):
        p: Floats = over / (over + under)
    return p


def _scores(forecast: Forecast, p_over: Floats, asked: pd.DataFrame, points: Floats) -> pd.DataFrame:
    line = asked[MARKET_LINE].to_numpy(np.float64)
    went_over = np.where(points == line, np.nan, (points > line).astype(np.float64))
    p = np.clip(p_over, LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)
    made = forecast.distributions
    pinball = np.mean([scoring.pinball(made.quantile(q), points, q) for q in _QUANTILES], axis=0)
    kept = asked[[*KEY, "game_date", MARKET_LINE, MARKET_FAIR_P_OVER]].reset_index(drop=True)
    return kept.assign(
        points=points,
        point=forecast.point,
        mean=forecast.mean,
        p_over=p_over,
        went_over=went_over,
        crps=scoring.crps(made, points),
        pinball=pinball,
        log_loss=scoring.log_score(p, went_over),
        brier=scoring.brier(p_over, went_over),
    )


def _bets(made: Distributions, offers: pd.DataFrame, at: np.ndarray, points: Floats) -> pd.DataFrame:
    """BET by position of the player-game: the best offer of those worth it, and what it brought a unit staked."""
    line, over_price, under_price = (offers[c].to_numpy(np.float64) for c in ("line", "over_price", "under_price"))
    there = made.rows(at)
    p_over, p_under = there.p_over(line), there.p_under(line)
    ev_over = market.expected_value(p_over, p_under, over_price)
    ev_under = market.expected_value(p_under, p_over, under_price)
    recommendation, _ = market.recommend(
        quoted=~np.isnan(line),
        predicted=there.predicted,
        has_features=np.ones(len(line), dtype=bool),
        ev_over=ev_over,
        ev_under=ev_under,
    )
    is_over = recommendation == "OVER"
    actual = points[at]
    won = np.where(is_over, actual > line, actual < line)
    price = np.where(is_over, over_price, under_price)
    push = actual == line
    bets = pd.DataFrame(
        {
            "position": at,
            "bookmaker": offers["bookmaker"].to_numpy(),
            "bet_line": line,
            "price": price,
            "expected_value": market.better_side(ev_over, ev_under),
            "recommendation": recommendation,
            "hit": np.where(push, np.nan, won.astype(np.float64)),
            "profit": np.where(push, 0.0, np.where(won, price - 1.0, -1.0)),
        }
    )
    placed = bets[bets["recommendation"].isin(["OVER", "UNDER"])]
    best = placed.sort_values(["position", "expected_value", "bookmaker"], ascending=[True, False, True])
    return best.drop_duplicates("position").set_index("position")
