from __future__ import annotations

from datetime import date

import pytest

from common.errors import NotReadyError
from data_processors.raw.games import ScheduledGame, ScheduledGames
from tests.data_processors.raw.archive import payload

DAY = date(2024, 1, 17)
GAMES = ScheduledGames(
    [
        ScheduledGame("0022300571", DAY, "2023-24", "LAL", "DAL"),
        ScheduledGame("0022300999", DAY, "2023-24", "NYK", "HOU", postponed=True),
        ScheduledGame("0022300572", DAY, "2023-24", "NYK", "HOU"),
    ]
)
EVENT = payload("oddsa_player_props", {})


def found(game: ScheduledGame | None) -> ScheduledGame:
    assert game is not None
    return game


def test_a_game_is_found_by_its_teams_and_date() -> None:
    assert found(GAMES.find(EVENT, "LAL", "DAL", DAY)).game_id == "0022300571"


def test_a_game_is_found_with_the_sides_swapped() -> None:
    assert found(GAMES.find(EVENT, "DAL", "LAL", DAY)).home_team == "LAL"


def test_a_game_that_is_on_goes_before_one_that_was_put_off() -> None:
    assert found(GAMES.find(EVENT, "NYK", "HOU", DAY)).game_id == "0022300572"


def test_an_event_that_is_no_game_of_its_date_has_none() -> None:
    assert GAMES.find(EVENT, "UTA", "GSW", DAY) is None


def test_a_date_without_a_schedule_is_not_ready() -> None:
    with pytest.raises(NotReadyError, match="2024-01-18"):
        GAMES.find(EVENT, "LAL", "DAL", date(2024, 1, 18))
