"""Zones, fatigue and absences on made-up games (season 2049-50), where real days say nothing."""

from __future__ import annotations

from typing import Any

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from tests.data_processors.league_rows import game, player_box, put, shot, team_boxes
from tests.data_processors.warehouse_rows import insert, run, table

pytestmark = pytest.mark.stack
MONTH = ("2049-11-01", "2049-11-30")
SCORER, PASSER, GUEST, IDLE = 11, 12, 21, 13
Rows = dict[tuple[str, int], dict[str, Any]]


def play(
    of: dict[str, Any], number: int, player: int, value: int, made: bool, assisted_by: int | None
) -> dict[str, Any]:
    """A shot in the play-by-play."""
    return {c: of[c] for c in ("game_id", "game_date", "season")} | {
        "event_num": number,
        "event_order": number,
        "period": 1,
        "seconds_remaining": 100.0,
        "event_type": f"{value}pt",
        "player_id": player,
        "score_home": 0,
        "score_away": 0,
        "shot_made": made,
        "shot_value": value,
        "assist_player_id": assisted_by,
    }


def report(of: dict[str, Any], team: str, player: int, status: str, at: str) -> dict[str, Any]:
    """A line of an injury report of the game's date."""
    return {
        "report_at": f"{of['game_date']}T{at}:00Z",
        "game_id": of["game_id"],
        "game_date": of["game_date"],
        "season": of["season"],
        "home_team": of["home_team"],
        "away_team": of["away_team"],
        "team": team,
        "player_id": player,
        "player_name": f"Player {player}",
        "name_key": f"player {player}",
        "status": status,
        "submitted": True,
    }


@pytest.fixture(scope="module")
def made_up(phase_warehouse: Warehouse) -> dict[str, Rows]:
    """Two games; a third a day later, before which the passer is reported out; a fourth without a report."""
    first = game("0024900001", "2049-11-01", "BOS", "NYK")
    second = game("0024900002", "2049-11-08", "NYK", "BOS")
    third = game("0024900003", "2049-11-09", "BOS", "NYK")
    fourth = game("0024900004", "2049-11-12", "BOS", "NYK")
    put(
        phase_warehouse,
        games=[first, second, third, fourth],
        teams=[*team_boxes(first), *team_boxes(second)],
        players=[
            player_box(first, "BOS", SCORER, minutes=40, points=30, fga=20, tov=2),
            player_box(first, "BOS", PASSER, minutes=30, points=20, fga=15),
            player_box(first, "BOS", IDLE, minutes=20, points=10, fga=5),
            player_box(second, "BOS", SCORER, minutes=40, points=30, fga=20, tov=2),
            player_box(second, "BOS", PASSER, minutes=30, points=20, fga=15),
            player_box(second, "NYK", GUEST, minutes=40, points=25, fga=20),
        ],
        shots=[
            shot(second, "BOS", SCORER, 1, "Restricted Area", 2, made=True),
            shot(second, "BOS", SCORER, 2, "Restricted Area", 2),
            shot(second, "BOS", SCORER, 3, "Above the Break 3", 3, made=True),
            shot(second, "BOS", SCORER, 4, "Above the Break 3", 3),
            shot(second, "NYK", GUEST, 5, "Mid-Range", 2, made=True),
        ],
    )
    insert(
        phase_warehouse,
        "nba_raw.play_by_play",
        [
            play(second, 1, SCORER, 2, True, PASSER),
            play(second, 2, SCORER, 2, False, None),
            play(second, 3, SCORER, 3, True, None),
            play(second, 4, SCORER, 1, True, None),
        ],
    )
    insert(
        phase_warehouse,
        "nba_raw.injuries",
        [
            report(third, "BOS", PASSER, "Questionable", "17:00"),
            report(third, "BOS", PASSER, "Out", "20:00"),
            report(third, "BOS", SCORER, "Out", "23:30"),  # after tip-off
        ],
    )
    for processor in [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]:
        run(phase_warehouse, processor, *MONTH)
    found = {}
    for processor in PRECOMPUTE.processors:
        rows = table(phase_warehouse, processor.output, *MONTH).to_dict("records")
        found[processor.name] = {(r["game_id"], r.get("player_id", r["team"])): r for r in rows}
    return found


def test_the_assisted_share_counts_made_field_goals_of_games_whose_plays_are_known(made_up: dict[str, Rows]) -> None:
    row = made_up["player_shot_zone_analysis"]["0024900003", SCORER]
    assert (row["play_by_play_games_last_10"], row["assisted_share_last_10"]) == (1, 0.5)
    untold = made_up["player_shot_zone_analysis"]["0024900002", SCORER]
    assert (untold["play_by_play_games_last_10"], untold["assisted_share_last_10"]) == (0, None)


def test_of_two_zones_alike_the_nearer_to_the_rim_is_the_primary_one(made_up: dict[str, Rows]) -> None:
    row = made_up["player_shot_zone_analysis"]["0024900003", SCORER]
    assert (row["attempts_last_10"], row["paint_share_last_10"], row["three_share_last_10"]) == (4, 0.5, 0.5)
    assert row["primary_zone_last_10"] == "paint"
    assert (row["games_behind_last_10"], row["shot_chart_games_last_10"]) == (2, 1)


def test_a_defence_that_allows_more_than_the_league_stands_above_zero(made_up: dict[str, Rows]) -> None:
    row = made_up["team_defense_zone_analysis"]["0024900003", "NYK"]
    assert (row["games_behind"], row["shot_chart_games"]) == (2, 1)
    assert (row["paint_fg_pct_allowed"], row["paint_vs_league"]) == (0.5, 0.0)  # nobody else allowed any
    assert row["mid_range_vs_league"] is None


def test_a_player_of_yesterday_is_less_fresh_than_one_who_sat_out(made_up: dict[str, Rows]) -> None:
    rows = made_up["player_composite_factors"]
    tired, rested = rows["0024900003", SCORER], rows["0024900003", IDLE]
    assert (tired["days_off"], tired["back_to_back_load"], tired["rest_load"]) == (0, 15.0, 15.0)
    assert tired["fatigue_score"] == pytest.approx(70.0)
    assert (rested["days_off"], rested["fatigue_score"]) == (7, 100.0)


def test_plays_of_who_is_reported_out_fall_to_the_others(made_up: dict[str, Rows]) -> None:
    row = made_up["player_composite_factors"]["0024900003", SCORER]
    assert (row["teammates_out"], row["teammates_out_points_avg"]) == (1, 20.0)
    assert row["usage_spike_score"] == pytest.approx(row["usage_avg_last_10"] * 20 / (100 - 20))
    assert row["usage_spike_score"] > 0


def test_risk_is_that_of_the_last_report_before_tip_off(made_up: dict[str, Rows]) -> None:
    rows = made_up["player_composite_factors"]
    assert rows["0024900003", PASSER]["injury_risk"] == 1.0
    assert rows["0024900003", SCORER]["injury_risk"] == 0.0  # not listed when it mattered
    assert rows["0024900002", SCORER]["injury_risk"] is None


def test_who_missed_the_last_game_leaves_his_usual_points_to_be_had(made_up: dict[str, Rows]) -> None:
    rows = made_up["player_composite_factors"]
    for game_id in ("0024900003", "0024900004"):
        scorer, idle = rows[game_id, SCORER], rows[game_id, IDLE]
        assert (scorer["teammates_out_points_last_game"], idle["teammates_out_points_last_game"]) == (10.0, 0.0)
        assert (idle["played_last_team_game"], idle["team_games_missed_last_10"]) == (0, 1)


def test_without_a_report_those_of_the_last_game_are_available(made_up: dict[str, Rows]) -> None:
    rows = made_up["player_composite_factors"]
    scorer, idle = rows["0024900004", SCORER], rows["0024900004", IDLE]
    assert (scorer["share_of_team_points"], idle["share_of_team_points"]) == (0.6, 0.2)
    assert (scorer["points_rank_in_team"], idle["points_rank_in_team"]) == (0, 2)


def test_with_a_report_those_are_available_whom_it_does_not_call_out(made_up: dict[str, Rows]) -> None:
    """The passer, who played last, is out; the idle one, who did not, is not on it; what came after tip-off is late."""
    rows = made_up["player_composite_factors"]
    scorer, idle, passer = (rows["0024900003", p] for p in (SCORER, IDLE, PASSER))
    assert (scorer["share_of_team_points"], idle["share_of_team_points"]) == (0.75, 0.25)
    assert (scorer["share_of_team_minutes"], idle["share_of_team_minutes"]) == (
        pytest.approx(2 / 3),
        pytest.approx(1 / 3),
    )
    assert (scorer["points_rank_in_team"], idle["points_rank_in_team"], passer["points_rank_in_team"]) == (0, 1, 1)


def test_a_flag_says_which_kind_of_source_spoke(made_up: dict[str, Rows]) -> None:
    row = made_up["ml_feature_store"]["0024900003", SCORER]
    opening = made_up["ml_feature_store"]["0024900002", SCORER]
    place = 10  # injury_risk is the eleventh feature
    assert (row["source_flags"][place], opening["source_flags"][place]) == ("R", "-")
    assert row["quality"] > opening["quality"]
