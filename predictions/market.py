"""Prices and bets: the bookmaker's margin removed, expected value, and whether a bet is worth it.

All prices are decimal. The margin is removed in proportion: with q = 1/price, the fair probability of over is
q_over / (q_over + q_under). On a whole line both are probabilities given that there is no push, as the stake is then
returned.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from predictions.systems.distributions import Floats

# Units a unit staked. Honest gains over the market are tenths of a percent, so an edge of a few percent is more often
# the system's error than the bookmaker's; below this a bet is noise.
MIN_EXPECTED_VALUE = 0.05


def fair_probability_over(over_price: Floats, under_price: Floats) -> Floats:
    """The bookmaker's probability of over without his margin; NaN unless both sides are priced."""
    over, under = 1.0 / over_price, 1.0 / under_price
    result: Floats = over / (over + under)
    return result


def consensus(lines: Floats, over_price: Floats, under_price: Floats) -> tuple[float, float]:
    """(median main line, mean fair probability of over) of a player's quotes; NaN where there is none."""
    if not len(lines):
        return float("nan"), float("nan")
    fair = fair_probability_over(over_price, under_price)
    return float(np.median(lines)), float(np.nanmean(fair)) if (~np.isnan(fair)).any() else float("nan")


def expected_value(p_win: Floats, p_lose: Floats, price: Floats) -> Floats:
    """Expected profit of one unit staked at `price`; a push returns the stake. NaN without price or probability."""
    result: Floats = p_win * (price - 1.0) - p_lose
    return result


def kelly_fraction(p_win: Floats, p_lose: Floats, price: Floats) -> Floats:
    """The share of a bankroll that maximises its expected logarithm (Kelly 1956), 0 without an edge; NaN as above.

    A push returns the stake, so the probabilities count given that there is none. For information: it takes the
    probabilities for true.
    """
    worth, at_stake = expected_value(p_win, p_lose, price), (price - 1.0) * (p_win + p_lose)
    # Where nothing can be won (a price of 1) or only a push can happen, there is no edge.
    share: Floats = np.divide(worth, at_stake, out=np.zeros_like(at_stake), where=at_stake != 0)
    return np.maximum(share, 0.0)


def better_side(ev_over: Floats, ev_under: Floats) -> Floats:
    """The greater of the two, or the one that is known; NaN when neither is."""
    return np.fmax(ev_over, ev_under)


def recommend(
    *,
    quoted: npt.NDArray[np.bool_],
    predicted: npt.NDArray[np.bool_],
    has_features: npt.NDArray[np.bool_],
    ev_over: Floats,
    ev_under: Floats,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """(recommendation, reason) a row: OVER or UNDER where the better side is worth it, PASS, or NO_LINE."""
    best = better_side(ev_over, ev_under)
    no_prediction = np.where(has_features, "no_history", "no_features")
    worth = best >= MIN_EXPECTED_VALUE
    over = worth & ~(ev_over < ev_under) & ~np.isnan(ev_over)
    recommendation = np.select([~quoted, ~worth, over], ["NO_LINE", "PASS", "OVER"], "UNDER")
    reason = np.select(
        [~predicted, ~quoted, np.isnan(best), ~worth],
        [no_prediction, "no_quote", "no_price", "edge_below_threshold"],
        "edge",
    )
    return recommendation.astype(object), reason.astype(object)
