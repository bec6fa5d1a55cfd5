"""A team's game on defence: the other side of the opponent's box score."""

from __future__ import annotations

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.team_defense_game_summary.team_defense_game_summary_processor import PROCESSOR
from tests.data_processors.comparison import differences
from tests.data_processors.league_rows import game, put, team_boxes
from tests.data_processors.recompute import Tables
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-12-22")


def test_every_column_agrees_with_the_raw_responses(real_days: Warehouse, recomputed: Tables) -> None:
    ours = table(real_days, PROCESSOR.output, *DAYS)
    assert differences(ours, recomputed.team_defenses, ("game_id", "team")) == []


def test_what_one_team_allows_is_what_the_other_makes(real_days: Warehouse) -> None:
    defense = table(real_days, PROCESSOR.output, *DAYS).set_index(["game_id", "opponent"])
    offense = table(real_days, "nba_analytics.team_offense_game_summary", *DAYS).set_index(["game_id", "team"])
    columns = ["points", "offensive_rating", "pace", "paint_attempts"]
    both = defense.join(offense.rename_axis(["game_id", "opponent"])[columns])
    assert len(both) == len(offense) > 800
    assert (both.points_allowed == both.points).all()
    assert (both.defensive_rating == both.offensive_rating).all()
    assert (both.opponent_pace == both.pace).all()
    charted = both[both.paint_attempts.notna()]
    assert len(charted) > 700
    assert (charted.opp_paint_attempts == charted.paint_attempts).all()


def test_dallas_held_by_indiana_worked_out_by_hand(real_days: Warehouse) -> None:
    rows = table(real_days, PROCESSOR.output, "2024-11-04", "2024-11-04").set_index("team")
    indiana = rows.loc["IND"]
    assert (indiana["opponent"], indiana["points_allowed"], indiana["turnovers_forced"]) == ("DAL", 127, 8)
    assert indiana["defensive_rating"] == pytest.approx(100 * 127 / 103)
    assert indiana["opp_efg_pct"] == pytest.approx((46 + 7.5) / 89)


def test_a_game_with_one_teams_line_has_no_defence_yet(phase_warehouse: Warehouse) -> None:
    half = game("0024200301", "2043-01-03", "BOS", "NYK")
    put(phase_warehouse, games=[half], teams=team_boxes(half)[:1])
    assert run(phase_warehouse, PROCESSOR, "2043-01-03", "2043-01-03").rows_changed == 0


def test_without_a_shot_chart_zones_are_unknown(phase_warehouse: Warehouse) -> None:
    of = game("0024200302", "2043-01-05", "BOS", "NYK")
    put(phase_warehouse, games=[of], teams=team_boxes(of))
    run(phase_warehouse, PROCESSOR, "2043-01-05", "2043-01-05")
    rows = table(phase_warehouse, PROCESSOR.output, "2043-01-05", "2043-01-05")
    assert list(rows.opp_three_attempts) == [None, None]
    assert list(rows.source_quality) == ["boxscore", "boxscore"]
