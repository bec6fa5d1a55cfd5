from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.ids import normalise_name
from tests.data_processors.raw.conftest import Bench
from tests.data_processors.raw.samples import content, sample

pytestmark = pytest.mark.stack
FEED = "nbac_player_boxscore"


def test_the_warehouse_writes_a_name_down_as_the_project_does(bench: Bench) -> None:
    for day in ("2022-01-15", "2023-11-10", "2024-11-04", "2024-11-08", "2024-11-27"):
        bench.fill(day, FEED)
    paths = bench.context.raw_store.list(FEED)
    bench.push(*paths)
    names = bench.rows("SELECT player_name, name_key FROM nba_raw.players")
    assert len(names) > 700
    assert {r["player_name"]: r["name_key"] for r in names} == {
        r["player_name"]: normalise_name(r["player_name"]) for r in names
    }


def test_a_player_has_one_row_a_season_with_his_latest_team(bench: Bench) -> None:
    for day in ("2023-12-01", "2024-01-15", "2024-11-04"):
        bench.fill(day, FEED)
    bench.push(*bench.context.raw_store.list(FEED))
    anunoby = bench.rows(
        "SELECT season, team, first_game_date, last_game_date, games FROM nba_raw.players "
        "WHERE player_name = 'OG Anunoby' ORDER BY season"
    )
    assert anunoby == [
        {
            "season": "2023-24",
            "team": "NYK",
            "first_game_date": date(2023, 12, 1),
            "last_game_date": date(2024, 1, 15),
            "games": 2,
        },
        {
            "season": "2024-25",
            "team": "NYK",
            "first_game_date": date(2024, 11, 4),
            "last_game_date": date(2024, 11, 4),
            "games": 1,
        },
    ]


def test_a_position_comes_from_the_list_of_players_whichever_is_there_first(bench: Bench, shared: Path) -> None:
    league = content(sample(shared, "nbac_player_list", "raw_7af00b51.json"))
    league["parameters"]["Season"] = "2024-25"
    position = "SELECT position FROM nba_raw.players WHERE player_name = 'Bam Adebayo'"
    bench.push(*bench.fill("2024-11-04", FEED))
    assert bench.rows(position) == [{"position": None}]
    bench.push(bench.keep("nbac_player_list", league, scope="2024-25", request="list"))
    assert bench.rows(position) == [{"position": "C-F"}]
    bench.push(*bench.fill("2024-11-06", FEED))
    assert bench.rows(position) == [{"position": "C-F"}]
    # Whoever has not played is in the list, not among the players of the season.
    assert bench.count("nba_raw.players", "games = 0") == 0
