"""What is known of a team before a game: real days, and made-up ones (season 2048-49)."""

from __future__ import annotations

from typing import Any

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.upcoming_team_game_context.upcoming_team_game_context_processor import PROCESSOR
from tests.data_processors import raw_responses
from tests.data_processors.comparison import differences
from tests.data_processors.league_rows import game, game_quote, other_line, put, team_boxes
from tests.data_processors.recompute_context import Arenas, team_contexts
from tests.data_processors.recompute_games import build
from tests.data_processors.warehouse_rows import run, table

pytestmark = pytest.mark.stack
DAYS = ("2024-10-22", "2024-12-22")


def test_every_column_agrees_with_the_raw_responses(real_days: Warehouse, responses: raw_responses.Responses) -> None:
    ours = table(real_days, PROCESSOR.output, *DAYS)
    arenas = Arenas(real_days.query("SELECT * FROM nba_reference.arenas").rows)
    theirs = team_contexts(build(responses), arenas, *DAYS)
    assert len(ours) > 800
    assert differences(ours, theirs, ("game_id", "team")) == []


@pytest.mark.parametrize(
    ("team", "day", "miles"),
    [
        ("LAL", "2024-11-06", 624),  # from Detroit, where it played on the 4th, to Memphis
        ("BOS", "2024-10-24", 394),  # from Boston to Washington
        ("BOS", "2024-10-22", None),  # the first game of the season
        ("MIA", "2024-11-02", 1290),  # to Mexico City, which the schedule names
    ],
)
def test_the_miles_of_known_trips(real_days: Warehouse, team: str, day: str, miles: float | None) -> None:
    rows = table(real_days, PROCESSOR.output, day, day).set_index("team")
    assert rows.loc[team, "travel_miles"] == (None if miles is None else pytest.approx(miles, rel=0.02))


@pytest.fixture(scope="module")
def made_up(phase_warehouse: Warehouse) -> dict[tuple[str, str], dict[str, Any]]:
    """BOS wins twice and loses once by another source; then plays on a floor that nobody knows, and at home."""
    days = ("2048-11-01", "2048-11-03", "2048-11-06", "2048-11-07", "2048-11-20")
    games = [
        game("0024800001", days[0], "BOS", "NYK", arena_city="Boston"),
        game("0024800002", days[1], "BOS", "MIA", arena_city="Boston"),
        game("0024800003", days[2], "LAL", "BOS", arena_city="Los Angeles"),
        game("0024800004", days[3], "BOS", "LAL", arena_city="Reykjavik", is_neutral=True),
        game("0024800005", days[4], "BOS", "NYK"),
    ]
    lines = [
        other_line(games[2], team, 100 * side + n, minutes=48, points=points)
        for side, (team, points) in enumerate((("LAL", 22), ("BOS", 20)))
        for n in range(5)
    ]
    put(
        phase_warehouse,
        games=games,
        teams=[*team_boxes(games[0]), *team_boxes(games[1])],
        other_lines=lines,
        game_quotes=[
            game_quote(games[4], "spreads", "home", -6.5, "15:00"),
            game_quote(games[4], "totals", "over", 221.5, "15:00"),
            game_quote(games[4], "totals", "over", 230.5, "23:00"),
        ],
    )
    run(phase_warehouse, PROCESSOR, days[0], days[-1])
    rows = table(phase_warehouse, PROCESSOR.output, days[0], days[-1]).to_dict("records")
    return {(r["game_id"], r["team"]): r for r in rows}


def test_a_streak_turns_with_a_loss_known_from_another_source(made_up: dict[Any, dict[str, Any]]) -> None:
    streaks = [made_up[f"002480000{n}", "BOS"]["streak"] for n in range(1, 6)]
    assert streaks == [None, 1, 2, -1, -1]
    row = made_up["0024800005", "BOS"]
    assert (row["wins"], row["losses"]) == (2, 1)


def test_rest_and_load_follow_the_calendar(made_up: dict[Any, dict[str, Any]]) -> None:
    row = made_up["0024800004", "BOS"]
    assert (row["days_rest"], row["back_to_back"], row["games_last_7_days"]) == (0, True, 3)
    later = made_up["0024800005", "BOS"]
    assert (later["days_rest"], later["games_last_7_days"], later["games_last_14_days"]) == (12, 0, 2)
    assert later["opponent_days_rest"] == 18


def test_no_miles_to_or_from_a_place_that_is_not_known(made_up: dict[Any, dict[str, Any]]) -> None:
    trips = [made_up[f"002480000{n}", "BOS"]["travel_miles"] for n in range(1, 6)]
    assert trips == [None, 0, pytest.approx(2591, rel=0.01), None, None]


def test_the_market_is_seen_from_the_teams_side_before_tip_off(made_up: dict[Any, dict[str, Any]]) -> None:
    home, away = made_up["0024800005", "BOS"], made_up["0024800005", "NYK"]
    assert (home["spread"], away["spread"], home["game_total"]) == (-6.5, 6.5, 221.5)
    assert (home["implied_team_total"], away["implied_team_total"]) == (114.0, 107.5)
