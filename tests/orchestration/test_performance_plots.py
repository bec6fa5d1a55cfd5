"""What the pictures show: no point that a handful of games made, one colour a system, no panel without probability."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchestration.performance import Estimate, SystemPerformance
from orchestration.performance_plots import calibration_figure, cumulative_return_figure, error_by_line_figure

THOUSANDS = {"tenth": 5, "n": 1000, "mean_p_over": 0.52, "over_rate": 0.5}
HANDFUL = {"tenth": 9, "n": 3, "mean_p_over": 0.95, "over_rate": 0.0}


def system(name: str, calibration: tuple[dict[str, Any], ...] = (THOUSANDS, HANDFUL)) -> SystemPerformance:
    return SystemPerformance(
        name,
        {"absolute_error": Estimate(1003, 60, 5.3, 0.1)},
        calibration,
        ({"line_from": 20, "n": 1003, "mae": 5.3, "line_mae": 5.2, "bias": 0.1},),
        ({"game_date": date(2024, 11, 4), "bets": 9, "profit": 1.5},),
    )


def test_a_tenth_of_a_handful_is_left_out_and_the_others_have_their_bars() -> None:
    diagonal, points = calibration_figure([system("a")]).data
    assert list(diagonal.x) == [0, 1]
    assert list(points.x) == [0.52]
    # Wilson's interval of 500 of 1,000, from the tables.
    assert points.error_y.array[0] == pytest.approx(0.0309, abs=1e-4)
    assert points.error_y.arrayminus[0] == pytest.approx(0.0309, abs=1e-4)


def test_a_rival_without_a_probability_has_no_panel() -> None:
    figure = calibration_figure([system("a"), system("ewma", calibration=())])
    assert [note.text for note in figure.layout.annotations] == ["a"]


def test_a_system_has_one_colour_in_all_pictures() -> None:
    systems = [system("a"), system("b"), system("ewma", calibration=()), system("market")]
    by_line = {bar.name: bar.marker.color for bar in error_by_line_figure(systems).data}
    returns = {line.name: line.line.color for line in cumulative_return_figure(systems).data}
    points = [trace.marker.color for trace in calibration_figure(systems).data if trace.mode == "markers"]
    assert by_line == returns
    assert len(set(by_line.values())) == 4
    assert points == [by_line[name] for name in ("a", "b", "market")]


def test_the_line_stands_for_itself_only_where_the_market_does_not() -> None:
    assert [bar.name for bar in error_by_line_figure([system("a")]).data] == ["a", "the line"]
    assert [bar.name for bar in error_by_line_figure([system("a"), system("market")]).data] == ["a", "market"]
