"""The scrapers by name."""

from __future__ import annotations

import pytest

from common.errors import ConfigurationError
from scrapers.registry import SCRAPERS, scraper


def test_the_feeds_of_phase_1() -> None:
    assert list(SCRAPERS) == [
        "nbac_schedule",
        "nbac_player_boxscore",
        "nbac_team_boxscore",
        "nbac_shot_chart",
        "oddsa_events",
        "oddsa_player_props",
        "oddsa_game_lines",
    ]
    assert scraper("nbac_schedule").name == "nbac_schedule"


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"'nbac_boxscore'.*nbac_player_boxscore, nbac_team_boxscore"):
        scraper("nbac_boxscore")
