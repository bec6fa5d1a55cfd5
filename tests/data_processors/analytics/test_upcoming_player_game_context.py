"""Who may play, and what is known of him before tip-off: real days, and made-up ones (2044 to 2047)."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from common.warehouse import Warehouse
from data_processors.analytics.player_game_summary.player_game_summary_processor import PROCESSOR as PLAYER_GAMES
from data_processors.analytics.team_offense_game_summary.team_offense_game_summary_processor import (
    PROCESSOR as TEAM_GAMES,
)
from data_processors.analytics.upcoming_player_game_context.upcoming_player_game_context_processor import PROCESSOR
from tests.data_processors.comparison import differences
from tests.data_processors.league_rows import day_after, game, game_quote, player_box, put, quote, team_boxes
from tests.data_processors.recompute import Tables
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-12-22")


def test_every_column_agrees_with_the_raw_responses(real_days: Warehouse, recomputed: Tables) -> None:
    ours = table(real_days, PROCESSOR.output, *DAYS)
    theirs = recomputed.context
    # A player without any appearance is named by the bookmaker, as the table of quotes spells it.
    known = ours[ours.last_game_date.notna()]
    assert differences(known, theirs[theirs.last_game_date.notna()], ("game_id", "player_id")) == []
    strangers = ours[ours.last_game_date.isna()].drop(columns="player_name")
    assert differences(strangers, theirs[theirs.last_game_date.isna()], ("game_id", "player_id")) == []


def test_a_date_alone_gives_the_very_rows_of_the_range(real_days: Warehouse) -> None:
    for day in ("2024-10-22", "2024-11-08"):
        assert run(real_days, PROCESSOR, day, day).rows_changed == 0


def test_nearly_all_who_played_were_expected(real_days: Warehouse) -> None:
    expected = keys(table(real_days, PROCESSOR.output, "2024-11-08", "2024-11-08"))
    played = keys(table(real_days, PLAYER_GAMES.output, "2024-11-08", "2024-11-08"))
    assert len(played) == 296
    assert len(played & expected) >= 290


def keys(frame: pd.DataFrame) -> set[tuple[str, int]]:
    return set(zip(frame.game_id, frame.player_id, strict=True))


def compute(warehouse: Warehouse, first: str, last: str) -> dict[tuple[str, int], dict[str, Any]]:
    """Summaries of the range and the context after them, by (game_id, player_id)."""
    for processor in (PLAYER_GAMES, TEAM_GAMES, PROCESSOR):
        run(warehouse, processor, first, last)
    rows = table(warehouse, PROCESSOR.output, first, last).to_dict("records")
    return {(r["game_id"], r["player_id"]): r for r in rows}


@pytest.fixture(scope="module")
def made_up(phase_warehouse: Warehouse) -> dict[tuple[str, int], dict[str, Any]]:
    """The contexts of November 2044.

    Player 1 plays for BOS all along, 2 is traded from LAL to NYK, 3 is quoted and was never seen, 4 is quoted
    with a team, 5 last played 380 days ago.
    """
    last_year = game("0024300900", "2043-11-01", "BOS", "NYK")
    before = game("0024400001", "2044-11-01", "LAL", "MIA")
    first = game("0024400002", "2044-11-03", "BOS", "LAL")
    second = game("0024400003", "2044-11-04", "NYK", "BOS")
    future = game("0024400004", "2044-11-15", "BOS", "NYK")
    called_off = game("0024400005", "2044-11-10", "BOS", "NYK", postponed=True)
    put(
        phase_warehouse,
        games=[last_year, before, first, second, future, called_off],
        teams=[*team_boxes(last_year), *team_boxes(before), *team_boxes(first), *team_boxes(second)],
        players=[
            player_box(last_year, "BOS", 5),
            player_box(before, "LAL", 2, minutes=20, points=8),
            player_box(before, "MIA", 6, minutes=0, points=0),
            player_box(first, "BOS", 1, minutes=30, points=11),
            player_box(second, "BOS", 1, minutes=33, points=20),
            player_box(second, "NYK", 2, minutes=25, points=10),
        ],
        quotes=[
            quote(second, 1, 17.5, "14:00"),
            quote(second, 1, 18.5, "20:00"),
            quote(second, 3, 9.5, "15:00", player_name="New Face"),
            quote(second, 4, 7.5, "15:00", team="NYK"),
            quote(second, 7, 7.5, "23:00", team="NYK"),
        ],
        game_quotes=[
            game_quote(second, "spreads", "home", 5.0, "16:00"),
            game_quote(second, "spreads", "home", 4.0, "22:00"),
            game_quote(second, "spreads", "away", -4.0, "22:00"),
            game_quote(second, "spreads", "home", 9.0, "23:05"),
            game_quote(second, "totals", "over", 220.0, "22:30"),
            game_quote(second, "totals", "under", 220.0, "22:30"),
        ],
    )
    run(phase_warehouse, PLAYER_GAMES, "2043-11-01", "2043-11-01")
    run(phase_warehouse, TEAM_GAMES, "2043-11-01", "2043-11-01")
    return compute(phase_warehouse, "2044-11-01", "2044-11-30")


def test_a_traded_player_belongs_to_the_team_of_his_latest_game(made_up: dict[Any, dict[str, Any]]) -> None:
    assert made_up["0024400002", 2]["team"] == "LAL"  # he had not played for NYK by then
    assert ("0024400003", 2) not in made_up
    assert made_up["0024400004", 2]["team"] == "NYK"


def test_who_was_never_seen_is_there_because_he_is_quoted(made_up: dict[Any, dict[str, Any]]) -> None:
    stranger = made_up["0024400003", 3]
    assert (stranger["roster_source"], stranger["player_name"]) == ("quoted", "New Face")
    assert [stranger[c] for c in ("team", "is_home", "days_rest", "spread", "implied_team_total")] == [None] * 5
    assert (stranger["game_total"], stranger["games_last_10"], stranger["points_avg_last_5"]) == (220.0, 0, None)


def test_a_quoted_player_takes_the_quotes_team_when_no_game_tells(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0024400003", 4]
    assert (row["team"], row["opponent"], row["is_home"]) == ("NYK", "BOS", True)


def test_a_quote_from_tip_off_on_makes_nobody_a_member(made_up: dict[Any, dict[str, Any]]) -> None:
    assert ("0024400003", 7) not in made_up


def test_nobody_is_expected_on_games_longer_ago_than_a_year(made_up: dict[Any, dict[str, Any]]) -> None:
    assert ("0024400003", 5) not in made_up  # 2043-11-01 was 369 days before


def test_no_minutes_are_no_appearance(made_up: dict[Any, dict[str, Any]]) -> None:
    assert 6 not in {player for _, player in made_up}


def test_a_game_not_yet_played_has_its_rows(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0024400004", 1]
    assert (row["games_last_14_days"], row["minutes_last_14_days"], row["points_avg_last_5"]) == (2, 63, 15.5)
    assert (row["games_last_7_days"], row["last_game_date"]) == (0, "2044-11-04")


def test_rest_is_counted_in_full_days_between_games(made_up: dict[Any, dict[str, Any]]) -> None:
    assert (made_up["0024400003", 1]["days_rest"], made_up["0024400003", 1]["back_to_back"]) == (0, True)
    assert made_up["0024400002", 2]["days_rest"] == 1
    # The postponed game of 10 November gives no rest and takes none.
    assert made_up["0024400004", 1]["days_rest"] == 10


def test_before_the_first_game_of_a_season_rest_is_unknown(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0024400003", 1]
    assert (row["opponent"], row["opponent_days_rest"]) == ("NYK", None)
    assert made_up["0024400003", 4]["back_to_back"] is None


def test_a_spread_is_seen_from_the_players_side(made_up: dict[Any, dict[str, Any]]) -> None:
    away, home = made_up["0024400003", 1], made_up["0024400003", 4]
    assert (away["spread"], home["spread"]) == (-4.0, 4.0)
    assert (away["implied_team_total"], home["implied_team_total"]) == (112.0, 108.0)


def test_a_line_moves_from_its_first_to_its_last_snapshot(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0024400003", 1]
    assert (row["opening_points_line"], row["current_points_line"], row["line_movement"]) == (17.5, 18.5, 1.0)


def test_a_player_drops_out_after_fifteen_games_of_his_team_without_him(phase_warehouse: Warehouse) -> None:
    days = [day_after("2046-11-01", 2 * n) for n in range(17)]
    season = [game(f"00246000{n:02d}", day, "BOS", "NYK") for n, day in enumerate(days)]
    put(
        phase_warehouse,
        games=season,
        teams=[box for g in season[:16] for box in team_boxes(g)],
        players=[
            player_box(season[0], "BOS", 1),
            player_box(season[1], "NYK", 2),
            *(player_box(g, team, number) for g in season[:16] for team, number in (("BOS", 3), ("NYK", 4))),
        ],
    )
    rows = compute(phase_warehouse, days[0], days[-1])
    assert ("0024600015", 1) in rows
    assert ("0024600016", 1) not in rows
    assert ("0024600016", 2) in rows
