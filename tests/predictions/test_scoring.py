"""Scores against closed forms and against their own definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from predictions import scoring
from predictions.systems.distributions import NormalDistributions, TabulatedDistributions


def certain(points: int) -> TabulatedDistributions:
    return TabulatedDistributions((np.arange(101) >= points).astype(float)[None, :])


@pytest.mark.parametrize(("said", "was"), [(20, 20), (20, 13), (0, 30)])
def test_crps_of_a_certain_prediction_is_its_absolute_error(said: int, was: int) -> None:
    assert scoring.crps(certain(said), np.array([float(was)]))[0] == pytest.approx(abs(said - was), abs=1e-12)


def test_crps_of_a_normal_is_the_closed_form() -> None:
    mean, spread, points = 30.0, 8.0, 37.0
    z = (points - mean) / spread
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    below = 0.5 * math.erfc(-z / math.sqrt(2))
    closed = spread * (z * (2 * below - 1) + 2 * density - 1 / math.sqrt(math.pi))

    made = scoring.crps(NormalDistributions(np.array([mean]), np.array([spread])), np.array([points]))

    assert made[0] == pytest.approx(closed, rel=2e-3)


def test_crps_is_the_mean_distance_less_half_the_spread_of_two_draws() -> None:
    mass = np.array([0.1, 0.4, 0.3, 0.2])
    table = np.append(np.cumsum(mass), np.ones(97))[None, :]
    k = np.arange(4.0)
    by_draws = (mass * abs(k - 2)).sum() - 0.5 * (mass[:, None] * mass * abs(k[:, None] - k)).sum()

    assert scoring.crps(TabulatedDistributions(table), np.array([2.0]))[0] == pytest.approx(by_draws, abs=1e-12)


def test_an_outcome_beyond_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="above 100"):
        scoring.crps(certain(20), np.array([101.0]))


def test_pinball_at_one_half_is_half_the_absolute_error_and_is_least_at_the_quantile() -> None:
    points = np.arange(101.0)
    losses = [scoring.pinball(np.full(101, q), points, 0.8).mean() for q in points]

    assert scoring.pinball(np.array([20.0]), np.array([26.0]), 0.5)[0] == 3.0
    assert int(np.argmin(losses)) == 80


def test_log_score_and_brier_of_what_happened() -> None:
    p, over = np.array([0.7, 0.7, 0.5]), np.array([1.0, 0.0, np.nan])

    np.testing.assert_allclose(scoring.log_score(p, over), [-math.log(0.7), -math.log(0.3), np.nan])
    np.testing.assert_allclose(scoring.brier(p, over), [0.09, 0.49, np.nan])
    assert scoring.log_score(np.array([0.0]), np.array([1.0]))[0] == math.inf


def test_calibration_error_counts_each_interval_by_its_predictions() -> None:
    p = np.array([0.25] * 4 + [0.75] * 4)
    over = np.array([1, 0, 0, 0, 1, 1, 1, 1.0])

    assert scoring.expected_calibration_error(p, over) == pytest.approx(0.5 * 0.0 + 0.5 * 0.25)
    np.testing.assert_allclose(scoring.calibration_table(p, over)[7], [4, 0.75, 1.0])
    assert math.isnan(scoring.expected_calibration_error(np.array([np.nan]), np.array([1.0])))


def test_with_each_value_its_own_cluster_the_interval_is_the_usual_one() -> None:
    x = np.array([1.0, 4.0, 2.0, 8.0])
    mean, low, high = scoring.clustered_interval(x, np.arange(4))

    assert mean == 3.75
    assert high - mean == pytest.approx(1.959963984540054 * x.std(ddof=1) / 2)
    assert mean - low == pytest.approx(high - mean)


def test_values_repeated_inside_a_game_tell_nothing_new() -> None:
    x = np.array([1.0, 4.0, 2.0, 8.0])

    alone = scoring.clustered_interval(x, np.arange(4))
    repeated = scoring.clustered_interval(np.repeat(x, 5), np.repeat(np.arange(4), 5))

    np.testing.assert_allclose(alone, repeated)


def test_one_game_gives_no_interval() -> None:
    mean, low, high = scoring.clustered_interval(np.array([1.0, 3.0]), np.array(["a", "a"]))

    assert mean == 2.0
    assert math.isnan(low)
    assert math.isnan(high)
