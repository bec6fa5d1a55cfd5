"""The scrapers by name."""

from __future__ import annotations

import pytest

from common.errors import ConfigurationError
from scrapers.registry import SCRAPERS, scraper


def test_the_feeds_of_phase_1() -> None:
    assert list(SCRAPERS) == [
        *("nbac_schedule", "nbac_schedule_cdn", "nbac_scoreboard", "nbac_player_boxscore", "nbac_team_boxscore"),
        *("nbac_game_boxscore", "nbac_shot_chart", "nbac_play_by_play", "nbac_player_list", "nbac_player_movement"),
        *("nbac_injury_report", "nbac_gamebook", "nbac_referee_assignments"),
        *("bdl_games", "bdl_box_scores", "bdl_player_box_scores", "bdl_active_players", "bdl_injuries"),
        *("bdl_standings", "oddsa_events", "oddsa_player_props", "oddsa_game_lines", "bp_events", "bp_player_props"),
        *("espn_scoreboard", "espn_roster", "espn_boxscore", "bigdataball_pbp", "br_season_roster"),
    ]
    assert scraper("nbac_schedule").name == "nbac_schedule"


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"'nbac_boxscore'.*nbac_player_boxscore, nbac_team_boxscore"):
        scraper("nbac_boxscore")
