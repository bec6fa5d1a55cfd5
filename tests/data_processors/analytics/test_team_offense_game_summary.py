"""A team's game on offence, real days."""

from __future__ import annotations

import pytest

from common.warehouse import Warehouse
from tests.data_processors.comparison import differences
from tests.data_processors.recompute import Tables
from tests.data_processors.warehouse_rows import table

pytestmark = pytest.mark.stack
TABLE = "nba_analytics.team_offense_game_summary"
DAYS = ("2024-10-22", "2024-12-22")


def test_every_column_agrees_with_the_raw_responses(real_days: Warehouse, recomputed: Tables) -> None:
    assert differences(table(real_days, TABLE, *DAYS), recomputed.team_games, ("game_id", "team")) == []


def test_dallas_against_indiana_worked_out_by_hand(real_days: Warehouse) -> None:
    rows = table(real_days, TABLE, "2024-11-04", "2024-11-04").set_index("team")
    dallas = rows.loc["DAL"]
    # 46 of 89 with 15 threes, 20 of 25 free throws, 8 turnovers, 5 offensive rebounds, 127 points, 240 minutes
    assert dallas["possessions"] == pytest.approx(89 + 11 + 8 - 5)
    assert dallas["offensive_rating"] == pytest.approx(100 * 127 / 103)
    assert dallas["ts_pct"] == pytest.approx(127 / 200)
    assert dallas["efg_pct"] == pytest.approx((46 + 7.5) / 89)
    assert dallas["pace"] == pytest.approx((103 + rows.loc["IND", "possessions"]) / 2)
    assert len(rows) == 30


def test_rounded_team_minutes_are_no_overtime(real_days: Warehouse) -> None:
    rows = table(real_days, TABLE, *DAYS)
    assert {238, 239, 241, 242} <= set(rows[rows.overtime_periods == 0].minutes)
    assert set(rows[rows.overtime_periods == 1].minutes) <= set(range(261, 270))
    assert set(rows.overtime_periods) == {0, 1}


def test_shots_by_zone_add_up_to_the_box_score(real_days: Warehouse) -> None:
    rows = table(real_days, TABLE, *DAYS)
    rows = rows[rows.paint_attempts.notna()]
    assert len(rows) == 780  # of 816: the charts of some games are missing
    assert list(rows.paint_attempts + rows.mid_range_attempts + rows.three_attempts) == list(rows.fga)
    assert list(rows.paint_makes + rows.mid_range_makes + rows.three_makes) == list(rows.fgm)


def test_on_a_neutral_floor_the_schedule_says_who_is_at_home(real_days: Warehouse) -> None:
    rows = table(real_days, TABLE, "2024-11-02", "2024-11-02")
    mexico_city = rows[rows.game_id == "0022400147"].set_index("team")
    assert mexico_city.is_home.to_dict() == {"WAS": True, "MIA": False}
