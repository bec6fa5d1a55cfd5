"""Tables do not depend on the order in which dates are computed, and a correction reaches what depends on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE
from data_processors.spans import ordered
from tests.data_processors.raw_responses import dates
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
WEEKS = ("2024-10-22", "2024-11-04")
SEASON = ("2024-10-22", "2024-12-22")
PROCESSORS = ordered(PHASE.processors)
CONTEXT = "nba_analytics.upcoming_player_game_context"
BOX = "nba_raw.player_boxscores"
Rows = dict[tuple[Any, ...], dict[str, Any]]


def rows_of(warehouse: Warehouse, span: tuple[str, str]) -> dict[str, Rows]:
    """All rows of the five tables, by table and key."""
    found = {}
    for processor in PROCESSORS:
        frame = table(warehouse, processor.output, *span).astype(object)
        frame = frame.where(frame.notna(), None)
        found[processor.output] = {tuple(r[k] for k in processor.key): r for r in frame.to_dict("records")}
    return found


def compute(warehouse: Warehouse, days: Sequence[str]) -> None:
    for day in days:
        for processor in PROCESSORS:
            run(warehouse, processor, day, day)


def empty(warehouse: Warehouse) -> None:
    for processor in PROCESSORS:
        sql = f"DELETE FROM {processor.output} WHERE game_date BETWEEN '{WEEKS[0]}' AND '{WEEKS[1]}'"
        warehouse.execute(sql, work=[uuid.uuid4().hex], table=processor.output)


def test_by_day_backwards_and_as_one_range_the_tables_are_equal(real_days: Warehouse) -> None:
    as_one_range = rows_of(real_days, WEEKS)
    assert min(len(rows) for rows in as_one_range.values()) > 200
    days = dates(*WEEKS)
    empty(real_days)
    compute(real_days, days)
    assert rows_of(real_days, WEEKS) == as_one_range

    empty(real_days)
    compute(real_days, days[::-1])
    # Who may play follows from summaries of earlier dates, which came later: the context alone is due again.
    backwards = rows_of(real_days, WEEKS)
    assert {name for name, rows in backwards.items() if rows != as_one_range[name]} == {CONTEXT}
    (context,) = (p for p in PROCESSORS if p.output == CONTEXT)
    for day in days[::-1]:
        run(real_days, context, day, day)
    assert rows_of(real_days, WEEKS) == as_one_range


def test_a_late_correction_of_points_reaches_exactly_the_rows_that_depend_on_it(real_days: Warehouse) -> None:
    before = rows_of(real_days, SEASON)
    games = before["nba_analytics.player_game_summary"].values()
    day = "2024-11-04"
    # One more point leaves him over his line, so that averages change and no result does.
    corrected = min(
        (r for r in games if r["game_date"] == day and r["over_under_result"] == "OVER"),
        key=lambda r: r["player_id"],
    )
    game_id, player_id = corrected["game_id"], corrected["player_id"]
    add_points(real_days, game_id, player_id, 1)
    for processor in PROCESSORS:
        run(real_days, processor, *SEASON)
    after = rows_of(real_days, SEASON)

    changed = {
        name: {key for key in rows.keys() | after[name].keys() if rows.get(key) != after[name].get(key)}
        for name, rows in before.items()
    }
    assert changed.pop("nba_analytics.player_game_summary") == {(game_id, player_id)}
    played = [r["game_date"] for r in games if r["player_id"] == player_id and r["minutes"]]
    depends = {
        key
        for key, r in before[CONTEXT].items()
        if key[1] == player_id and r["game_date"] > day and sum(day <= d < r["game_date"] for d in played) <= 10
    }
    assert len(depends) >= 10
    assert changed.pop(CONTEXT) == depends
    assert all(keys == set() for keys in changed.values()), "no team's row depends on one player's points"

    add_points(real_days, game_id, player_id, -1)
    for processor in PROCESSORS:
        run(real_days, processor, *SEASON)
    assert rows_of(real_days, SEASON) == before


def add_points(warehouse: Warehouse, game_id: str, player_id: int, points: int) -> None:
    sql = f"UPDATE {BOX} SET points = points + {points} WHERE game_id = '{game_id}' AND player_id = {player_id}"
    warehouse.execute(sql, work=[uuid.uuid4().hex], table=BOX)
