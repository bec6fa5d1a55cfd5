"""Walks forward through the past: train on what was known, predict the block, judge it, go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from common.errors import NotReadyError
from common.warehouse import Warehouse
from predictions.backtest.block_store import BlockStore, DoneBlock, Fingerprints
from predictions.backtest.judging import judge
from predictions.backtest.quotes import consensus_of, quotes
from predictions.backtest.retraining import Block, Retrain, retraining_blocks
from predictions.backtest.rivals import Forecast, rivals
from predictions.systems.base import MARKET_COLUMNS, MARKET_LINE
from predictions.training.out_of_sample import KEY
from predictions.training.train import train
from predictions.training.training_rows import training_features, training_rows

OnBlock = Callable[[Block, int, int, bool], None]


@dataclass(frozen=True)
class BacktestInputs:
    """Everything that a backtest reads, in memory.

    `rows`: player-games that were played (`training_rows`), from the history's first date to the last; `quoted`:
    the quotes of the dates to predict (`quotes`).
    """

    rows: pd.DataFrame
    quoted: pd.DataFrame
    feature_version: str


@dataclass(frozen=True)
class Backtest:
    """`judged`: one row a player-game and predictor (`judging.judge`); `trainings`: one entry a block."""

    judged: pd.DataFrame
    trainings: list[dict[str, Any]]
    first_game_date: date
    feature_version: str


def read_inputs(warehouse: Warehouse, history_from: date, first: date, last: date) -> BacktestInputs:
    """Features, outcomes and quotes by a statement a quarter each."""
    rows, version = training_rows(warehouse, history_from, last)
    return BacktestInputs(rows, quotes(warehouse, first, last), version)


def walk_forward(
    inputs: BacktestInputs,
    first: date,
    last: date,
    retrain: Retrain,
    folder: Path,
    on_block: OnBlock = lambda _block, _done, _total, _before: None,
) -> Backtest:
    """Every block of `first` … `last`; finished ones are kept in `folder` and not computed again.

    `on_block` is told of each that has ended: block, number, of how many, whether it was there before. NotReadyError
    where there is too little to learn from, or nothing to judge.
    """
    # Sorted by date for the fingerprints.
    rows = inputs.rows.sort_values(["game_date", *KEY], ignore_index=True)
    quoted = inputs.quoted.sort_values(["game_date", *KEY, "bookmaker"], ignore_index=True)
    fingerprints = Fingerprints([rows, quoted], inputs.feature_version)
    store = BlockStore(folder)
    blocks = retraining_blocks(first, last, retrain)
    record: pd.DataFrame | None = None
    done: list[DoneBlock] = []
    for number, block in enumerate(blocks, start=1):
        asked, points = asked_of(rows, quoted, block)
        if asked.empty:
            on_block(block, number, len(blocks), True)
            continue
        fingerprint = fingerprints.of(block)
        found = store.load(block, fingerprint)
        if found is None:
            made = predict_block(rows, asked, points, quoted, block, record)
            store.keep(block, fingerprint, made)
        result = found or made
        record = result.record
        done.append(result)
        on_block(block, number, len(blocks), found is not None)
    judged = pd.concat([d.judged for d in done], ignore_index=True) if done else pd.DataFrame()
    if judged.empty:
        raise NotReadyError("no quoted player-game was played in the range", first=first, last=last)
    return Backtest(judged, [d.training for d in done], rows["game_date"].min(), inputs.feature_version)


def asked_of(rows: pd.DataFrame, quoted: pd.DataFrame, block: Block) -> tuple[pd.DataFrame, np.ndarray]:
    """(what is known before the block's games, points scored): the played player-games that were quoted.

    The frame has KEY, game_date, features and the market as it stood at the cut-off, and no outcome.
    """
    inside = rows[(rows["game_date"] >= block.first) & (rows["game_date"] <= block.last)]
    market = consensus_of(quoted[(quoted["game_date"] >= block.first) & (quoted["game_date"] <= block.last)])
    # The training's own market columns are the last quotes before tip-off; a prediction is made earlier.
    known = inside.drop(columns=list(MARKET_COLUMNS)).merge(market, on=KEY, how="inner")
    known = known[known[MARKET_LINE].notna()].reset_index(drop=True)
    return known[[*KEY, "game_date", *training_features(), *MARKET_COLUMNS]], known["points"].to_numpy(np.float64)


def predict_block(
    rows: pd.DataFrame,
    asked: pd.DataFrame,
    points: np.ndarray,
    quoted: pd.DataFrame,
    block: Block,
    record: pd.DataFrame | None,
) -> DoneBlock:
    """Train on the rows before the block, predict `asked`, judge it by `points`. `record`: an earlier training's."""
    known = rows[rows["game_date"] <= block.trained_through]
    trained = train(known, block.trained_through, record)
    forecasts: dict[str, Forecast] = {}
    for system in trained.systems(str(block.trained_through)):
        made = system.predict(asked)
        forecasts[system.system_id] = Forecast(made.quantile(0.5), made.mean, made)
    forecasts |= rivals(known, asked)
    inside = quoted[(quoted["game_date"] >= block.first) & (quoted["game_date"] <= block.last)]
    judged = judge(forecasts, asked, points, inside)
    training = {
        "first": str(block.first),
        "last": str(block.last),
        "trained_through": str(trained.through),
        "trained_from": str(trained.first),
        "training_rows": trained.rows,
        "past_predictions": len(trained.record),
        "asked": len(asked),
        "judged": int(len(judged) / len(forecasts)),
        "weights": {k: round(v, 4) for k, v in trained.weights.market.items()},
        "shift": round(trained.weights.shift, 4),
        "calibration": [round(v, 4) for v in trained.weights.calibration.as_json()],
        "calibrations": {k: [round(v, 4) for v in c.as_json()] for k, c in trained.calibrations.items()},
    }
    return DoneBlock(judged, trained.record, training)
