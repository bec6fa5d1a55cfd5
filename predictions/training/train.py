"""Trains what is trained, on the player-games of a period, and measures it on what it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import lightgbm as lgb
import numpy as np
import pandas as pd

from common.errors import NotReadyError
from predictions.systems.base import MARKET_LINE, PredictionSystem
from predictions.systems.ensemble import Ensemble, Weights
from predictions.systems.gradient_boosting import GradientBoosting
from predictions.systems.moving_average_baseline import MovingAverageBaseline
from predictions.systems.residuals import ResidualTable
from predictions.systems.similarity_balanced import PastGames, SimilarityBalanced
from predictions.systems.zone_matchup import ZoneMatchup
from predictions.training.out_of_sample import GAMES_BEHIND, MINIMUM_ROWS, fit_boosters, out_of_sample
from predictions.training.weights import learn_weights

SEEDS = (1, 2, 3)
RECORD_DAYS = 365  # weights and calibration are learned on the last year: rules, pace and bookmakers change
FORMULAS: tuple[PredictionSystem, ...] = (MovingAverageBaseline(), ZoneMatchup())
MEMBERS = (*(f.system_id for f in FORMULAS), SimilarityBalanced.system_id, GradientBoosting.system_id)


@dataclass(frozen=True)
class Trained:
    """The fitted parts; `record` is what the weights were learned on, and can be handed to the next training."""

    through: date
    first: date
    rows: int
    boosters: tuple[lgb.Booster, ...]
    residuals: ResidualTable
    past: PastGames
    weights: Weights
    record: pd.DataFrame
    metrics: dict[str, float]

    def systems(self, version: str) -> tuple[PredictionSystem, ...]:
        """All five systems, the trained ones under `version`."""
        trained = (
            *FORMULAS,
            SimilarityBalanced(self.past, version),
            GradientBoosting(self.boosters, self.residuals, version),
        )
        return (*trained, Ensemble(trained, self.weights, version))


def train(rows: pd.DataFrame, through: date, earlier: pd.DataFrame | None = None) -> Trained:
    """Fit on the rows (`training_rows`) of game dates up to `through`; later ones are not looked at.

    `earlier` is the record of a training through an earlier date on the same rows: its whole months are taken over
    instead of predicted anew. NotReadyError when there is too little to learn from.
    """
    known = rows[rows["game_date"] <= through].sort_values(["game_date", "game_id", "player_id"], ignore_index=True)
    if (known[GAMES_BEHIND] >= 1).sum() < MINIMUM_ROWS:
        raise NotReadyError("too few player-games to train on", through=through, rows=len(known), least=MINIMUM_ROWS)
    record = _record(known, through, earlier)
    if len(record) < MINIMUM_ROWS:
        raise NotReadyError(
            "too few past predictions to learn weights on: the rows must reach some months before the date",
            through=through,
            predictions=len(record),
            least=MINIMUM_ROWS,
        )
    level = record[GradientBoosting.system_id].to_numpy(np.float64)
    points = record["points"].to_numpy(np.float64)
    seen = ~np.isnan(level)
    return Trained(
        through=through,
        first=known["game_date"].min(),
        rows=len(known),
        boosters=tuple(fit_boosters(known, SEEDS)),
        residuals=ResidualTable.fit(level[seen], points[seen]),
        past=PastGames.of(known, known["points"].to_numpy(np.float64)),
        weights=learn_weights(record, MEMBERS),
        record=record,
        metrics=_metrics(record),
    )


def _record(known: pd.DataFrame, through: date, earlier: pd.DataFrame | None) -> pd.DataFrame:
    first = (through - timedelta(days=RECORD_DAYS)).replace(day=1)
    if earlier is None or earlier.empty:
        return out_of_sample(known, first, through, FORMULAS)
    # The last month of a record may be cut; it is predicted anew.
    latest: date = earlier["game_date"].max()
    whole = latest.replace(day=1)
    kept: pd.DataFrame = earlier[(earlier["game_date"] >= first) & (earlier["game_date"] < whole)]
    new = out_of_sample(known, max(first, whole), through, FORMULAS)
    return pd.concat([kept, new], ignore_index=True)


def _metrics(record: pd.DataFrame) -> dict[str, float]:
    """Mean absolute error of each member on the record, over all rows and over those with a line."""
    quoted = record[record[MARKET_LINE].notna()]
    errors = {"out_of_sample_rows": float(len(record)), "quoted_rows": float(len(quoted))}
    for name in MEMBERS:
        errors[f"mae_{name}"] = float((record["points"] - record[name]).abs().mean())
    if len(quoted):
        for name in (*MEMBERS, MARKET_LINE):
            errors[f"mae_quoted_{name}"] = float((quoted["points"] - quoted[name]).abs().mean())
    return errors
