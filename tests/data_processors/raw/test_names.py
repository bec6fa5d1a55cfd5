from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from data_processors.raw.games import ScheduledGame
from data_processors.raw.names import NameResolver, Resolution, Stint
from data_processors.raw.player_registry import Alias, Aliases, PlayerRegistry, RegisteredPlayer

GAME = ScheduledGame("0022400157", date(2024, 11, 4), "2024-25", "MIA", "SAC")
REGISTRY = PlayerRegistry(
    [
        RegisteredPlayer(1, "Nic Claxton", True),
        RegisteredPlayer(2, "Jabari Smith", False),
        RegisteredPlayer(3, "Jabari Smith Jr.", True),
        RegisteredPlayer(4, "Kenyon Martin", False),
        RegisteredPlayer(5, "Marcus Williams", False),
        RegisteredPlayer(6, "Marcus Williams", False),
        RegisteredPlayer(7, "Lonzo Ball", False),
        RegisteredPlayer(8, "Bruce Brown", False),
    ]
)
ALIASES = Aliases({"Nicolas Claxton": Alias(1, False), "C. Martin": Alias(30, True)})


def stint(player_id: int, name: str, team: str, first: str = "2024-10-23", season: str = "2024-25") -> Stint:
    return Stint(player_id, name, team, season, date.fromisoformat(first), date.fromisoformat(first))


def resolve(name: str, stints: Iterable[Stint] = (), game: ScheduledGame = GAME) -> Resolution:
    return NameResolver(stints, ALIASES, REGISTRY).resolve(name, game)


@pytest.mark.parametrize(
    ("quoted", "official"),
    [
        ("Nikola Jovic", "Nikola Jović"),
        ("P. J. Washington", "PJ Washington"),
        ("Kelly Oubre", "Kelly Oubre Jr."),
        ("Jimmy Butler III", "Jimmy Butler"),
        ("Huerter Kevin", "Kevin Huerter"),
        ("Caldwell Pope Kentavious", "Kentavious Caldwell-Pope"),
        ("Portis, Bobby", "Bobby Portis"),
        ("Jalen (2001) Johnson", "Jalen Johnson"),
        ("DeAaron Fox", "De'Aaron Fox"),
    ],
)
def test_a_name_is_found_among_those_who_appeared_for_either_team(quoted: str, official: str) -> None:
    assert resolve(quoted, [stint(77, official, "SAC")]) == Resolution(77, "team", "SAC")


def test_only_appearances_strictly_before_the_game_count() -> None:
    assert resolve("New Man", [stint(77, "New Man", "MIA", "2024-11-04")]).player_id is None
    assert resolve("New Man", [stint(77, "New Man", "MIA", "2024-11-03")]).player_id == 77


def test_the_season_before_counts_and_an_older_one_does_not() -> None:
    assert resolve("Old Man", [stint(77, "Old Man", "MIA", "2024-03-01", "2023-24")]).player_id == 77
    assert resolve("Old Man", [stint(77, "Old Man", "MIA", "2023-03-01", "2022-23")]).player_id is None


def test_other_teams_players_do_not_answer_for_the_two() -> None:
    assert resolve("Other Man", [stint(77, "Other Man", "BOS")]).player_id is None


def test_an_exact_name_goes_before_one_without_its_suffix() -> None:
    both = [stint(10, "Gary Trent Jr.", "MIA"), stint(11, "Gary Trent", "SAC")]
    assert resolve("Gary Trent Jr.", both).player_id == 10
    assert resolve("Gary Trent", both).player_id == 11


def test_two_of_one_name_are_ambiguous_and_nobody_is_guessed() -> None:
    both = [stint(10, "Marcus Morris", "MIA"), stint(11, "Marcus Morris", "SAC")]
    assert resolve("Marcus Morris", both) == Resolution(reason="ambiguous")


def test_a_player_under_two_spellings_of_his_own_is_one_man() -> None:
    renamed = [stint(10, "Nicolas Claxton", "MIA", "2023-11-01", "2023-24"), stint(10, "Nic Claxton", "MIA")]
    assert resolve("Nicolas Claxton", renamed) == Resolution(10, "team", "MIA")


def test_the_team_is_that_of_the_latest_appearance() -> None:
    traded = [stint(10, "Some Body", "SAC", "2024-10-24"), stint(10, "Some Body", "MIA", "2024-11-01")]
    assert resolve("Some Body", traded).team == "MIA"


def test_a_player_who_has_left_for_a_third_team_has_no_team_here() -> None:
    gone = [stint(10, "Some Body", "SAC", "2024-10-24"), stint(10, "Some Body", "BOS", "2024-11-01")]
    assert resolve("Some Body", gone) == Resolution(10, "team", None)


def test_an_alias_is_asked_after_the_teams_names() -> None:
    assert resolve("Nicolas Claxton", [stint(1, "Nic Claxton", "MIA")]) == Resolution(1, "alias", "MIA")
    assert resolve("Nicolas Claxton") == Resolution(1, "alias", None)


def test_an_abbreviation_means_its_player_only_in_his_teams_games() -> None:
    cody = stint(30, "Cody Martin", "MIA")
    assert resolve("C. Martin", [cody]) == Resolution(30, "alias", "MIA")
    assert resolve("C. Martin").player_id is None
    assert resolve("C. Martin", [cody, stint(31, "Caleb Martin", "SAC")]) == Resolution(reason="ambiguous")


def test_a_player_without_appearances_is_found_in_the_registry() -> None:
    assert resolve("Nic Claxton") == Resolution(1, "registry")
    assert resolve("Lonzo Ball") == Resolution(7, "registry")


def test_of_father_and_son_the_one_who_plays_is_meant() -> None:
    assert resolve("Jabari Smith").player_id == 3
    assert resolve("Jabari Smith Jr").player_id == 3


def test_a_suffix_that_the_registry_does_not_know_does_not_make_a_son_his_father() -> None:
    assert resolve("Kenyon Martin Jr.") == Resolution(reason="unknown")
    assert resolve("Bruce Brown Jr", [stint(8, "Bruce Brown", "TOR")]) == Resolution(8, "registry")


def test_namesakes_in_the_registry_are_ambiguous() -> None:
    assert resolve("Marcus Williams") == Resolution(reason="ambiguous")


def test_what_a_player_does_later_does_not_say_who_he_is_today() -> None:
    later = stint(5, "Marcus Williams", "BOS", "2024-12-01")
    assert resolve("Marcus Williams", [later]) == Resolution(reason="ambiguous")
    earlier = stint(5, "Marcus Williams", "BOS", "2024-10-25")
    assert resolve("Marcus Williams", [earlier]) == Resolution(5, "registry")


@pytest.mark.parametrize("text", ["Atl Hawks Alternate Total", "", "Jr.", "…"])
def test_what_is_no_player_stays_unresolved(text: str) -> None:
    assert resolve(text, [stint(77, "Kevin Huerter", "SAC")]) == Resolution(reason="unknown")
