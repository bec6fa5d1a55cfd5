"""A weak defence where he shoots raises the prediction; what is unknown moves nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from predictions.systems.zone_matchup import CREDIBILITY, ZoneMatchup

SYSTEM = ZoneMatchup()
SHOOTER = {
    "points_avg_season": 20.0,
    "points_avg_last_10": 24.0,
    "fga_ewma_hl8": 15.0,
    "pct_paint": 0.2,
    "pct_mid_range": 0.1,
    "pct_three": 0.7,
    "opponent_paint_vs_league": 0.0,
    "opponent_mid_range_vs_league": 0.0,
    "opponent_three_vs_league": 4.0,
}


def mean(**changes: float) -> float:
    frame = pd.DataFrame([SHOOTER | changes]).astype(np.float64)
    return float(SYSTEM.predict(frame).mean[0])


def test_each_zone_counts_by_its_share_its_worth_and_the_defence() -> None:
    assert mean() == pytest.approx(20 + CREDIBILITY * 15 * 0.7 * 3 * 0.04)


def test_the_same_defence_means_less_to_who_does_not_shoot_there() -> None:
    assert mean(pct_three=0.1, pct_paint=0.8) < mean()


def test_without_a_shot_chart_it_is_the_season_mean() -> None:
    assert mean(pct_paint=np.nan) == 20
    assert mean(opponent_three_vs_league=np.nan) == 20


def test_before_the_first_game_of_a_season_the_last_ten_stand_in() -> None:
    assert mean(points_avg_season=np.nan, pct_paint=np.nan) == 24
    assert np.isnan(mean(points_avg_season=np.nan, points_avg_last_10=np.nan))


def test_a_frame_without_a_feature_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="pct_three"):
        SYSTEM.predict(pd.DataFrame([SHOOTER]).drop(columns="pct_three"))
