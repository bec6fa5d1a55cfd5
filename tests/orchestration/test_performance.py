"""Rolled-up grades against an independent computation: once a player-game, at the main line, clustered by game."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from common.context import Context
from orchestration.performance import SystemPerformance, performance
from orchestration.performance_plots import write_plots

pytestmark = pytest.mark.stack
NOW = datetime(2033, 1, 1, tzinfo=UTC)


def row(day: date, game: int, player: int, **changes: Any) -> dict[str, Any]:
    """A graded row: OVER 20.5 at 1.9 of one bookmaker, prediction 22, 25 points scored."""
    made = {
        "prediction_id": uuid.uuid4().hex,
        "game_id": f"{game:010d}",
        "game_date": str(day),
        "season": "2032-33",
        "player_id": player,
        "system_id": "s",
        "model_version": "1",
        "bookmaker": "fanduel",
        "line": 20.5,
        "over_price": 1.9,
        "under_price": 1.9,
        "fair_p_over": 0.5,
        "predicted_points": 22.0,
        "p_over": 0.6,
        "p_under": 0.4,
        "expected_value": 0.14,
        "recommendation": "OVER",
        "status": "graded",
        "minutes": 30,
        "actual_points": 25,
        "crps": 3.0,
        "quantile_50": 21,
        "pinball": 1.5,
        "was_current_at_tip_off": True,
        "created_at": NOW.isoformat(),
        "tip_off": NOW.isoformat(),
        "loaded_at": NOW.isoformat(),
    }
    made |= changes
    over = made["actual_points"] > made["line"]
    push = made["actual_points"] == made["line"]
    won = None if push or made["recommendation"] == "PASS" else over == (made["recommendation"] == "OVER")
    price = made["over_price"] if made["recommendation"] == "OVER" else made["under_price"]
    p_side = made["p_over"] if over else made["p_under"]
    return made | {
        "signed_error": made["predicted_points"] - made["actual_points"],
        "absolute_error": abs(made["predicted_points"] - made["actual_points"]),
        "line_absolute_error": abs(made["line"] - made["actual_points"]),
        "log_score": None if push else -math.log(p_side),
        "brier": None if push else (made["p_over"] - over) ** 2,
        "hit": won,
        "profit": None if made["recommendation"] == "PASS" else 0 if push else (price - 1 if won else -1),
    }


def graded(context: Context, day: date, rows: list[dict[str, Any]]) -> SystemPerformance:
    context.warehouse.load("nba_predictions.prediction_accuracy", rows, work=[uuid.uuid4()])
    found = {s.system_id: s for s in performance(context.warehouse, day, day)}
    return found["s"]


def test_a_player_game_counts_once_at_the_main_line_and_bets_at_the_best_price(context: Context) -> None:
    day = date(2033, 1, 3)
    books = [
        row(day, 1, 7, bookmaker="a", line=19.5, p_over=0.66, p_under=0.34, expected_value=0.2, over_price=1.8),
        row(day, 1, 7, bookmaker="b", fair_p_over=0.48),
        row(day, 1, 7, bookmaker="c", fair_p_over=0.52, recommendation="PASS", expected_value=0.0),
    ]

    system = graded(context, day, books)

    assert system.n == 1
    assert system.mean("absolute_error") == 3.0
    assert system.mean("line_absolute_error") == 4.5
    assert system.as_json()["mae_of_median"] == 4.0
    assert system.mean("log_loss") == pytest.approx(-math.log(0.6))
    assert system.mean("market_log_loss") == pytest.approx(-math.log(0.5))
    assert (system.metrics["roi"].n, system.mean("roi")) == (1, pytest.approx(0.8))


def test_two_rivals_are_measured_on_the_same_player_games(context: Context) -> None:
    day = date(2033, 1, 9)
    warehouse = context.warehouse
    quoted = [
        row(day, 1, 7, line=19.5, fair_p_over=0.48),
        row(day, 2, 8, line=21.5, fair_p_over=0.53, actual_points=12),
    ]
    warehouse.load("nba_predictions.prediction_accuracy", quoted, work=[uuid.uuid4()])
    feature = {
        "game_date": str(day),
        "season": "2032-33",
        "player_name": "Somebody",
        "feature_version": "v2",
        "features_present": 1,
        "quality": 0.01,
        "source_flags": "B",
        "loaded_at": NOW.isoformat(),
    }
    features = [
        feature | {"game_id": f"{1:010d}", "player_id": 7, "points_ewma_hl8": 23.5},
        feature | {"game_id": f"{3:010d}", "player_id": 9, "points_ewma_hl8": 50.0},
    ]
    warehouse.load("nba_precompute.ml_feature_store", features, work=[uuid.uuid4()])

    found = {s.system_id: s for s in performance(warehouse, day, day)}

    assert sorted(found) == ["ewma", "market", "s"]
    market, ewma = found["market"], found["ewma"]
    assert (market.n, market.mean("absolute_error"), market.mean("signed_error")) == (2, (5.5 + 9.5) / 2, 2.0)
    assert market.mean("log_loss") == pytest.approx(-(math.log(0.48) + math.log(0.47)) / 2)
    assert market.mean("log_loss") == pytest.approx(found["s"].mean("market_log_loss"))
    assert market.mean("brier") == pytest.approx((0.52**2 + 0.53**2) / 2)
    assert (ewma.n, ewma.mean("absolute_error"), ewma.mean("log_loss"), ewma.as_json()["bets"]) == (1, 1.5, None, 0)
    assert found["s"].metrics["ewma_absolute_error"].n == 1


def test_replaced_versions_void_and_unquoted_players_stay_out(context: Context) -> None:
    day = date(2033, 1, 4)
    rows = [
        row(day, 1, 1),
        row(day, 1, 2, was_current_at_tip_off=False),
        row(day, 1, 3, status="void", actual_points=0),
        row(day, 1, 4, status="no_line"),
    ]

    assert graded(context, day, rows).n == 1


def test_intervals_take_the_players_of_a_game_together(context: Context) -> None:
    day = date(2033, 1, 5)
    errors = {1: [1.0, 3.0], 2: [6.0], 3: [2.0, 2.0, 5.0]}
    rows = [
        row(day, game, 10 * game + n, predicted_points=25.0 + e)
        for game, found in errors.items()
        for n, e in enumerate(found)
    ]

    estimate = graded(context, day, rows).metrics["absolute_error"]

    mean = sum(map(sum, errors.values())) / 6
    between = sum((sum(found) - mean * len(found)) ** 2 for found in errors.values())
    assert (estimate.n, estimate.games, estimate.mean) == (6, 3, pytest.approx(mean))
    assert estimate.standard_error == pytest.approx(math.sqrt(3 / 2 * between) / 6)


def test_a_push_counts_for_errors_and_not_for_probabilities(context: Context) -> None:
    day = date(2033, 1, 6)

    system = graded(context, day, [row(day, 1, 1), row(day, 2, 2, line=25.0, status="push")])

    assert (system.n, system.metrics["log_loss"].n, system.metrics["hit_rate"].n) == (2, 1, 1)
    assert (system.metrics["roi"].n, system.mean("roi")) == (2, pytest.approx(0.45))


def test_calibration_is_said_against_happened(context: Context) -> None:
    day = date(2033, 1, 7)
    said = [(0.62, 25), (0.66, 18), (0.31, 12), (0.35, 14)]
    rows = [row(day, n, n, p_over=p, p_under=1 - p, actual_points=points) for n, (p, points) in enumerate(said, 1)]

    system = graded(context, day, rows)

    assert [(c["tenth"], c["n"], c["over_rate"]) for c in system.calibration] == [(3, 2, 0.0), (6, 2, 0.5)]
    assert system.ece == pytest.approx((2 * 0.33 + 2 * 0.14) / 4)


def test_pictures_open_without_a_network(context: Context, tmp_path: Path) -> None:
    day = date(2033, 1, 8)

    pages = write_plots([graded(context, day, [row(day, 1, 1)])], tmp_path, note="one day")

    assert [p.name for p in pages] == ["calibration.html", "error_by_line.html", "cumulative_return.html"]
    assert (tmp_path / "plotly.min.js").is_file()
    assert all("https://cdn" not in p.read_text() for p in pages)
