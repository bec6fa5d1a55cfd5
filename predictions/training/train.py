"""Trains what is trained, on the player-games of a period, and measures it on what it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import lightgbm as lgb
import numpy as np
import pandas as pd

from common.errors import NotReadyError
from predictions.systems.base import MARKET_LINE, PredictionSystem
from predictions.systems.calibration import Calibrated, Calibration, given_no_push
from predictions.systems.ensemble import Ensemble, Weights
from predictions.systems.gradient_boosting import GradientBoosting
from predictions.systems.moving_average_baseline import MovingAverageBaseline
from predictions.systems.residuals import ResidualTable
from predictions.systems.similarity_balanced import PastGames, SimilarityBalanced
from predictions.systems.zone_matchup import ZoneMatchup
from predictions.training.out_of_sample import GAMES_BEHIND, MINIMUM_ROWS, fit_boosters, out_of_sample, p_over_column
from predictions.training.weights import learn_weights

SEEDS = (1, 2, 3)
RECORD_DAYS = 365  # weights and calibration are learned on the last year: rules, pace and bookmakers change
FORMULAS: tuple[PredictionSystem, ...] = (MovingAverageBaseline(), ZoneMatchup())
MEMBERS = (*(f.system_id for f in FORMULAS), SimilarityBalanced.system_id, GradientBoosting.system_id)


@dataclass(frozen=True)
class Trained:
    """The fitted parts.

    `calibrations` by system id, of those that do not look at the market; `record` is what weights and calibrations were
    learned on, and can be handed to the next training.
    """

    through: date
    first: date
    rows: int
    boosters: tuple[lgb.Booster, ...]
    residuals: ResidualTable
    past: PastGames
    weights: Weights
    calibrations: Mapping[str, Calibration]
    record: pd.DataFrame
    metrics: dict[str, float]

    def systems(self, version: str) -> tuple[PredictionSystem, ...]:
        """All five systems under `version`: what is a formula is calibrated by the training, too."""
        members: tuple[PredictionSystem, ...] = (
            *FORMULAS,
            SimilarityBalanced(self.past, version),
            GradientBoosting(self.boosters, self.residuals, version),
        )
        calibrated = (Calibrated(m, self.calibrations[m.system_id], version) for m in members)
        return (*calibrated, Ensemble(members, self.weights, version))


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
    residuals = ResidualTable.fit(level[seen], points[seen])
    return Trained(
        through=through,
        first=known["game_date"].min(),
        rows=len(known),
        boosters=tuple(fit_boosters(known, SEEDS)),
        residuals=residuals,
        past=PastGames.of(known, known["points"].to_numpy(np.float64)),
        weights=learn_weights(record, MEMBERS),
        calibrations=_calibrations(record, residuals),
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


def _calibrations(record: pd.DataFrame, residuals: ResidualTable) -> dict[str, Calibration]:
    """Of each member, by what it said of past lines without having seen their month."""
    line, points, level = (record[c].to_numpy(np.float64) for c in (MARKET_LINE, "points", GradientBoosting.system_id))
    columns = {m: p_over_column(m) for m in MEMBERS if m != GradientBoosting.system_id}
    said = {m: record[c].to_numpy(np.float64) for m, c in columns.items()}
    said[GradientBoosting.system_id] = given_no_push(residuals.about(level), line)
    return {m: Calibration.fit(said[m], line, points) for m in MEMBERS}


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
