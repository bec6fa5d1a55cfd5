from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data_processors.raw.player_registry import load_aliases, load_registry
from data_processors.raw.registry_tables import ALIASES, PLAYERS, SPELLS, add_alias, seed_registry
from tests.data_processors.raw.conftest import Bench
from tests.data_processors.raw.samples import content, sample

pytestmark = pytest.mark.stack
FEED = "nbac_player_boxscore"


def test_the_seed_converges(bench: Bench) -> None:
    assert seed_registry(bench.context.warehouse) > 5000
    assert bench.count(PLAYERS) == len(load_registry().players)
    assert bench.count(ALIASES, "added_by = 'file'") == len(load_aliases().names)
    bench.written.clear()
    assert seed_registry(bench.context.warehouse) == 0
    assert bench.written == []


def test_a_spell_tells_the_games_for_a_team_and_a_trade_makes_a_second_one(bench: Bench) -> None:
    for day in ("2023-12-01", "2024-01-15"):
        bench.fill(day, FEED)
    bench.push(*bench.context.raw_store.list(FEED))
    anunoby = f"SELECT team, first_game_date, last_game_date, games, is_listed FROM {SPELLS} WHERE player_id = 1628384"
    assert bench.rows(f"{anunoby} ORDER BY first_game_date") == [
        {"team": t, "first_game_date": d, "last_game_date": d, "games": 1, "is_listed": False}
        for t, d in (("TOR", date(2023, 12, 1)), ("NYK", date(2024, 1, 15)))
    ]
    (known,) = bench.rows(
        f"SELECT player_name, from_season, to_season, source FROM {PLAYERS} WHERE player_id = 1628384"
    )
    assert known == {
        "player_name": "OG Anunoby",
        "from_season": "2023-24",
        "to_season": "2023-24",
        "source": "nbac_player_boxscore",
    }


def test_the_player_list_says_since_when_a_player_is_known_and_where_he_is(bench: Bench, shared: Path) -> None:
    league = content(sample(shared, "nbac_player_list", "raw_7af00b51.json"))
    league["parameters"]["Season"] = "2024-25"
    seed_registry(bench.context.warehouse)
    bench.push(bench.keep("nbac_player_list", league, scope="2024-25", request="list"))
    (known,) = bench.rows(f"SELECT from_season, source FROM {PLAYERS} WHERE player_name = 'Bam Adebayo'")
    assert known == {"from_season": "2017-18", "source": "nbac_player_list"}
    (spell,) = bench.rows(f"SELECT team, games, is_listed FROM {SPELLS} WHERE player_name = 'Bam Adebayo'")
    assert spell == {"team": "MIA", "games": 0, "is_listed": True}
    bench.written.clear()
    bench.push(bench.keep("nbac_player_list", league, scope="2024-25", request="again"))
    assert bench.written == []


@pytest.mark.parametrize("list_first", [False, True])
def test_what_is_known_of_a_player_does_not_depend_on_what_comes_first(
    bench: Bench, shared: Path, list_first: bool
) -> None:
    league = content(sample(shared, "nbac_player_list", "raw_7af00b51.json"))
    league["parameters"]["Season"] = "2024-25"
    arrivals = [
        bench.keep("nbac_player_list", league, scope="2024-25", request="list"),
        *bench.fill("2024-11-04", FEED),
    ]
    for path in arrivals if list_first else arrivals[::-1]:
        bench.push(path)
    (known,) = bench.rows(f"SELECT from_season, to_season, source FROM {PLAYERS} WHERE player_name = 'Bam Adebayo'")
    assert known == {"from_season": "2017-18", "to_season": "2024-25", "source": FEED}


def test_a_person_s_alias_is_kept_beside_the_file_s(bench: Bench) -> None:
    seed_registry(bench.context.warehouse)
    before = bench.count(ALIASES)
    assert add_alias(bench.context.warehouse, "The Beard", 201935, note="as fans say", is_abbreviation=False) == 1
    assert add_alias(bench.context.warehouse, "the beard", 2544, note=None, is_abbreviation=False) == 1
    assert bench.count(ALIASES) == before + 1
    assert bench.rows(f"SELECT player_id FROM {ALIASES} WHERE added_by = 'person'") == [{"player_id": 2544}]
    assert seed_registry(bench.context.warehouse) == 0
