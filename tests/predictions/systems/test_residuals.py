"""The empirical distribution is that of what happened about such levels."""

from __future__ import annotations

import numpy as np
import pytest

from predictions.systems.distributions import TabulatedDistributions
from predictions.systems.residuals import ResidualTable

RNG = np.random.default_rng(3)
LEVEL = RNG.uniform(2, 30, 40_000)
# Skewed, and wider where the level is higher.
POINTS = RNG.negative_binomial(4, 4 / (4 + LEVEL)).astype(float)
TABLE = ResidualTable.fit(LEVEL, POINTS)


@pytest.mark.parametrize(("low", "high"), [(6, 9), (13, 17), (22, 26)])
def test_half_the_time_more_than_the_median_whatever_the_level(low: float, high: float) -> None:
    here = (low < LEVEL) & (high > LEVEL)
    made = TABLE.about(LEVEL[here])

    for line in (np.floor(low) + 0.5, np.floor(high) + 6.5):
        p = made.p_over(np.full(here.sum(), line)).mean()
        assert p == pytest.approx((POINTS[here] > line).mean(), abs=0.02)


def test_the_mean_is_the_outcomes_mean_though_it_is_skewed() -> None:
    here = (LEVEL > 10) & (LEVEL < 20)

    assert TABLE.about(LEVEL[here]).mean.mean() == pytest.approx(POINTS[here].mean(), abs=0.25)


def test_a_higher_level_is_never_less_likely_to_beat_a_line() -> None:
    over = TABLE.about(np.arange(3.0, 30.0, 0.5)).p_over(np.full(54, 14.5))

    assert (np.diff(over) > -1e-3).all()


def test_no_level_no_distribution() -> None:
    made = TABLE.about(np.array([np.nan, 12.0]))

    assert np.isnan(made.mean[0])
    assert np.isnan(made.p_over(np.array([10.5, 10.5]))[0])
    assert made.predicted.tolist() == [False, True]


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    together = TABLE.about(LEVEL[:50])

    for n in (0, 31):
        np.testing.assert_array_equal(TABLE.about(LEVEL[n : n + 1]).cumulative[0], together.cumulative[n])


def test_stored_and_read_again_it_is_the_same_table() -> None:
    again = ResidualTable.from_json(TABLE.as_json())

    np.testing.assert_allclose(again.about(LEVEL[:9]).cumulative, TABLE.about(LEVEL[:9]).cumulative, atol=1e-7)


def test_too_few_past_predictions_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        ResidualTable.fit(LEVEL[:199], POINTS[:199])


@pytest.mark.parametrize("row", [[0.5, 0.4, 1.0], [0.1, 0.5, 0.9], [0.0, 1.2, 1.0]])
def test_a_table_that_is_no_distribution_is_refused(row: list[float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        TabulatedDistributions(np.array([row]))


def test_a_table_answers_over_under_push_and_quantiles() -> None:
    made = TabulatedDistributions(np.array([[0.1, 0.4, 1.0]]))

    assert made.p_over(np.array([1.0]))[0] == pytest.approx(0.6)
    assert made.p_under(np.array([1.0]))[0] == pytest.approx(0.1)
    assert made.p_push(np.array([1.0]))[0] == pytest.approx(0.3)
    assert made.p_over(np.array([2.5]))[0] == 0
    assert made.p_over(np.array([-0.5]))[0] == 1
    assert (made.quantile(0.05)[0], made.quantile(0.5)[0]) == (0, 2)
    assert made.mean[0] == pytest.approx(0.3 + 1.2)
