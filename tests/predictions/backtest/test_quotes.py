"""Which quotes a backtest predicts with: those that stood half an hour before the game's tip-off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common.context import Context
from predictions.backtest.quotes import quotes
from tests.predictions.training import test_training_rows as rows

pytestmark = pytest.mark.stack
DAY = date(2034, 1, 5)
FIRST_TIP_OFF = datetime(2034, 1, 6, 0, 0, tzinfo=UTC)
CUT_OFF = FIRST_TIP_OFF - timedelta(minutes=30)


@pytest.fixture(scope="module")
def found(warehouse_settings: Any) -> list[tuple[Any, ...]]:
    """Two games of a date, the later three hours after the first; quotes at several moments."""
    context = Context(warehouse_settings)
    starts = {"0023300001": FIRST_TIP_OFF, "0023300002": FIRST_TIP_OFF + timedelta(hours=3)}
    for game_id, tip_off in starts.items():
        key = {"game_id": game_id, "player_id": 1, "game_date": DAY, "feature_version": "v2", "tip_off": tip_off}
        rows.insert(context, "nba_precompute.ml_feature_store", **key)

    def quote(game: str, player: int, book: str, line: float, at: datetime, **changes: Any) -> None:
        values = {
            **{"game_id": f"002330000{game}", "game_date": DAY, "player_id": player, "bookmaker": book, "line": line},
            **{"market": "player_points", "over_price": 1.9, "under_price": 1.9, "is_main_line": True},
            # The odds feed's own start differs from the schedule's, which holds.
            **{"snapshot_at": at, "tip_off": starts[f"002330000{game}"] + timedelta(minutes=10), "source": "odds"},
        }
        rows.insert(context, "nba_raw.player_prop_lines", **values | changes)

    morning = CUT_OFF - timedelta(hours=8)
    quote("1", 1, "a", 19.5, morning)
    quote("1", 1, "a", 20.5, CUT_OFF)
    quote("1", 1, "b", 21.5, CUT_OFF)
    quote("1", 1, "b", 28.5, CUT_OFF, is_main_line=False)
    quote("1", 1, "c", 30.5, morning)  # withdrawn since
    quote("1", 1, "a", 25.5, CUT_OFF + timedelta(minutes=1))
    quote("1", 1, "d", 26.5, CUT_OFF, market="player_assists")
    quote("2", 2, "a", 9.5, morning)
    quote("2", 2, "a", 11.5, CUT_OFF + timedelta(hours=3))
    quote("2", 2, "a", 13.5, CUT_OFF + timedelta(hours=3, seconds=1))
    made = quotes(context.warehouse, DAY, DAY)
    return [tuple(r) for r in made[["game_id", "player_id", "bookmaker", "line"]].to_numpy().tolist()]


def test_the_newest_snapshot_before_the_cut_off_counts_whole(found: list[tuple[Any, ...]]) -> None:
    assert [r for r in found if r[0] == "0023300001"] == [
        ("0023300001", 1, "a", 20.5),
        ("0023300001", 1, "b", 21.5),
    ]


def test_a_later_game_of_the_date_has_a_cut_off_of_its_own(found: list[tuple[Any, ...]]) -> None:
    assert [r for r in found if r[0] == "0023300002"] == [("0023300002", 2, "a", 11.5)]
