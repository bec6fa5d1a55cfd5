"""Version 3 of a box score, made here in the shape that nba_api reads, with the numbers of the real version 2."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.game_boxscore import GAME_FEED, parse_teams
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import rows_of, sample

# NYK at PHI, 2025-01-15, as the box score of version 2 has it.
KNICKS = {"teamId": 1610612752, "teamTricode": "NYK"}
SIXERS = {"teamId": 1610612755, "teamTricode": "PHI"}
FIELDS = {
    **{"PTS": "points", "FGM": "fieldGoalsMade", "FGA": "fieldGoalsAttempted", "FG3M": "threePointersMade"},
    **{"FG3A": "threePointersAttempted", "FTM": "freeThrowsMade", "FTA": "freeThrowsAttempted", "AST": "assists"},
    **{"OREB": "reboundsOffensive", "DREB": "reboundsDefensive", "REB": "reboundsTotal", "STL": "steals"},
    **{"BLK": "blocks", "TO": "turnovers", "PF": "foulsPersonal", "PLUS_MINUS": "plusMinusPoints", "MIN": "minutes"},
}


@pytest.fixture
def version_2(shared: Path) -> list[Row]:
    return rows_of(parse_teams(sample(shared, "nbac_team_boxscore", "raw_12f99055.json", GAME_FEED, "2025-01-15")))


@pytest.fixture
def box(shared: Path) -> dict[str, Any]:
    body = sample(shared, "nbac_team_boxscore", "raw_12f99055.json").json()
    (stats,) = [s for s in body["resultSets"] if s["name"] == "TeamStats"]
    lines = {row[1]: dict(zip(stats["headers"], row, strict=True)) for row in stats["rowSet"]}

    def side(team: dict[str, Any]) -> dict[str, Any]:
        line = lines[team["teamId"]]
        return team | {"players": [], "statistics": {name: line[header] for header, name in FIELDS.items()}}

    return {"gameId": "0022400561", "homeTeam": side(SIXERS), "awayTeam": side(KNICKS)}


def rows(box: dict[str, Any]) -> list[Row]:
    return rows_of(parse_teams(payload(GAME_FEED, {"boxScoreTraditional": box}, scope="2025-01-15")))


def test_it_says_the_same_as_version_2_and_who_is_at_home(box: dict[str, Any], version_2: list[Row]) -> None:
    found = {r["team"]: r for r in rows(box)}
    assert {team: r["is_home"] for team, r in found.items()} == {"NYK": False, "PHI": True}
    assert (found["NYK"]["points"], found["PHI"]["points"]) == (125, 119)
    assert {t: r | {"is_home": None} for t, r in found.items()} == {r["team"]: r for r in version_2}


@pytest.mark.parametrize("side", ["homeTeam", "awayTeam"])
@pytest.mark.parametrize("wrong", [None, {}, {"teamId": 0, "teamTricode": ""}, {**KNICKS, "statistics": {}}])
def test_an_empty_side_is_refused(box: dict[str, Any], side: str, wrong: object) -> None:
    changed = copy.deepcopy(box) | {side: wrong}
    with pytest.raises(PayloadError, match=GAME_FEED):
        rows(changed)


def test_the_same_team_on_both_sides_is_refused(box: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match="both sides"):
        rows(box | {"homeTeam": box["awayTeam"]})


def test_a_code_that_is_not_the_id_s_is_refused(box: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match="not the id"):
        rows(box | {"homeTeam": box["homeTeam"] | {"teamTricode": "BOS"}})
