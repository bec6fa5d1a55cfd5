"""A backtest's figures against their own computation, and what its report says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration.backtest_performance import performance_of, presumed_leaks
from orchestration.backtest_report import BacktestResult, write_report
from orchestration.performance import SystemPerformance
from predictions.backtest.walk_forward import Backtest

DAY = date(2024, 11, 4)


def judged(system_id: str, error: float, games: int = 40, seed: int = 3) -> pd.DataFrame:
    """Three player-games a game; point forecasts off by about `error` points; a bet on every third."""
    rng = np.random.default_rng(seed)
    n = 3 * games
    points = rng.integers(5, 35, n).astype(float)
    line = np.floor(points + rng.normal(0, 5, n)) + 0.5
    p = rng.uniform(0.3, 0.7, n)
    over = (points > line).astype(float)
    bet = np.arange(n) % 3 == 0
    return pd.DataFrame(
        {
            **{"system_id": system_id, "game_id": np.repeat([f"g{i:03d}" for i in range(games)], 3)},
            **{"player_id": np.arange(n), "game_date": [DAY + timedelta(days=int(i) // 30) for i in range(n)]},
            **{"market_points_line": line, "market_fair_p_over": 0.5, "points": points},
            **{"point": points + error * rng.choice([-1, 1], n), "mean": points + 0.25, "p_over": p},
            **{"went_over": over, "crps": error / 2, "pinball": error / 3},
            **{"log_loss": -np.log(np.where(over == 1, p, 1 - p)), "brier": (p - over) ** 2},
            **{"hit": np.where(bet, over, np.nan), "profit": np.where(bet, np.where(over == 1, 0.9, -1.0), np.nan)},
        }
    )


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.concat([judged("market", 5.0), judged("ensemble_v1", 4.9)], ignore_index=True)


def of(systems: list[SystemPerformance], name: str) -> SystemPerformance:
    return next(s for s in systems if s.system_id == name)


def test_every_predictor_has_an_entry_with_the_figures_of_grading(rows: pd.DataFrame) -> None:
    told = of(performance_of(rows), "ensemble_v1").as_json()
    mine = rows[rows["system_id"] == "ensemble_v1"]

    assert told["n"] == len(mine)
    assert told["mae"] == pytest.approx(4.9)
    assert told["bias"] == pytest.approx(0.25)
    assert told["log_loss"] == pytest.approx(mine["log_loss"].mean())
    assert told["bets"] == mine["profit"].notna().sum()
    assert told["roi"] == pytest.approx(mine["profit"].mean())
    assert told["hit_rate"] == pytest.approx(mine["hit"].mean())
    assert sum(r["n"] for r in told["calibration"]) == sum(r["n"] for r in told["error_by_line"]) == len(mine)
    assert sum(r["profit"] for r in told["daily_return"]) == pytest.approx(mine["profit"].sum())


def test_intervals_take_games_as_a_whole(rows: pd.DataFrame) -> None:
    """Three equal rows a game tell no more than one."""
    mine = rows[rows["system_id"] == "ensemble_v1"]
    thrice = pd.concat([mine.assign(player_id=mine["player_id"] + 1000 * i) for i in range(3)])
    (once,), (more,) = performance_of(mine), performance_of(thrice)

    assert more.metrics["brier"].n == 3 * once.metrics["brier"].n
    assert more.metrics["brier"].interval == pytest.approx(once.metrics["brier"].interval)


def test_more_than_three_percent_better_than_the_market_is_presumed_a_leak(rows: pd.DataFrame) -> None:
    assert not any("ensemble_v1" in w and "MAE" in w for w in presumed_leaks(performance_of(rows)))
    leaking = pd.concat([rows, judged("leaks_v1", 4.8)], ignore_index=True)
    assert any(w.startswith("leaks_v1: MAE 4.8") for w in presumed_leaks(performance_of(leaking)))


@pytest.mark.parametrize("name", ["report.md", "report.html"])
def test_the_report_says_period_rows_training_and_figures(rows: pd.DataFrame, tmp_path: Path, name: str) -> None:
    training = {
        **{"first": "2024-11-04", "last": "2024-11-10", "trained_through": "2024-11-03", "trained_from": "2022-10-18"},
        **{"training_rows": 12345, "past_predictions": 6000, "asked": 125, "judged": 120, "shift": 0.9},
        **{"weights": {"similarity_balanced_v1": 0.21, "zone_matchup_v1": 0.0}, "calibration": [0.0, 0.8]},
    }
    made = Backtest(rows, [training], date(2022, 10, 18), "v2")
    result = BacktestResult(DAY, DAY + timedelta(days=6), "weekly", "simulated", made, performance_of(rows))
    write_report(result, tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")

    for said in ("2024-11-04 to 2024-11-10", "120 player-games of 40 games", "(5 quoted", "weekly, 1 times", "4.900"):
        assert said in text
    assert "a simulated league" in text
    assert ("plotly" in text) == name.endswith(".html")
    told = result.as_json()
    assert {s["system_id"] for s in told["systems"]} == {"market", "ensemble_v1"}
    low, high = told["systems"][0]["intervals"]["roi"]
    assert low < told["systems"][0]["roi"] < high
