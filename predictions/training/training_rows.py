"""Reads what a training learns from: one statement a quarter, so that an answer stays small."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from common.errors import NotReadyError
from common.warehouse import Warehouse
from predictions.systems.base import MARKET_COLUMNS
from predictions.systems.gradient_boosting import FEATURES
from predictions.systems.similarity_balanced import SCALES
from predictions.training.out_of_sample import GAMES_BEHIND
from predictions.training.train import FORMULAS

_SQL = Path(__file__).with_name("training_rows.sql")
_DAYS = 92


def training_features() -> tuple[str, ...]:
    """Every feature that a training reads, sorted."""
    formulas = {n for system in FORMULAS for n in system.feature_names}
    return tuple(sorted({*FEATURES, *SCALES, *formulas, GAMES_BEHIND}))


def training_rows(warehouse: Warehouse, first: date, last: date) -> tuple[pd.DataFrame, str]:
    """(rows, feature version) of the played player-games of `first` … `last`.

    Columns: game_id, player_id, game_date, points, the market's and all `training_features`, float64 with NaN for NULL.
    NotReadyError when there are none, or the features of the period are of more than one version.
    """
    names = training_features()
    statement = _SQL.read_text(encoding="utf-8").replace("{features}", ",\n  ".join(f"f.{n}" for n in names))
    found = []
    start = first
    while start <= last:
        end = min(start + timedelta(days=_DAYS - 1), last)
        found += warehouse.query(statement, {"first": start, "last": end}).rows
        start = end + timedelta(days=1)
    if not found:
        raise NotReadyError("no played games with features in the period", first=first, last=last)
    rows = pd.DataFrame(found)
    versions = sorted(rows.pop("feature_version").unique())
    if len(versions) > 1:
        raise NotReadyError(
            "features of several versions in the period: compute Phase 4 for all of it", versions=", ".join(versions)
        )
    numbers = ["points", *MARKET_COLUMNS, *names]
    return rows.assign(**{n: rows[n].astype(np.float64) for n in numbers}), str(versions[0])
