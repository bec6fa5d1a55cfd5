"""A player's game: real days, and rules that need made-up ones (season 2042-43)."""

from __future__ import annotations

from typing import Any

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.player_game_summary.player_game_summary_processor import PROCESSOR
from tests.data_processors.comparison import differences
from tests.data_processors.league_rows import game, other_line, player_box, put, quote, shot, team_boxes
from tests.data_processors.recompute import Tables
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-12-22")


def test_every_column_agrees_with_the_raw_responses(real_days: Warehouse, recomputed: Tables) -> None:
    ours = table(real_days, PROCESSOR.output, *DAYS)
    assert differences(ours, recomputed.player_games, ("game_id", "player_id")) == []


def test_a_known_day_has_all_its_players_and_points(real_days: Warehouse) -> None:
    rows = table(real_days, PROCESSOR.output, "2024-11-04", "2024-11-04")
    assert (len(rows), rows.points.sum()) == (312, 3364)
    assert rows[["paint_attempts", "mid_range_attempts", "three_attempts"]].sum().sum() == 2662


def test_a_date_alone_gives_the_very_rows_of_the_range(real_days: Warehouse) -> None:
    assert run(real_days, PROCESSOR, "2024-11-06", "2024-11-06").rows_changed == 0


@pytest.fixture(scope="module")
def made_up(phase_warehouse: Warehouse) -> dict[int, dict[str, Any]]:
    """One charted game of the season 2042-43, by player."""
    of = game("0024200001", "2042-11-01", "BOS", "NYK")
    put(
        phase_warehouse,
        games=[of],
        teams=team_boxes(of),
        players=[
            player_box(of, "BOS", 1, minutes=24, points=20, fga=10, fta=5, fgm=7, fg3m=2, tov=3),
            player_box(of, "BOS", 2, points=22),
            player_box(of, "BOS", 3, minutes=0, points=0),
            player_box(of, "NYK", 4, points=30),
            player_box(of, "NYK", 5, points=10),
        ],
        shots=[
            shot(of, "BOS", 1, 1, "Restricted Area", 2, made=True),
            shot(of, "BOS", 1, 2, "In The Paint (Non-RA)", 2),
            shot(of, "BOS", 1, 3, "Mid-Range", 2, made=True),
            shot(of, "BOS", 1, 4, "Mid-Range", 3, made=True),
            shot(of, "BOS", 1, 5, "Backcourt", 3),
            shot(of, "BOS", 1, 6, "Left Corner 3", 3),
        ],
        quotes=[
            quote(of, 1, 25.5, "15:00"),
            quote(of, 1, 19.5, "22:59"),
            quote(of, 1, 40.5, "23:00"),
            quote(of, 1, 41.5, "23:30", bookmaker="book_b"),
            quote(of, 1, 21.5, "12:00", bookmaker="book_b"),
            quote(of, 1, 33.5, "22:59", bookmaker="book_c", is_main_line=False),
            quote(of, 1, 33.5, "22:59", bookmaker="book_d", market="player_points_alternate"),
            quote(of, 2, 22.0, "15:00"),
            quote(of, 3, 5.5, "15:00"),
            quote(of, 5, 12.5, "23:00"),
        ],
    )
    run(phase_warehouse, PROCESSOR, "2042-11-01", "2042-11-01")
    rows = table(phase_warehouse, PROCESSOR.output, "2042-11-01", "2042-11-01")
    return {r["player_id"]: r for r in rows.to_dict("records")}


def test_the_points_line_is_each_bookmakers_last_main_line_before_tip_off(made_up: dict[int, dict[str, Any]]) -> None:
    row = made_up[1]
    # 19.5 at book_a and 21.5 at book_b: the lower of the two middle ones, never 20.5, which nobody offered.
    assert (row["points_line"], row["points_line_bookmakers"]) == (19.5, 2)
    assert row["points_line_snapshot_at"].isoformat() == "2042-11-01T22:59:00+00:00"


def test_a_line_met_exactly_is_a_push(made_up: dict[int, dict[str, Any]]) -> None:
    assert {i: made_up[i]["over_under_result"] for i in (1, 2)} == {1: "OVER", 2: "PUSH"}


def test_who_did_not_play_has_no_result(made_up: dict[int, dict[str, Any]]) -> None:
    assert (made_up[3]["points_line"], made_up[3]["over_under_result"]) == (5.5, None)


def test_a_quote_stamped_at_tip_off_is_no_line(made_up: dict[int, dict[str, Any]]) -> None:
    row = made_up[5]
    assert (row["points_line"], row["points_line_bookmakers"], row["over_under_result"]) == (None, 0, None)


def test_rates_worked_out_by_hand(made_up: dict[int, dict[str, Any]]) -> None:
    row = made_up[1]
    assert row["usage_rate"] == pytest.approx(100 * (10 + 2.2 + 3) * 48 / (24 * (80 + 11 + 12)))
    assert row["ts_pct"] == pytest.approx(20 / (2 * (10 + 2.2)))
    assert row["efg_pct"] == pytest.approx(0.8)


def test_no_attempts_and_no_minutes_give_no_rates(made_up: dict[int, dict[str, Any]]) -> None:
    assert (made_up[2]["ts_pct"], made_up[2]["efg_pct"], made_up[2]["usage_rate"]) == (None, None, 0)
    assert made_up[3]["usage_rate"] is None


def test_a_shot_that_counted_three_was_beyond_the_arc(made_up: dict[int, dict[str, Any]]) -> None:
    row = made_up[1]
    assert (row["paint_attempts"], row["mid_range_attempts"], row["three_attempts"]) == (2, 1, 3)
    assert (row["paint_makes"], row["mid_range_makes"], row["three_makes"]) == (1, 1, 1)


def test_no_shots_on_a_chart_are_zero_and_without_a_chart_unknown(
    made_up: dict[int, dict[str, Any]], phase_warehouse: Warehouse
) -> None:
    assert (made_up[4]["three_attempts"], made_up[4]["source_quality"]) == (0, "boxscore+team+shots")
    of = game("0024200002", "2042-11-03", "BOS", "NYK")
    put(phase_warehouse, games=[of], players=[player_box(of, "BOS", 1)])
    run(phase_warehouse, PROCESSOR, "2042-11-03", "2042-11-03")
    row = table(phase_warehouse, PROCESSOR.output, "2042-11-03", "2042-11-03").iloc[0]
    assert (row["three_attempts"], row["usage_rate"], row["source_quality"]) == (None, None, "boxscore")


def test_preseason_and_all_star_games_are_no_player_games(phase_warehouse: Warehouse) -> None:
    of = game("0014200009", "2042-10-09", "BOS", "NYK", season_type="Pre Season")
    put(phase_warehouse, games=[of], players=[player_box(of, "BOS", 1)], teams=team_boxes(of))
    assert run(phase_warehouse, PROCESSOR, "2042-10-09", "2042-10-09").rows_changed == 0


def test_a_vanished_box_score_takes_its_row_along(phase_warehouse: Warehouse) -> None:
    of = game("0024200007", "2042-12-07", "BOS", "NYK")
    put(phase_warehouse, games=[of], players=[player_box(of, "BOS", 1), player_box(of, "BOS", 2)])
    assert run(phase_warehouse, PROCESSOR, "2042-12-07", "2042-12-07").rows_changed == 2
    phase_warehouse.execute(
        "DELETE FROM nba_raw.player_boxscores WHERE game_id = '0024200007' AND player_id = 2",
        work=["vanish"],
        table="nba_raw.player_boxscores",
    )
    assert run(phase_warehouse, PROCESSOR, "2042-12-07", "2042-12-07").rows_changed == 1
    assert list(table(phase_warehouse, PROCESSOR.output, "2042-12-07", "2042-12-07").player_id) == [1]


def other_lines_of(of: dict[str, Any], minutes: int = 48, **first: Any) -> list[dict[str, Any]]:
    """Five lines a team of a game that BOS wins by five."""
    return [
        other_line(of, team, 10 * side + n, minutes=minutes, points=points, fga=16, tov=2, **(first if n == 1 else {}))
        for side, (team, points) in enumerate((("BOS", 21), ("NYK", 20)))
        for n in range(1, 6)
    ]


def by_player(warehouse: Warehouse, day: str) -> dict[int, dict[str, Any]]:
    run(warehouse, PROCESSOR, day, day)
    return {r["player_id"]: r for r in table(warehouse, PROCESSOR.output, day, day).to_dict("records")}


def test_another_source_stands_in_where_the_leagues_lines_are_missing(phase_warehouse: Warehouse) -> None:
    of = game("0024200011", "2042-11-11", "BOS", "NYK")
    put(
        phase_warehouse,
        games=[of],
        other_lines=[*other_lines_of(of), other_line(of, "BOS", 99, minutes=0)],
        quotes=[quote(of, 1, 20.5, "15:00")],
    )
    rows = by_player(phase_warehouse, "2042-11-11")
    assert len(rows) == 10
    row = rows[1]
    assert (row["points"], row["win"], row["over_under_result"]) == (21, True, "OVER")
    assert (row["source_quality"], row["season_type"]) == ("balldontlie+players", "Regular Season")
    assert row["usage_rate"] == pytest.approx(100 * 18 * 48 / (48 * 90))
    # The league's lines, once there, take the place of all of them.
    put(phase_warehouse, players=[player_box(of, "BOS", 1, points=22)])
    late = by_player(phase_warehouse, "2042-11-11")
    assert [(n, r["points"], r["source_quality"]) for n, r in late.items()] == [(1, 22, "boxscore")]


def test_lines_of_a_game_in_progress_stand_in_for_nothing(phase_warehouse: Warehouse) -> None:
    of = game("0024200012", "2042-11-13", "BOS", "NYK")
    put(phase_warehouse, games=[of], other_lines=other_lines_of(of, minutes=40))
    assert by_player(phase_warehouse, "2042-11-13") == {}


def test_who_is_not_resolved_has_no_row_but_counts_for_his_team(phase_warehouse: Warehouse) -> None:
    of = game("0024200013", "2042-11-15", "BOS", "NYK")
    lines = other_lines_of(of)
    lines[0] |= {"player_id": None}
    put(phase_warehouse, games=[of], other_lines=lines)
    rows = by_player(phase_warehouse, "2042-11-15")
    assert len(rows) == 9
    assert rows[2]["usage_rate"] == pytest.approx(100 * 18 * 48 / (48 * 90))


def test_a_starter_is_one_whom_any_source_calls_so(phase_warehouse: Warehouse) -> None:
    of = game("0024200014", "2042-11-17", "BOS", "NYK")
    put(
        phase_warehouse,
        games=[of],
        players=[player_box(of, "BOS", n) for n in (1, 2, 3)],
        other_lines=[
            other_line(of, "BOS", 1, source="espn_boxscore", starter=True),
            other_line(of, "BOS", 2, source="espn_boxscore", starter=False),
        ],
    )
    rows = by_player(phase_warehouse, "2042-11-17")
    assert [rows[n]["starter"] for n in (1, 2, 3)] == [True, False, None]
