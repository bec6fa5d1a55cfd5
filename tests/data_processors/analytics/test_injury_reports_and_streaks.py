"""Who is reported out before tip-off, and how a player has done against his lines (season 2046-47, a real report)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common.ids import normalise_name
from common.warehouse import Warehouse
from data_processors.analytics.player_game_summary.player_game_summary_processor import PROCESSOR as PLAYER_GAMES
from data_processors.analytics.upcoming_player_game_context.upcoming_player_game_context_processor import PROCESSOR
from data_processors.raw.nbacom.injury_report import parse
from tests.data_processors.league_rows import day_after, game, injury, player_box, put, quote, team_boxes
from tests.data_processors.raw.samples import rows_of, sample
from tests.data_processors.warehouse_rows import insert, run, table

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def injured(phase_warehouse: Warehouse) -> dict[tuple[str, int], dict[str, Any]]:
    """Twelve games BOS at NYK in January 2047, and a thirteenth with injury reports on the 31st.

    Players 1 to 4 are regulars of BOS, 5 is a reserve, 6 a regular who has not played for 36 days, 7 of NYK.
    """
    days = [day_after("2047-01-01", 2 * n) for n in range(12)]
    past = [game(f"00246009{n:02d}", day, "NYK", "BOS") for n, day in enumerate(days)]
    old = game("0024600899", "2046-12-26", "NYK", "BOS")
    last = game("0024600999", "2047-01-31", "NYK", "BOS")
    unreported = game("0024600998", "2047-02-02", "NYK", "BOS")
    minutes = {1: 36, 2: 30, 3: 24, 4: 15, 5: 14}
    put(
        phase_warehouse,
        games=[old, *past, last, unreported],
        teams=[box for g in (old, *past) for box in team_boxes(g)],
        players=[
            player_box(old, "BOS", 6, minutes=34),
            *(
                player_box(g, "BOS", n, minutes=m, points=m // 2 + i)
                for i, g in enumerate(past)
                for n, m in minutes.items()
            ),
            *(player_box(g, "NYK", 7, minutes=33) for g in past),
        ],
        quotes=[
            # Points of player 1 are 18 to 29: under, push, then ten times over; of player 2 15 to 26: unders at last.
            quote(past[0], 1, 19.5, "15:00"),
            quote(past[1], 1, 19.0, "15:00"),
            *(quote(g, 1, 17.5, "15:00") for g in past[2:]),
            *(quote(g, 2, 20.5, "15:00") for g in past[:8]),
            *(quote(g, 2, 50.5, "15:00") for g in past[8:11]),
            quote(past[10], 3, 12.5, "15:00"),
            quote(past[11], 3, 23.0, "15:00"),
        ],
        injuries=[
            injury(last, "BOS", 1, "Questionable", "15:00"),
            injury(last, "BOS", 2, "Out", "15:00"),
            injury(last, "NYK", 7, "Out", "15:00"),
            injury(last, "BOS", 2, "Out", "20:00"),
            injury(last, "BOS", 3, "Out", "20:00"),
            injury(last, "BOS", 5, "Out", "20:00"),
            injury(last, "BOS", 6, "Out", "20:00"),
            injury(last, "BOS", None, "Out", "20:00", name_key="two way", player_name="Way, Two"),
            injury(last, "NYK", None, None, "20:00"),
            injury(last, "BOS", 1, "Out", "23:00"),
            injury(unreported, "BOS", None, None, "15:00"),
        ],
    )
    run(phase_warehouse, PLAYER_GAMES, "2046-12-26", "2047-02-02")
    run(phase_warehouse, PROCESSOR, "2047-01-31", "2047-02-02")
    rows = table(phase_warehouse, PROCESSOR.output, "2047-01-31", "2047-02-02").to_dict("records")
    return {(r["game_id"], r["player_id"]): r for r in rows}


def test_a_status_is_that_of_the_last_report_before_tip_off(injured: dict[Any, dict[str, Any]]) -> None:
    statuses = {n: injured["0024600999", n]["player_status"] for n in (1, 2, 3, 4)}
    # Player 1 is no longer on the last report before 23:00, and the one stamped 23:00 is too late.
    assert statuses == {1: None, 2: "Out", 3: "Out", 4: None}
    assert injured["0024600999", 1]["injury_report_at"].isoformat() == "2047-01-31T20:00:00+00:00"
    assert injured["0024600999", 2]["player_status_reason"] == "Injury/Illness - Out"


def test_a_report_in_which_the_team_has_not_reported_does_not_count(injured: dict[Any, dict[str, Any]]) -> None:
    row = injured["0024600999", 7]
    assert (row["player_status"], row["injury_report_at"].hour) == ("Out", 15)


def test_teammates_out_are_the_other_regulars_who_are_reported_out(injured: dict[Any, dict[str, Any]]) -> None:
    # Regulars out: 2 and 3. Not 5 (14 minutes) and not 6 (no game in 30 days).
    seen = {n: injured["0024600999", n]["teammates_out"] for n in (1, 2, 3, 4, 5)}
    assert seen == {1: 2, 2: 1, 3: 1, 4: 2, 5: 2}
    assert injured["0024600999", 1]["teammates_out_minutes_avg"] == 54
    assert injured["0024600999", 2]["teammates_out_minutes_avg"] == 24
    # The last ten of twelve games: 12 + 6.5 points for player 3, 15 + 6.5 for player 2.
    assert injured["0024600999", 1]["teammates_out_points_avg"] == pytest.approx(18.5 + 21.5)
    assert injured["0024600999", 7]["teammates_out"] == 0


def test_without_a_report_nobody_knows_who_is_out(injured: dict[Any, dict[str, Any]]) -> None:
    row = injured["0024600998", 1]
    unknown = ("injury_report_at", "player_status", "teammates_out", "teammates_out_minutes_avg")
    assert [row[c] for c in unknown] == [None] * 4


def test_a_streak_counts_overs_or_unders_in_a_row_up_to_ten(injured: dict[Any, dict[str, Any]]) -> None:
    rows = {n: injured["0024600999", n] for n in (1, 2, 3, 4)}
    assert [rows[n]["line_streak"] for n in (1, 2, 3, 4)] == [10, -3, 0, None]
    assert (rows[1]["overs_last_10_lines"], rows[1]["games_last_10_lines"]) == (10, 10)
    # Games without a line are passed over: eleven lines, of the last ten two were overs.
    assert (rows[2]["overs_last_10_lines"], rows[2]["games_last_10_lines"]) == (2, 10)
    assert (rows[4]["overs_last_10_lines"], rows[4]["games_last_10_lines"]) == (0, 0)


def test_the_leagues_own_report_of_an_evening(real_days: Warehouse, shared: Path) -> None:
    day = "2025-01-10"
    logs = table(real_days, PLAYER_GAMES.output, "2024-11-20", "2024-12-22")
    ids = {normalise_name(r.player_name): r.player_id for r in logs.itertuples()}
    lines = rows_of(parse(sample(shared, "nbac_injury_report", "raw_2025-01-10_05PM.pdf")))
    of_the_day = [r for r in lines if r["game_date"].isoformat() == day]
    assert len(of_the_day) > 40
    insert(
        real_days, "nba_raw.injuries", [{"game_id": None, **r, "player_id": ids.get(r["name_key"])} for r in of_the_day]
    )
    run(real_days, PROCESSOR, day, day)
    rows = table(real_days, PROCESSOR.output, day, day).set_index("player_name")
    statuses = rows.loc[["Stephen Curry", "Giannis Antetokounmpo", "Aaron Gordon"], "player_status"]
    assert list(statuses) == ["Out", "Probable", "Doubtful"]
    assert {at.isoformat() for at in rows.injury_report_at.dropna()} == {"2025-01-10T22:30:00+00:00"}
    # What Curry's teammates lose is at least his own minutes; he himself is not his own teammate.
    golden_state = rows[rows.team == "GSW"]
    most = golden_state.teammates_out.max()
    assert golden_state.teammates_out["Stephen Curry"] == most - 1
    assert golden_state.teammates_out_minutes_avg["Buddy Hield"] > 30
