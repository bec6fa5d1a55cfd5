"""Reads everything that a date's predictions need, for all players, by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from common.warehouse import Warehouse
from predictions.requests import PlayerInput, Quote

_SQL = Path(__file__).with_name("load_inputs.sql")


@cache
def _statement(feature_names: tuple[str, ...]) -> str:
    columns = ",\n  ".join(f"f.{name}" for name in feature_names)
    return _SQL.read_text(encoding="utf-8").replace("{features}", columns)


def load_inputs(
    warehouse: Warehouse, game_date: date, now: datetime, feature_names: Sequence[str]
) -> list[PlayerInput]:
    """The players of `game_date` whose games start after `now`, with features and quotes as of `now`.

    Ordered by game and player. A quoted player without a row in the feature store has `features` None.
    """
    names = tuple(feature_names)
    found = warehouse.query(_statement(names), {"game_date": game_date, "now": now}).rows
    return [_player(row, names) for row in found]


def _player(row: dict[str, Any], feature_names: tuple[str, ...]) -> PlayerInput:
    features = {n: None if row[n] is None else float(row[n]) for n in feature_names}
    return PlayerInput(
        game_id=row["game_id"],
        player_id=row["player_id"],
        player_name=row["player_name"],
        team=row["team"],
        opponent=row["opponent"],
        tip_off=row["tip_off"],
        feature_version=row["feature_version"],
        features_quality=row["features_quality"],
        features=features if row["has_features"] else None,
        quotes=tuple(Quote(**q) for q in row["quotes"] or ()),
    )
