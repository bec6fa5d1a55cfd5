"""Nothing of a game, and nothing stamped after its tip-off, reaches what is said of it beforehand."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAY, NEXT = "2024-11-08", "2024-11-09"
BEFOREHAND = (
    "upcoming_player_game_context",
    "upcoming_team_game_context",
    "player_daily_cache",
    "ml_feature_store",
)
PROCESSORS = [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]


def rows_changed(warehouse: Warehouse, first: str, last: str) -> dict[str, int]:
    """Run everything over a range; rows that changed, by processor."""
    return {p.name: run(warehouse, p, first, last).rows_changed for p in PROCESSORS}


def change(warehouse: Warehouse, table_name: str, sql: str) -> None:
    warehouse.execute(sql, work=[uuid.uuid4().hex], table=table_name)


@contextmanager
def another_result(warehouse: Warehouse) -> Iterator[None]:
    """Every box score of DAY tells another story, then the true one again."""
    box = "nba_raw.player_boxscores"
    team = "nba_raw.team_boxscores"
    shots = "nba_raw.shots"
    for sign, zones in (("+", ("Mid-Range", "Corner")), ("-", ("Corner", "Mid-Range"))):
        if sign == "-":
            yield
        change(
            warehouse,
            box,
            f"UPDATE {box} SET points = points {sign} 31, minutes = minutes {sign} 9, fga = fga {sign} 7, "
            f"ftm = ftm {sign} 3, player_name = IF('{sign}' = '+', CONCAT(player_name, '*'), RTRIM(player_name, '*')), "
            f"win = NOT win WHERE game_date = '{DAY}'",
        )
        change(
            warehouse,
            team,
            f"UPDATE {team} SET points = points {sign} 40, tov = tov {sign} 11, minutes = minutes {sign} 25, "
            f"win = NOT win WHERE game_date = '{DAY}'",
        )
        change(
            warehouse,
            shots,
            f"UPDATE {shots} SET zone_basic = '{zones[1]}', shot_value = IF('{sign}' = '+', 3, 2) "
            f"WHERE game_date = '{DAY}' AND zone_basic = '{zones[0]}'",
        )


def test_the_result_of_a_game_changes_nothing_that_was_said_of_it_before(real_days: Warehouse) -> None:
    with another_result(real_days):
        changed = rows_changed(real_days, DAY, DAY)
        assert changed["player_game_summary"] == 296  # the result itself is another one
        assert changed["team_offense_game_summary"] == changed["team_defense_game_summary"] == 26
        assert {name: changed[name] for name in BEFOREHAND} == dict.fromkeys(BEFOREHAND, 0)
        # It is history for the next day, so a window that forgot to look would be found out here.
        after = {name: n for name, n in rows_changed(real_days, NEXT, NEXT).items() if name in BEFOREHAND}
        assert min(after.values()) > 0
    rows_changed(real_days, DAY, NEXT)


def test_a_game_without_a_result_has_the_same_rows_as_after_it(real_days: Warehouse) -> None:
    for name in ("player_boxscores", "team_boxscores", "shots"):
        kept = f"CREATE TABLE nba_staging.kept_{name} AS SELECT * FROM nba_raw.{name} WHERE game_date = '{DAY}'"
        change(real_days, f"nba_raw.{name}", kept)
        change(real_days, f"nba_raw.{name}", f"DELETE FROM nba_raw.{name} WHERE game_date = '{DAY}'")
    changed = rows_changed(real_days, DAY, DAY)
    assert changed["player_game_summary"] == 296  # all gone
    assert {name: changed[name] for name in BEFOREHAND} == dict.fromkeys(BEFOREHAND, 0)
    for name in ("player_boxscores", "team_boxscores", "shots"):
        change(real_days, f"nba_raw.{name}", f"INSERT INTO nba_raw.{name} SELECT * FROM nba_staging.kept_{name}")
    assert rows_changed(real_days, DAY, DAY)["player_game_summary"] == 296


@pytest.mark.parametrize(("minutes_after", "counts"), [(-1, True), (0, False), (120, False)])
def test_a_quote_counts_when_it_is_stamped_before_tip_off(
    real_days: Warehouse, minutes_after: int, counts: bool
) -> None:
    stamp = f"TIMESTAMP_ADD(g.tip_off, INTERVAL {minutes_after} MINUTE)"
    props, lines = "nba_raw.player_prop_lines", "nba_raw.game_lines"
    change(
        real_days,
        props,
        f"INSERT INTO {props} SELECT q.* REPLACE (q.line + 9 AS line, {stamp} AS snapshot_at) "
        f"FROM {props} AS q JOIN nba_analytics.games AS g ON g.game_id = q.game_id "
        f"WHERE q.game_date = '{DAY}' AND q.is_main_line",
    )
    change(
        real_days,
        lines,
        f"INSERT INTO {lines} SELECT q.* REPLACE (q.point + 9 AS point, {stamp} AS snapshot_at) "
        f"FROM {lines} AS q JOIN nba_analytics.games AS g ON g.game_id = q.game_id WHERE q.game_date = '{DAY}'",
    )
    changed = rows_changed(real_days, DAY, DAY)
    touched = {"player_game_summary", "upcoming_player_game_context", "upcoming_team_game_context", "ml_feature_store"}
    assert {name for name, n in changed.items() if n} == (touched if counts else set())
    restore(real_days, props, lines)


def restore(warehouse: Warehouse, props: str, lines: str) -> None:
    """Take the added quotes away: they repeat a bookmaker at a moment when no true snapshot was taken."""
    for name in (props, lines):
        change(
            warehouse,
            name,
            f"DELETE FROM {name} AS q WHERE q.game_date = '{DAY}' AND EXISTS (SELECT 1 FROM nba_analytics.games AS g "
            "WHERE g.game_id = q.game_id AND q.snapshot_at >= TIMESTAMP_SUB(g.tip_off, INTERVAL 1 MINUTE))",
        )
    rows_changed(warehouse, DAY, DAY)


def test_a_tampered_with_day_is_as_it_was_in_the_end(real_days: Warehouse) -> None:
    rows = table(real_days, "nba_precompute.ml_feature_store", DAY, DAY)
    assert (rows.line_snapshot_at.dropna() < rows.tip_off[rows.line_snapshot_at.notna()]).all()
    assert rows.vegas_points_line.max() < 40
