from __future__ import annotations

from datetime import date
from typing import Any

from orchestration.unresolved import gathered, similar

PLAYERS = {1: "Jonas Valančiūnas", 2: "Jalen Duren", 3: "Cade Cunningham", 4: "Ausar Thompson"}


def row(game_id: str | None, quotes: int, **more: Any) -> dict[str, Any]:
    base = {"name_key": "jaylen duren", "name": "Jaylen Duren", "source": "oddsa_player_props", "reason": "unknown"}
    teams = {"home_team": "DET", "away_team": "WAS", "team": None}
    return {**base, "game_id": game_id, "game_date": date(2024, 11, 4), **teams, "quotes": quotes, **more}


def test_a_name_is_one_entry_with_its_counts() -> None:
    rows = [row("1", 4), row("2", 6, game_date=date(2024, 11, 8)), row(None, 1, source="espn_roster", team="DET")]
    (entry,) = gathered(rows, {("2024-25", "DET"): PLAYERS})
    shown = entry.as_json()
    assert (shown["quotes"], shown["games"], shown["feeds"]) == (11, 2, ["espn_roster", "oddsa_player_props"])
    assert (shown["first_date"], shown["last_date"]) == ("2024-11-04", "2024-11-08")
    assert shown["candidates"] == [{"player_id": 2, "player_name": "Jalen Duren"}]


def test_only_players_of_the_teams_in_question_are_hints() -> None:
    (entry,) = gathered([row("1", 1)], {("2024-25", "BOS"): PLAYERS, ("2023-24", "DET"): PLAYERS})
    assert entry.candidates == []


def test_the_most_used_name_comes_first() -> None:
    rows = [row("1", 1), row("1", 5, name_key="other", name="Other")]
    assert [e.name for e in gathered(rows, {})] == ["Other", "Jaylen Duren"]


def test_a_shared_last_name_is_a_hint_however_the_first_is_spelt() -> None:
    assert similar("j valanciunas", PLAYERS) == [(1, "Jonas Valančiūnas")]
    assert similar("nobody at all", PLAYERS) == []
