"""Which games count. Seasons of the 2040s are made up."""

from __future__ import annotations

from typing import Any

import pytest

from common.warehouse import Warehouse
from tests.data_processors.league_rows import game, put, team_boxes

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def games(phase_warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """The games of the season 2040-41 as the view lists them, by id."""
    waiting = game("0024000001", "2040-11-01", "BOS", "NYK", postponed=True)
    made_up = game("0024000002", "2040-11-02", "BOS", "NYK", postponed=True)
    moved = game("0024000003", "2040-11-03", "LAL", "MIA")
    unlisted = game("0024000004", "2040-11-04", "NYK", "LAL")
    neutral = game("0024000005", "2040-11-05", "MIA", "BOS")
    half = game("0024000006", "2040-11-06", "MIA", "NYK")
    put(
        phase_warehouse,
        games=[
            waiting,
            made_up,
            moved,
            half,
            game("0014000001", "2040-10-01", "BOS", "NYK", season_type="Pre Season"),
            game("0034000001", "2041-02-16", "BOS", "NYK", season_type="All Star"),
            game("0044000001", "2041-05-01", "BOS", "NYK", season_type="Playoffs"),
            game("0054000001", "2041-04-15", "BOS", "NYK", season_type="PlayIn"),
            game("0064000001", "2040-12-12", "BOS", "NYK", season_type="IST Final"),
        ],
        teams=[
            *team_boxes(made_up),
            *team_boxes(moved | {"game_date": "2041-01-20"}),
            *team_boxes(unlisted),
            *team_boxes(neutral, is_home=False),
            *team_boxes(half)[:1],
        ],
    )
    found = phase_warehouse.query("SELECT * FROM nba_analytics.games WHERE season = '2040-41'").rows
    assert len({r["game_id"] for r in found}) == len(found)
    return {r["game_id"]: r for r in found}


def test_a_postponed_game_counts_once_it_has_been_played(games: dict[str, dict[str, Any]]) -> None:
    assert "0024000001" not in games
    assert games["0024000002"]["is_played"]


def test_only_games_of_season_play_in_playoffs_and_cup_final_count(games: dict[str, dict[str, Any]]) -> None:
    assert {i[:3] for i in games} == {"002", "004", "005", "006"}


def test_a_game_played_on_another_date_has_that_date_and_no_tip_off(games: dict[str, dict[str, Any]]) -> None:
    assert str(games["0024000003"]["game_date"]) == "2041-01-20"
    assert games["0024000003"]["tip_off"] is None


def test_a_season_without_schedule_is_known_by_its_box_scores(games: dict[str, dict[str, Any]]) -> None:
    listed = games["0024000004"]
    assert (listed["home_team"], listed["away_team"]) == ("NYK", "LAL")
    assert (listed["is_scheduled"], listed["is_played"], listed["tip_off"]) == (False, True, None)


def test_a_neutral_floor_where_both_are_visitors_still_has_two_teams(games: dict[str, dict[str, Any]]) -> None:
    listed = games["0024000005"]
    assert {listed["home_team"], listed["away_team"]} == {"BOS", "MIA"}


def test_a_game_with_one_teams_box_score_is_not_played(games: dict[str, dict[str, Any]]) -> None:
    assert not games["0024000006"]["is_played"]
