"""Dates in any order give the same tables, and a correction reaches exactly the rows that depend on it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pandas as pd
import pytest

from common.warehouse import Warehouse
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from tests.data_processors.comparison import differences
from tests.data_processors.raw_responses import Responses, dates
from tests.data_processors.recompute_context import contexts
from tests.data_processors.recompute_features import Recomputation
from tests.data_processors.recompute_games import Row, build
from tests.data_processors.warehouse_rows import run, table
from tests.leaks.tampering import DAYS, SUMMARIES, change

pytestmark = pytest.mark.stack
PROCESSORS = ordered(PRECOMPUTE.processors)
LAST = dates("2024-11-06", DAYS[1])
CORRECTED, PLAYER, GAME = "2024-11-06", 1629029, "0022400176"  # Luka Dončić against Chicago


def by_day(warehouse: Warehouse, days: list[str]) -> dict[str, pd.DataFrame]:
    """The tables of the last days after they were made anew, a day at a time."""
    for processor in PROCESSORS:
        change(warehouse, f"DELETE FROM {processor.output} WHERE game_date BETWEEN '{LAST[0]}' AND '{LAST[-1]}'")
    for day in days:
        for processor in PROCESSORS:
            run(warehouse, processor, day, day)
    return now(warehouse)


def now(warehouse: Warehouse) -> dict[str, pd.DataFrame]:
    return {p.name: table(warehouse, p.output, LAST[0], LAST[-1]) for p in PROCESSORS}


@pytest.mark.parametrize("turn", [sorted, lambda days: sorted(days, reverse=True)], ids=["by_day", "in_reverse"])
def test_day_by_day_gives_the_very_table_of_the_range(
    league: Warehouse, turn: Callable[[list[str]], list[str]]
) -> None:
    whole = now(league)
    again = by_day(league, turn(LAST))
    for processor in PROCESSORS:
        assert differences(again[processor.name], whole[processor.name], processor.key, tolerance=0.0) == []


def keys_that_differ(before: pd.DataFrame, after: pd.DataFrame) -> set[tuple[str, int]]:
    """The player-games whose rows are not the same."""
    old, new = ({(r["game_id"], r["player_id"]): r for r in f.to_dict("records")} for f in (before, after))
    assert old.keys() == new.keys()
    return {k for k in old if differences(pd.DataFrame([old[k]]), pd.DataFrame([new[k]]), ("game_id", "player_id"))}


def test_a_late_correction_reaches_exactly_the_rows_that_depend_on_it(
    league: Warehouse, league_responses: Responses
) -> None:
    """Three points more for one player, found three days later: form of his own, shares of his team-mates."""
    before = now(league)
    correct = f"WHERE game_id = '{GAME}' AND player_id = {PLAYER}"
    change(league, f"UPDATE nba_raw.player_boxscores SET points = points + 3 {correct}")
    for processor in SUMMARIES:
        run(league, processor, CORRECTED, CORRECTED)
    changed = {p.name: run(league, p, CORRECTED, DAYS[1]).rows_changed for p in PROCESSORS}
    after = now(league)
    expected = dependent(league_responses)
    for name, keys in expected.items():
        assert keys_that_differ(before[name], after[name]) == keys
        assert changed[name] == len(keys)
    assert {p for _, p in expected["player_daily_cache"]} == {PLAYER}
    assert len(expected["player_composite_factors"]) > len(expected["player_daily_cache"]) > 0
    # A feature store row changes when, and only when, a row behind it does in a column that it reads.
    features = keys_that_differ(before["ml_feature_store"], after["ml_feature_store"])
    assert features == expected["player_daily_cache"] | expected["player_composite_factors"]
    assert changed["team_defense_zone_analysis"] == changed["player_shot_zone_analysis"] == 0
    change(league, f"UPDATE nba_raw.player_boxscores SET points = points - 3 {correct}")
    for processor in SUMMARIES:
        run(league, processor, CORRECTED, CORRECTED)
    assert {p.name: run(league, p, CORRECTED, DAYS[1]).rows_changed for p in PROCESSORS} == changed


def dependent(responses: Responses) -> dict[str, set[tuple[str, int]]]:
    """The player-games whose recomputed rows differ, by table."""
    told = copy.copy(responses)
    told.players = responses.players.copy()
    line = (told.players.game_id == GAME) & (told.players.player_id == PLAYER)
    assert line.sum() == 1
    told.players.loc[line, "points"] += 3
    leagues = [build(r) for r in (responses, told)]
    context = contexts(leagues[0], LAST[0], LAST[-1])
    old, new = (Recomputation(x) for x in leagues)
    methods: dict[str, Callable[[Recomputation, Row], Row]] = {
        "player_daily_cache": Recomputation.cache,
        "player_composite_factors": Recomputation.composite,
    }
    return {
        name: {(r["game_id"], r["player_id"]) for r in context.to_dict("records") if method(old, r) != method(new, r)}
        for name, method in methods.items()
    }
