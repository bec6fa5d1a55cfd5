"""At a line that others have set, a system is as sure as the past allows; what it says without a line stays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from predictions.scoring import expected_calibration_error
from predictions.systems.calibration import (
    MINIMUM_CALIBRATED,
    UNTOUCHED,
    Calibrated,
    CalibratedDistributions,
    Calibration,
    given_no_push,
)
from predictions.systems.distributions import NormalDistributions
from predictions.systems.moving_average_baseline import MovingAverageBaseline

RNG = np.random.default_rng(11)
N = 30_000
# A system that knows the form, and bookmakers who know the news beside it.
FORM, NEWS = RNG.uniform(8, 28, N), RNG.normal(0, 3, N)
LINE = np.floor(FORM + NEWS) + 0.5
POINTS = np.maximum(np.round(RNG.normal(FORM + NEWS, 6)), 0.0)
SYSTEM = NormalDistributions(FORM, np.full(N, 6.7))
PAST, LATER = np.arange(N) < N // 2, np.arange(N) >= N // 2
WHOLE_LINES, HALF_LINES = np.round(LINE[:200]), LINE[:200]


def learned() -> Calibration:
    return Calibration.fit(given_no_push(SYSTEM, LINE)[PAST], LINE[PAST], POINTS[PAST])


def test_who_is_too_sure_in_the_past_is_as_sure_as_he_should_be_later() -> None:
    went_over = (POINTS > LINE)[LATER].astype(float)
    raw = given_no_push(SYSTEM, LINE)[LATER]

    assert expected_calibration_error(raw, went_over) > 0.1
    assert expected_calibration_error(learned()(raw), went_over) < 0.015


def test_what_the_numbers_were_made_with_is_found_again() -> None:
    p = RNG.uniform(0.05, 0.95, N)
    true = Calibration(-0.2, 0.4)
    points = np.where(RNG.uniform(size=N) < true(p), 20.0, 10.0)
    found = Calibration.fit(p, np.full(N, 15.5), points)

    assert (found.a, found.b) == (pytest.approx(true.a, abs=0.05), pytest.approx(true.b, abs=0.05))


@pytest.mark.parametrize("line", [WHOLE_LINES, HALF_LINES])
def test_over_under_and_push_are_all_that_can_happen(line: np.ndarray) -> None:
    players = SYSTEM.rows(np.arange(200))
    made = CalibratedDistributions(players, learned())

    np.testing.assert_allclose(made.p_over(line) + made.p_under(line) + made.p_push(line), 1.0, atol=1e-14)
    np.testing.assert_array_equal(made.p_push(line), players.p_push(line))
    np.testing.assert_allclose(given_no_push(made, line), learned()(given_no_push(players, line)), atol=1e-14)


def test_the_distribution_itself_stays() -> None:
    players = SYSTEM.rows(np.arange(50))
    made = CalibratedDistributions(players, learned())

    np.testing.assert_array_equal(made.mean, players.mean)
    np.testing.assert_array_equal(made.table(60), players.table(60))
    np.testing.assert_array_equal(made.quantile(0.9), players.quantile(0.9))
    np.testing.assert_array_equal(
        made.rows(np.array([3, 3])).p_over(np.full(2, 20.5)), made.p_over(np.full(50, 20.5))[[3, 3]]
    )


def test_a_higher_line_is_never_easier_to_beat() -> None:
    made = CalibratedDistributions(NormalDistributions(np.array([17.0]), np.array([6.0])), Calibration(0.3, 0.1))
    over = [made.p_over(np.array([x + 0.5]))[0] for x in range(60)]

    assert (np.diff(over) <= 0).all()


def test_a_system_that_was_worse_than_nothing_is_not_turned_round() -> None:
    p = given_no_push(SYSTEM, LINE)

    assert Calibration.fit(1.0 - p, LINE, POINTS).b == 0.0


def test_where_the_past_says_that_p_is_worse_than_nothing_it_is_the_share_of_overs() -> None:
    p = RNG.uniform(0.55, 0.95, N)  # far from one half, so that the intercept beside the slope is another one
    points = np.where(RNG.uniform(size=N) < 1.2 - p, 20.0, 10.0)
    found = Calibration.fit(p, np.full(N, 15.5), points)

    np.testing.assert_allclose(found(np.array([0.1, 0.5, 0.9])), np.mean(points > 15.5), atol=1e-12)


@pytest.mark.parametrize(("points", "share"), [(20.0, 1.0), (10.0, 0.0)])
def test_a_past_that_ended_on_one_side_is_no_error(points: float, share: float) -> None:
    found = Calibration.fit(RNG.uniform(0.3, 0.7, N), np.full(N, 15.5), np.full(N, points))

    assert found(np.array([0.4])) == pytest.approx(share, abs=0.0011)


def test_pushes_and_rows_without_a_line_say_nothing() -> None:
    p = given_no_push(SYSTEM, LINE)[PAST]
    line, points = LINE[PAST].copy(), POINTS[PAST].copy()
    line[::3], points[1::3] = np.nan, line[1::3]
    kept = slice(2, None, 3)

    assert Calibration.fit(p, line, points) == Calibration.fit(p[kept], line[kept], points[kept])


def test_too_little_of_a_past_changes_nothing() -> None:
    p, few = given_no_push(SYSTEM, LINE), slice(0, MINIMUM_CALIBRATED - 1)

    assert Calibration.fit(p[few], LINE[few], POINTS[few]) is UNTOUCHED
    np.testing.assert_allclose(UNTOUCHED(np.array([0.2, 0.5])), [0.2, 0.5])


def test_no_line_or_no_prediction_is_no_probability() -> None:
    made = CalibratedDistributions(NormalDistributions(np.array([12.0, np.nan]), np.array([5.0, np.nan])), learned())

    assert np.isnan(made.p_over(np.array([np.nan, 10.5]))).all()
    assert made.predicted.tolist() == [True, False]


def test_a_calibrated_system_reads_what_the_system_reads_and_has_the_training_s_version() -> None:
    plain = MovingAverageBaseline()
    system = Calibrated(plain, learned(), "2024-02-29_abc")
    frame = pd.DataFrame({n: [10.0] for n in plain.feature_names})

    assert (system.system_id, system.version) == (plain.system_id, "2024-02-29_abc")
    assert (system.feature_names, system.market_names) == (plain.feature_names, plain.market_names)
    np.testing.assert_array_equal(system.predict(frame).mean, plain.predict(frame).mean)
