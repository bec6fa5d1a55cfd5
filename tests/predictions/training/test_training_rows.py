"""What a training reads: played games only, the outcome, and the last consensus before tip-off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from common.context import Context
from common.errors import NotReadyError
from predictions.training.training_rows import training_features, training_rows

pytestmark = pytest.mark.stack
DAY = date(2033, 1, 5)
TIP_OFF = datetime(2033, 1, 6, 0, 30, tzinfo=UTC)


def literal(value: Any) -> str:
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat()}'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return "NULL" if value is None else repr(value) if not isinstance(value, bool) else str(value).upper()


def insert(context: Context, table: str, **values: Any) -> None:
    """A row; required columns that are not given get a value of their type."""
    filler = {"STRING": "x", "INTEGER": 1, "INT64": 1, "FLOAT": 1.0, "FLOAT64": 1.0, "BOOLEAN": False, "BOOL": False}
    filler |= {"DATE": DAY, "TIMESTAMP": TIP_OFF}
    required = {f.name: filler[f.field_type] for f in context.warehouse.schema(table) if f.mode == "REQUIRED"}
    row = required | values
    shown = ", ".join(literal(v) for v in row.values())
    context.warehouse.query(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({shown})")


@pytest.fixture
def games(context: Context) -> Context:
    missing = set(training_features()) - set(context.warehouse.columns("nba_precompute.ml_feature_store"))
    if missing:
        pytest.skip(f"the feature store of this code lacks {sorted(missing)[0]} and {len(missing) - 1} others")
    global DAY, TIP_OFF
    DAY, TIP_OFF = DAY + timedelta(days=1), TIP_OFF + timedelta(days=1)  # dates of its own for each test
    return context


def player(context: Context, player_id: int, points: int | None, minutes: int | None, version: str = "v2") -> None:
    key = {"game_id": "0023200001", "player_id": player_id, "game_date": DAY}
    insert(context, "nba_analytics.player_game_summary", **key, points=points, minutes=minutes)
    insert(
        context, "nba_precompute.ml_feature_store", **key, feature_version=version, points_ewma_hl8=20.5, team_pace=None
    )


def quote(context: Context, bookmaker: str, line: float, over: float, under: float, **changes: Any) -> None:
    values = {
        "game_id": "0023200001",
        "game_date": DAY,
        "player_id": 1,
        "bookmaker": bookmaker,
        "market": "player_points",
        "line": line,
        "over_price": over,
        "under_price": under,
        "is_main_line": True,
        "snapshot_at": TIP_OFF - timedelta(hours=9),
        "tip_off": TIP_OFF,
    }
    insert(context, "nba_raw.player_prop_lines", **values | changes)


def test_only_played_games_teach_and_what_is_absent_stays_absent(games: Context) -> None:
    player(games, 1, 23, 34)
    player(games, 2, 0, 0)
    player(games, 3, None, None)

    rows, version = training_rows(games.warehouse, DAY, DAY)

    assert version == "v2"
    assert rows[["player_id", "points", "points_ewma_hl8"]].to_numpy().tolist() == [[1, 23.0, 20.5]]
    assert np.isnan(rows["team_pace"][0])
    assert np.isnan(rows["market_points_line"][0])


def test_the_consensus_is_the_middle_of_the_last_main_lines_before_tip_off(games: Context) -> None:
    player(games, 1, 23, 34)
    quote(games, "a", 19.5, 2.0, 2.0, snapshot_at=TIP_OFF - timedelta(hours=12))  # the book has moved since
    quote(games, "a", 20.5, 2.0, 2.0)
    quote(games, "b", 21.5, 1.8, 2.2)
    quote(games, "b", 30.5, 4.0, 1.2, is_main_line=False)
    quote(games, "c", 40.5, 2.0, 2.0, snapshot_at=TIP_OFF + timedelta(minutes=5))

    rows, _ = training_rows(games.warehouse, DAY, DAY)

    assert rows["market_points_line"][0] == 21.0
    assert rows["market_fair_p_over"][0] == pytest.approx((0.5 + 2.2 / 4.0) / 2)


def test_with_three_books_it_is_the_middle_one(games: Context) -> None:
    player(games, 1, 23, 34)
    for bookmaker, line in (("a", 20.5), ("b", 21.5), ("c", 25.5)):
        quote(games, bookmaker, line, 1.9, 1.9)

    assert training_rows(games.warehouse, DAY, DAY)[0]["market_points_line"][0] == 21.5


def test_the_order_of_the_quotes_does_not_matter_to_the_last_bit(games: Context) -> None:
    # Whether a finished block of a backtest still fits is told by the rows' bits.
    prices = ((1.83, 1.95), (1.87, 1.91), (2.05, 1.71), (1.77, 2.01), (1.93, 1.85), (1.69, 2.1), (1.8, 2.0))
    player(games, 1, 23, 34)
    for name, (over, under) in zip("abcdefg", prices, strict=True):
        quote(games, name, 20.5, over, under)
    player(games, 2, 23, 34)
    for name, (over, under) in zip("gfedcba", reversed(prices), strict=True):
        quote(games, name, 20.5, over, under, player_id=2)

    found = training_rows(games.warehouse, DAY, DAY)[0]["market_fair_p_over"]

    assert found[0] == found[1]
    assert found[0] == pytest.approx(np.mean([u / (o + u) for o, u in prices]), abs=1e-11)


def test_features_of_two_versions_are_not_mixed(games: Context) -> None:
    player(games, 1, 23, 34)
    player(games, 2, 11, 20, version="v1")

    with pytest.raises(NotReadyError, match="several versions"):
        training_rows(games.warehouse, DAY, DAY)


def test_no_games_is_not_ready(games: Context) -> None:
    with pytest.raises(NotReadyError, match="no played games"):
        training_rows(games.warehouse, date(2040, 1, 1), date(2040, 1, 2))
