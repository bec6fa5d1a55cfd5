"""A predictive distribution is one of whole points."""

from __future__ import annotations

import math

import numpy as np
import pytest

from predictions.systems.distributions import NormalDistributions, normal_cdf

MEANS = np.array([0.0, 2.3, 17.5, 24.0, 31.9])
SPREADS = np.array([3.0, 3.1, 6.0, 7.5, 9.0])
PLAYERS = NormalDistributions(MEANS, SPREADS)


def lines(value: float) -> np.ndarray:
    return np.full(len(PLAYERS), value)


@pytest.mark.parametrize("line", [0.0, 0.5, 3.0, 17.5, 18.0, 24.5, 60.0, -1.0])
def test_over_under_and_push_are_all_that_can_happen(line: float) -> None:
    total = PLAYERS.p_over(lines(line)) + PLAYERS.p_under(lines(line)) + PLAYERS.p_push(lines(line))

    np.testing.assert_allclose(total, 1.0, atol=1e-14)


def test_a_half_line_can_not_be_pushed() -> None:
    assert (PLAYERS.p_push(lines(17.5)) == 0).all()


def test_a_whole_line_is_pushed_with_the_mass_of_that_score() -> None:
    over_lower_half, over_upper_half = PLAYERS.p_over(lines(17.5)), PLAYERS.p_over(lines(18.5))

    np.testing.assert_allclose(PLAYERS.p_push(lines(18.0)), over_lower_half - over_upper_half, atol=1e-14)
    assert (PLAYERS.p_push(lines(18.0)) > 0).all()


def test_over_a_whole_line_means_the_next_score_up_and_under_the_next_one_down() -> None:
    np.testing.assert_array_equal(PLAYERS.p_over(lines(18.0)), PLAYERS.p_over(lines(18.5)))
    np.testing.assert_array_equal(PLAYERS.p_under(lines(18.0)), PLAYERS.p_under(lines(17.5)))


def test_a_higher_line_is_never_easier_to_beat() -> None:
    over = np.array([PLAYERS.p_over(lines(x / 2)) for x in range(120)])
    under = np.array([PLAYERS.p_under(lines(x / 2)) for x in range(120)])

    assert (np.diff(over, axis=0) <= 0).all()
    assert (np.diff(under, axis=0) >= 0).all()


def test_nobody_scores_less_than_nothing() -> None:
    assert (PLAYERS.p_under(lines(0.0)) == 0).all()
    assert PLAYERS.p_push(lines(0.0))[0] == pytest.approx(float(normal_cdf(np.array([0.5 / 3.0]))[0]))


def test_masses_of_all_scores_sum_to_one() -> None:
    mass = sum(PLAYERS.p_push(lines(float(k))) for k in range(200))

    np.testing.assert_allclose(mass, 1.0, atol=1e-13)


def test_the_chance_of_a_record_keeps_its_digits() -> None:
    far = NormalDistributions(np.array([10.0]), np.array([3.0]))

    assert far.p_over(np.array([60.5]))[0] == pytest.approx(0.5 * math.erfc(50.5 / 3.0 / math.sqrt(2)), rel=1e-9)
    assert far.p_over(np.array([60.5]))[0] > 0


def test_without_a_prediction_no_probability_is_made_up() -> None:
    nothing = NormalDistributions(np.array([np.nan]), np.array([np.nan]))

    for line in (0.0, 12.5, 13.0, -1.0):
        at = np.array([line])
        assert np.isnan([nothing.p_over(at), nothing.p_under(at), nothing.p_push(at)]).all()


@pytest.mark.parametrize("spread", [0.0, -1.0, np.nan])
def test_a_prediction_without_uncertainty_is_refused(spread: float) -> None:
    with pytest.raises(ValueError, match="positive spread"):
        NormalDistributions(np.array([20.0]), np.array([spread]))
