"""Scores and bets of a handful of player-games, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from predictions.backtest.judging import judge
from predictions.backtest.quotes import COLUMNS, consensus_of
from predictions.backtest.rivals import Forecast
from predictions.market import consensus
from predictions.systems.distributions import TabulatedDistributions

DAY = date(2024, 11, 4)


def evenly(*points: int) -> TabulatedDistributions:
    """Each of the points is as likely as the others."""
    mass = np.zeros(101)
    mass[list(points)] = 1 / len(points)
    return TabulatedDistributions(np.minimum(np.cumsum(mass), 1.0)[None, :])


def together(*rows: TabulatedDistributions) -> Forecast:
    made = TabulatedDistributions(np.vstack([r.cumulative for r in rows]))
    return Forecast(made.quantile(0.5), made.mean, made)


def asked(*lines: float, fair: float = 0.5) -> pd.DataFrame:
    n = len(lines)
    return pd.DataFrame(
        {
            "game_id": [f"00224000{i:02d}" for i in range(n)],
            "player_id": list(range(n)),
            "game_date": [DAY] * n,
            "market_points_line": list(lines),
            "market_fair_p_over": [fair] * n,
        }
    )


def quote(place: int, bookmaker: str, line: float, over: float, under: float) -> dict[str, Any]:
    values = (f"00224000{place:02d}", place, DAY, bookmaker, line, over, under, pd.Timestamp("2024-11-04T15:00Z"))
    return dict(zip(COLUMNS, values, strict=True))


def judged_once(made: Forecast, frame: pd.DataFrame, points: list[float], *offers: dict[str, Any]) -> pd.DataFrame:
    return judge({"s": made}, frame, np.array(points), pd.DataFrame(list(offers), columns=list(COLUMNS)))


def test_errors_are_the_medians_and_scores_those_of_the_distribution() -> None:
    made = together(evenly(10, 20, 30, 40))
    (row,) = judged_once(made, asked(24.5), [30.0]).to_dict("records")

    assert (row["point"], row["mean"], row["p_over"], row["went_over"]) == (20.0, 25.0, 0.5, 1.0)
    # (F - 1[30 <= k])² at k = 10…19, 20…29 and 30…39: (1/4)², (2/4)², (1/4)², ten times each.
    assert row["crps"] == pytest.approx(10 * (1 + 4 + 1) / 16)
    assert row["log_loss"] == pytest.approx(np.log(2))
    assert row["brier"] == pytest.approx(0.25)
    # Quantiles 10, 20 and 40: 0.1·20, 0.5·10, 0.1·10.
    assert row["pinball"] == pytest.approx((2 + 5 + 1) / 3)


def test_a_push_says_nothing_of_probability_and_returns_the_stake() -> None:
    made = together(evenly(10, 20, 30, 40))
    (row,) = judged_once(made, asked(20.0), [20.0], quote(0, "a", 20.0, 3.0, 1.4)).to_dict("records")

    assert row["p_over"] == pytest.approx(2 / 3)
    assert np.isnan([row["went_over"], row["log_loss"], row["brier"], row["hit"]]).all()
    assert (row["recommendation"], row["profit"]) == ("OVER", 0.0)


def test_of_several_books_the_best_price_is_bet_once() -> None:
    made = together(evenly(10, 20, 30, 40))
    offers = [quote(0, "a", 24.5, 2.2, 1.7), quote(0, "b", 24.5, 2.5, 1.6), quote(0, "c", 35.5, 2.0, 1.8)]
    rows = judged_once(made, asked(24.5), [12.0], *offers)

    # c: under with 3/4 at 1.8 is worth 0.35; b: over with 1/2 at 2.5 is worth 0.25.
    assert rows[["bookmaker", "recommendation", "bet_line", "hit"]].to_numpy().tolist() == [["c", "UNDER", 35.5, 1.0]]
    assert rows["expected_value"][0] == pytest.approx(0.35)
    assert rows["profit"][0] == pytest.approx(0.8)


def test_below_five_percent_nothing_is_bet() -> None:
    made = together(evenly(10, 20, 30, 40))
    rows = judged_once(made, asked(24.5), [30.0], quote(0, "a", 24.5, 2.09, 1.7))

    assert rows["profit"].isna().all()
    assert rows["bookmaker"].isna().all()


def test_a_lost_bet_costs_the_stake() -> None:
    made = together(evenly(10, 20, 30, 40))
    rows = judged_once(made, asked(24.5), [24.0], quote(0, "a", 24.5, 2.5, 1.6))

    assert (rows["hit"][0], rows["profit"][0]) == (0.0, -1.0)


def test_a_row_that_one_predictor_lacks_counts_for_nobody() -> None:
    nothing = TabulatedDistributions(np.full((1, 101), np.nan))
    forecasts = {"knows": together(evenly(10), evenly(20)), "does_not": together(evenly(10), nothing)}
    rows = judge(forecasts, asked(9.5, 19.5), np.array([8.0, 22.0]), pd.DataFrame(columns=list(COLUMNS)))

    assert rows[["system_id", "player_id"]].to_numpy().tolist() == [["knows", 0], ["does_not", 0]]


def test_what_was_called_impossible_is_scored_as_one_in_ten_billion() -> None:
    (row,) = judged_once(together(evenly(10)), asked(19.5), [30.0]).to_dict("records")

    assert row["log_loss"] == pytest.approx(-np.log(1e-10))


def test_the_consensus_of_a_range_is_that_of_each_player() -> None:
    offers = [
        *(quote(0, "a", 19.5, 1.9, 1.9), quote(0, "b", 21.5, 1.8, 2.1), quote(0, "c", 20.5, np.nan, 1.9)),
        *(quote(1, "a", 9.5, 1.7, 2.2), quote(1, "b", 10.5, 2.0, 1.8)),
    ]
    quoted = pd.DataFrame(offers)
    found = consensus_of(quoted)

    for (_, row), (_, mine) in zip(found.iterrows(), quoted.groupby("player_id"), strict=True):
        line, fair = consensus(*(mine[c].to_numpy(float) for c in ("line", "over_price", "under_price")))
        assert (row["market_points_line"], row["market_fair_p_over"]) == (line, pytest.approx(fair))
