"""Grades of a real day against a computation of their own, straight from the recorded responses."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from common.warehouse import Warehouse
from data_processors.grading.prediction_accuracy.prediction_accuracy_processor import PROCESSOR
from tests.data_processors import raw_responses
from tests.data_processors.warehouse_rows import run as run_processor
from tests.end_to_end.pipeline import Finished, opened

pytestmark = pytest.mark.stack
DAY = "2024-11-04"
GRADED = (
    "status",
    "actual_points",
    "outcome",
    "signed_error",
    "absolute_error",
    "line_absolute_error",
    "crps",
    "log_score",
    "brier",
    "hit",
    "profit",
    "closing_line",
    "closing_line_value",
    "quantile_10",
    "quantile_50",
    "quantile_90",
    "pinball",
    "was_current_at_tip_off",
)


# Read off quotes and box scores by hand: who was quoted and did not play, and at which lines.
VOID = {
    "Giannis Antetokounmpo": {29.5},
    "Zion Williamson": {28.5},
    "Lauri Markkanen": {20.5, 21.5},
    "Dean Wade": {6.5},
    "Dereck Lively II": {8.5},
    "Kevin Huerter": {8.5},
    "Jaime Jaquez Jr.": {9.5},
    "Bronny James": {1.5},
}


def grades(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Every prediction of the day with its distribution and its grade."""
    return warehouse.query(
        "SELECT p.*, d.cdf, "
        + ", ".join(f"a.{c} AS graded_{c}" for c in GRADED)
        + " FROM nba_predictions.player_prop_predictions AS p "
        "LEFT JOIN nba_predictions.prediction_accuracy AS a USING (prediction_id) "
        "LEFT JOIN nba_predictions.predictive_distributions AS d ON d.distribution_id = p.distribution_id "
        f"AND d.game_date = p.game_date WHERE p.game_date = '{DAY}'"
    ).rows


@pytest.fixture(scope="module")
def day(five_days: Finished) -> list[dict[str, Any]]:
    with opened(five_days.data_dir) as warehouse:
        return grades(warehouse)


@pytest.fixture(scope="module")
def responses(recorded: Path) -> raw_responses.Responses:
    season = raw_responses.read(recorded, raw_responses.dates("2024-10-22", "2024-11-08"), ["2024-25"])
    players = season.players[season.players["game_date"] == DAY]
    quotes = season.props[season.props["game_date"] == DAY]
    season.players, season.props = players, quotes
    return season


def crps(cdf: list[float], points: int) -> float:
    longer = [*cdf, *[1.0] * (points + 1 - len(cdf))]
    return sum((f - (k >= points)) ** 2 for k, f in enumerate(longer))


def pinball(level: float, quantile: int, points: int) -> float:
    return max(level * (points - quantile), (level - 1) * (points - quantile))


def expected(row: dict[str, Any], box: pd.DataFrame, closing: dict[tuple[str, int, str], Any]) -> dict[str, Any]:
    """The grade of a prediction by the rules as they are told in words, one row at a time."""
    made = dict.fromkeys(GRADED)
    made["was_current_at_tip_off"] = row["closed_at"] is None or row["closed_at"] >= row["tip_off"]
    last = closing.get((row["game_id"], row["player_id"], row["bookmaker"]))
    if last is not None and last.snapshot_at > row["line_snapshot_at"]:
        made["closing_line"] = last.line
        if row["recommendation"] in ("OVER", "UNDER"):
            gained = last.line - row["line"]
            made["closing_line_value"] = gained if row["recommendation"] == "OVER" else -gained
    mine = box[(box["game_id"] == row["game_id"]) & (box["player_id"] == row["player_id"])]
    bet = row["recommendation"] in ("OVER", "UNDER")
    if mine.empty or not mine.iloc[0]["minutes"]:
        return made | {"status": "void", "profit": 0 if bet else None}
    points, line = int(mine.iloc[0]["points"]), row["line"]
    made["actual_points"] = points
    if row["cdf"]:
        made["crps"] = crps(row["cdf"], points)
        levels = (0.1, 0.5, 0.9)
        found = [next(k for k, f in enumerate(row["cdf"]) if f >= level) for level in levels]
        made |= {f"quantile_{round(100 * level)}": q for level, q in zip(levels, found, strict=True)}
        made["pinball"] = sum(pinball(level, q, points) for level, q in zip(levels, found, strict=True)) / 3
    if row["predicted_points"] is not None:
        made["signed_error"] = row["predicted_points"] - points
        made["absolute_error"] = abs(row["predicted_points"] - points)
    if line is None:
        return made | {"status": "no_line"}
    made["line_absolute_error"] = abs(line - points)
    if points == line:
        return made | {"status": "push", "outcome": "PUSH", "profit": 0 if bet else None}
    outcome = "OVER" if points > line else "UNDER"
    made |= {"status": "graded", "outcome": outcome}
    if row["p_over"] is not None:
        over = row["p_over"] / (row["p_over"] + row["p_under"])
        made["log_score"] = -math.log(over if outcome == "OVER" else 1 - over)
        made["brier"] = (over - (outcome == "OVER")) ** 2
    if bet:
        won = row["recommendation"] == outcome
        price = row["over_price"] if outcome == "OVER" else row["under_price"]
        made |= {"hit": won, "profit": price - 1 if won else -1}
    return made


def closing_lines(responses: raw_responses.Responses) -> dict[tuple[str, int, str], Any]:
    """Each bookmaker's last main line before tip-off, by the league's own schedule."""
    starts = dict(zip(responses.schedule["game_id"], responses.schedule["tip_off"], strict=True))
    main = responses.props[responses.props["is_main_line"]].sort_values("snapshot_at", kind="stable")
    found = [q for q in main.itertuples() if q.snapshot_at < starts[q.game_id]]
    return {(q.game_id, q.player_id, q.bookmaker): q for q in found}


def differences(rows: list[dict[str, Any]], responses: raw_responses.Responses) -> list[tuple[Any, ...]]:
    """(player, column, graded, expected) of every value that the rules would have otherwise."""
    closing = closing_lines(responses)
    wrong = []
    for row in rows:
        for column, value in expected(row, responses.players, closing).items():
            found = row[f"graded_{column}"]
            same = found == value if value is None or isinstance(value, str | bool) else found == pytest.approx(value)
            if not same:
                wrong.append((row["player_name"], column, found, value))
    return wrong


def test_every_grade_of_the_day_follows_from_the_responses(
    day: list[dict[str, Any]], responses: raw_responses.Responses
) -> None:
    assert len(day) > 1000
    assert differences(day, responses) == []


def test_who_was_quoted_and_did_not_play_is_void_and_gets_his_stake_back(day: list[dict[str, Any]]) -> None:
    found: dict[str, set[float]] = {}
    for row in day:
        if row["graded_status"] == "void" and row["line"] is not None:
            found.setdefault(row["player_name"], set()).add(row["line"])
            assert row["graded_profit"] == (0 if row["recommendation"] in ("OVER", "UNDER") else None)
    assert found == VOID


def test_figures_of_the_day_read_by_hand(day: list[dict[str, Any]]) -> None:
    # Jokić scored 28 against Toronto: under 29.5 at FanDuel (1.90 over, 1.87 under) and DraftKings (1.83, 1.91).
    jokic = [r for r in day if r["player_name"] == "Nikola Jokić" and r["bookmaker"] in ("fanduel", "draftkings")]
    assert {(r["bookmaker"], r["line"], r["over_price"], r["under_price"]) for r in jokic} == {
        ("fanduel", 29.5, 1.9, 1.87),
        ("draftkings", 29.5, 1.83, 1.91),
    }
    assert {(r["graded_actual_points"], r["graded_outcome"], r["graded_line_absolute_error"]) for r in jokic} == {
        (28, "UNDER", 1.5)
    }
    backed = [r for r in jokic if r["recommendation"] == "OVER"]
    assert {r["graded_profit"] for r in backed} == {-1}


def test_a_line_that_is_met_exactly_is_a_push(
    five_days: Finished, responses: raw_responses.Responses, tmp_path: Path
) -> None:
    # The recorded bookmakers quote half points only, so the line is moved: in a copy, and graded again.
    copy = Path(shutil.copytree(five_days.data_dir, tmp_path / "copy"))
    with opened(copy) as warehouse:
        warehouse.execute(
            "UPDATE nba_predictions.player_prop_predictions SET line = 28.0, p_push = 0.05, p_over = p_over - 0.05 "
            f"WHERE game_date = '{DAY}' AND player_name IN ('Nikola Jokić', 'Jayson Tatum') AND bookmaker = 'fanduel'",
            {},
            work=["push"],
            table="nba_predictions.player_prop_predictions",
        )
        run_processor(warehouse, PROCESSOR, DAY, DAY)
        rows = grades(warehouse)
    pushed = [r for r in rows if r["graded_status"] == "push"]
    assert {(r["player_name"], r["graded_outcome"], r["graded_hit"]) for r in pushed} == {
        ("Nikola Jokić", "PUSH", None),
        ("Jayson Tatum", "PUSH", None),
    }
    assert {r["graded_profit"] for r in pushed if r["recommendation"] == "OVER"} == {0}
    assert differences(rows, responses) == []
