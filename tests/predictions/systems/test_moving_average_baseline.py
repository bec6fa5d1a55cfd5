"""The baseline: weights of what is there, adjustments with the right sign, honest spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from predictions.systems import MovingAverageBaseline

SYSTEM = MovingAverageBaseline()
REGULAR = {
    "points_avg_last_5": 22.0,
    "points_avg_last_10": 20.0,
    "points_avg_season": 18.0,
    "games_played_season": 40.0,
    "points_std_last_10": 6.0,
    "games_behind_last_10": 10.0,
    "home_away": np.nan,
    "back_to_back": np.nan,
    "opponent_def_rating": np.nan,
    "pace_score": np.nan,
}


def predict(**changes: float) -> tuple[float, float]:
    frame = pd.DataFrame([REGULAR | changes], columns=list(SYSTEM.feature_names)).astype(np.float64)
    made = SYSTEM.predict(frame)
    return float(made.mean[0]), float(made.spread[0])


def test_the_mean_weighs_last_5_last_10_and_season() -> None:
    assert predict()[0] == pytest.approx(0.2 * 22 + 0.3 * 20 + 0.5 * 18)


def test_weights_of_absent_windows_go_to_those_present() -> None:
    assert predict(points_avg_season=np.nan)[0] == pytest.approx((0.2 * 22 + 0.3 * 20) / 0.5)
    assert predict(points_avg_season=np.nan, points_avg_last_10=np.nan)[0] == pytest.approx(22)


def test_a_season_of_few_games_counts_in_proportion() -> None:
    assert predict(games_played_season=2.0)[0] == pytest.approx((0.2 * 22 + 0.3 * 20 + 0.1 * 18) / 0.6)


def test_without_any_game_behind_him_a_player_has_no_prediction() -> None:
    mean, spread = predict(points_avg_last_5=np.nan, points_avg_last_10=np.nan, points_avg_season=np.nan)

    assert np.isnan(mean)
    assert np.isnan(spread)


@pytest.mark.parametrize(
    ("easier", "harder"),
    [
        ({"home_away": 1.0}, {"home_away": 0.0}),
        ({"opponent_def_rating": 120.0}, {"opponent_def_rating": 108.0}),
        ({"pace_score": 3.0}, {"pace_score": -3.0}),
        ({"back_to_back": 1.0}, {"back_to_back": 0.0}),
    ],
)
def test_home_weak_defence_pace_and_resting_team_mates_raise_the_prediction(
    easier: dict[str, float], harder: dict[str, float]
) -> None:
    assert predict(**easier)[0] > predict(**harder)[0]


def test_a_steady_player_is_more_certain_but_few_games_say_little() -> None:
    steady, erratic = predict(points_std_last_10=2.0)[1], predict(points_std_last_10=11.0)[1]
    one_lucky_pair = predict(points_std_last_10=0.0, games_behind_last_10=2.0)[1]

    assert steady < predict()[1] < erratic
    assert steady < one_lucky_pair


def test_an_unknown_spread_is_the_populations() -> None:
    mean, spread = predict(points_std_last_10=np.nan)

    assert spread == pytest.approx((12.85 + 2.26 * mean) ** 0.5)


def test_nobody_is_certain() -> None:
    bench = dict.fromkeys(("points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10"), 0.0)

    assert predict(**bench)[1] >= 3.0


def test_a_prediction_does_not_depend_on_who_else_is_in_the_request() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame([REGULAR] * 50, columns=list(SYSTEM.feature_names)).astype(np.float64)
    frame["points_avg_last_5"] = rng.uniform(0, 35, 50)
    frame["home_away"] = rng.integers(0, 2, 50)
    together = SYSTEM.predict(frame)

    for n in (0, 17, 49):
        alone = SYSTEM.predict(frame.iloc[[n]])
        assert (alone.mean[0], alone.spread[0]) == (together.mean[n], together.spread[n])
