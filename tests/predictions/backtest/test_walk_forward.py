"""A backtest predicts with what was known, judges everyone on the same rows, and keeps what it has finished."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from common.errors import NotReadyError
from predictions.backtest import walk_forward as walking
from predictions.backtest.retraining import Block, retraining_blocks
from predictions.backtest.walk_forward import Backtest, BacktestInputs, walk_forward
from predictions.scoring import crps
from predictions.systems.base import MARKET_LINE
from predictions.systems.distributions import TabulatedDistributions
from predictions.training.train import MEMBERS
from tests.predictions.backtest.invented_market import inputs
from tests.predictions.training.invented import FIRST, player_games

START, END = FIRST + timedelta(days=106), FIRST + timedelta(days=124)  # three weeks, cut at both ends
EVERYONE = {*MEMBERS, "ensemble_v1", "market", "ewma"}
INPUTS = inputs()
SAID = ["system_id", "game_id", "player_id", "point", "mean", "p_over"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backtests")


@pytest.fixture(scope="module")
def made(folder: Path) -> Backtest:
    return walk_forward(INPUTS, START, END, "weekly", folder)


def said(judged: pd.DataFrame, through: date = END) -> pd.DataFrame:
    kept = judged.loc[judged["game_date"] <= through, SAID]
    return kept.sort_values(SAID[:3], ignore_index=True)


def test_everyone_is_judged_on_the_same_rows(made: Backtest) -> None:
    rows = {name: set(zip(r["game_id"], r["player_id"], strict=True)) for name, r in made.judged.groupby("system_id")}

    assert set(rows) == EVERYONE
    assert len({frozenset(r) for r in rows.values()}) == 1
    assert sum(t["judged"] for t in made.trainings) == len(rows["market"])


def test_each_week_is_predicted_by_a_model_that_ends_the_day_before_it(made: Backtest) -> None:
    for training in made.trainings:
        assert date.fromisoformat(training["trained_through"]) == date.fromisoformat(training["first"]) - timedelta(1)
        known = INPUTS.rows["game_date"] < date.fromisoformat(training["first"])
        assert training["training_rows"] == known.sum()


def test_without_the_rows_after_a_date_the_predictions_up_to_it_are_the_same(made: Backtest, tmp_path: Path) -> None:
    through = START + timedelta(days=9)
    cut = BacktestInputs(
        INPUTS.rows[INPUTS.rows["game_date"] <= through], INPUTS.quoted[INPUTS.quoted["game_date"] <= through], "v2"
    )
    alone = walk_forward(cut, START, END, "weekly", tmp_path)

    assert said(alone.judged)["game_id"].nunique() > 0
    pd.testing.assert_frame_equal(said(alone.judged), said(made.judged, through))


def test_what_is_scored_in_a_week_does_not_move_its_predictions(made: Backtest, tmp_path: Path) -> None:
    week = retraining_blocks(START, END, "weekly")[-1]
    rows = INPUTS.rows.copy()
    rows.loc[rows["game_date"] >= week.first, "points"] += 30.0
    doctored = walk_forward(BacktestInputs(rows, INPUTS.quoted, "v2"), START, END, "weekly", tmp_path)

    pd.testing.assert_frame_equal(said(doctored.judged), said(made.judged))
    assert doctored.judged["crps"].mean() > made.judged["crps"].mean()


def test_what_was_scored_the_week_before_does_move_them(made: Backtest, tmp_path: Path) -> None:
    """The canary above bites."""
    before, last = retraining_blocks(START, END, "weekly")[-2:]
    rows = INPUTS.rows.copy()
    rows.loc[rows["game_date"].between(before.first, before.last), "points"] += 30.0
    doctored = walk_forward(BacktestInputs(rows, INPUTS.quoted, "v2"), START, END, "weekly", tmp_path)

    mine, theirs = (j[j["game_date"] >= last.first] for j in (doctored.judged, made.judged))
    gap = (mine.set_index(SAID[:3])["mean"] - theirs.set_index(SAID[:3])["mean"]).groupby("system_id").mean()
    assert gap["gradient_boosting_v1"] > 0
    assert gap["market"] == 0


def test_a_model_is_asked_without_the_outcome() -> None:
    asked, points = walking.asked_of(INPUTS.rows, INPUTS.quoted, Block(START, START + timedelta(days=3)))

    assert "points" not in asked
    assert len(asked) == len(points) > 0


def test_the_market_of_a_prediction_is_that_of_its_own_quotes() -> None:
    moved = INPUTS.quoted.assign(line=INPUTS.quoted["line"] + 2.0)
    asked, _ = walking.asked_of(INPUTS.rows, moved, Block(START, END))
    rows = INPUTS.rows.set_index(["game_id", "player_id"]).loc[
        list(zip(asked["game_id"], asked["player_id"], strict=True))
    ]

    lift = 0.5 * (asked["player_id"].to_numpy() % 2)
    np.testing.assert_array_equal(asked[MARKET_LINE], rows[MARKET_LINE] + 2.0 + lift)


def test_finished_blocks_are_not_computed_again(made: Backtest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "predict_block", lambda *_: pytest.fail("computed again"))
    again = walk_forward(INPUTS, START, END, "weekly", folder)

    pd.testing.assert_frame_equal(again.judged, made.judged, check_exact=True)
    assert again.trainings == made.trainings


def test_a_kill_loses_one_block_and_changes_nothing(
    made: Backtest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = walking.predict_block, []

    def killed(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(walking, "predict_block", killed)
    with pytest.raises(KeyboardInterrupt):
        walk_forward(INPUTS, START, END, "weekly", tmp_path)
    resumed = walk_forward(INPUTS, START, END, "weekly", tmp_path)

    assert len(calls) == 1 + len(made.trainings)
    pd.testing.assert_frame_equal(resumed.judged, made.judged, check_exact=True)


def test_another_price_makes_its_block_anew_and_no_earlier_one(
    made: Backtest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = INPUTS.quoted.copy()
    quoted.loc[quoted["game_date"] == END, "over_price"] = 3.0
    anew: list[Block] = []
    real = walking.predict_block
    monkeypatch.setattr(walking, "predict_block", lambda *a: (anew.append(a[4]), real(*a))[1])
    walk_forward(BacktestInputs(INPUTS.rows, quoted, "v2"), START, END, "weekly", folder)

    assert anew == retraining_blocks(START, END, "weekly")[-1:]


def test_the_ensemble_comes_near_whoever_knows_the_truth(made: Backtest) -> None:
    """Outcomes are Poisson about a mean of which the line tells most: nobody can beat that distribution."""
    truth = player_games(125).set_index(["game_id", "player_id"])["truth"]
    score = {}
    for name in ("ensemble_v1", "market", "ewma"):
        rows = made.judged[made.judged["system_id"] == name]
        mean = truth.loc[list(zip(rows["game_id"], rows["player_id"], strict=True))].to_numpy()
        k = np.arange(101)
        logs = k * np.log(mean)[:, None] - mean[:, None] - np.cumsum(np.log(np.maximum(k, 1)))
        oracle = crps(TabulatedDistributions(_rising(np.exp(logs))), rows["points"].to_numpy())
        score[name] = rows["crps"].mean() / oracle.mean()
    print("CRPS beside the oracle's:", {n: round(v, 4) for n, v in score.items()})
    assert 0.99 < score["ensemble_v1"] < 1.03
    assert score["ensemble_v1"] < score["ewma"]


def _rising(mass: np.ndarray) -> np.ndarray:
    cumulative = np.minimum(np.cumsum(mass, axis=1), 1.0)
    cumulative[:, -1] = 1.0
    return cumulative


def test_a_range_without_quotes_has_nothing_to_judge(tmp_path: Path) -> None:
    none = BacktestInputs(INPUTS.rows, INPUTS.quoted.iloc[:0], "v2")
    with pytest.raises(NotReadyError, match="no quoted player-game"):
        walk_forward(none, START, END, "never", tmp_path)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    first, last = date(2024, 10, 30), date(2024, 11, 12)

    assert retraining_blocks(first, last, "weekly") == [
        Block(date(2024, 10, 30), date(2024, 11, 3)),
        Block(date(2024, 11, 4), date(2024, 11, 10)),
        Block(date(2024, 11, 11), date(2024, 11, 12)),
    ]
    assert [b.first for b in retraining_blocks(first, last, "monthly")] == [first, date(2024, 11, 1)]
    assert retraining_blocks(first, last, "never") == [Block(first, last)]
