from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.balldontlie import boxscores, games, people, standings
from data_processors.raw.balldontlie.answers import TEAM_IDS
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

# Final scores of the two days, read off the scoreboards of the league.
MLK_DAY = {
    **{"PHI": 124, "HOU": 115, "DAL": 125, "NOP": 120, "NYK": 94, "ORL": 98, "WAS": 117, "DET": 129, "ATL": 109},
    **{"SAS": 99, "MEM": 116, "GSW": 107, "CLE": 109, "CHI": 91, "BKN": 95, "MIA": 96, "TOR": 96, "BOS": 105},
    **{"UTA": 132, "IND": 105, "LAL": 112, "OKC": 105},
}
FRIDAY = {
    **{"BOS": 125, "TOR": 117, "ORL": 91, "PHI": 103, "WAS": 107, "NOP": 128, "BKN": 105, "LAC": 121, "MEM": 116},
    **{"OKC": 117, "DEN": 87, "ATL": 110, "PHX": 112, "NYK": 107, "GSW": 137, "SAC": 103, "POR": 111, "HOU": 105},
    **{"LAL": 101, "MIL": 105},
}


def points(rows: list[Row]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row["team"]] += row["points"]
    return found


def test_the_ids_of_teams_are_those_of_its_own_list(shared: Path) -> None:
    listed = content(sample(shared, "bdl_teams", "raw_cf664c89.json"))["data"]
    assert {t["id"]: t["abbreviation"] for t in listed if t["id"] <= 30} == TEAM_IDS


def test_games_of_a_day(shared: Path) -> None:
    rows = {r["source_game_id"]: r for r in rows_of(games.parse(sample(shared, games.FEED, "raw_278cb9ed.json")))}
    assert len(rows) == 9
    denver = rows["15908525"]
    assert (denver["away_team"], denver["home_team"], denver["away_points"], denver["home_points"]) == (
        *("CHA", "DEN"),
        *(115, 129),
    )
    assert (denver["game_date"], denver["tip_off"]) == (date(2025, 2, 20), datetime(2025, 2, 21, 2, tzinfo=UTC))
    assert denver["is_final"]
    assert {r["game_date"] for r in rows.values()} == {date(2025, 2, 20)}


@pytest.mark.parametrize(("status", "period"), [("2025-02-21T02:00:00Z", 0), ("Postponed", 0), ("Postponed", 4)])
def test_a_game_that_has_not_been_played_has_no_score(shared: Path, status: str, period: int) -> None:
    body = content(sample(shared, games.FEED, "raw_278cb9ed.json"))
    body["data"][0] |= {"status": status, "period": period, "home_team_score": 0, "visitor_team_score": 0}
    row = rows_of(games.parse(payload(games.FEED, body)))[0]
    assert (row["is_final"], row["home_points"], row["away_points"], row["period"]) == (False, None, None, None)


@pytest.mark.parametrize(
    ("name", "day", "scores", "count", "played"),
    [
        ("raw_7a649e12.json", date(2024, 1, 15), MLK_DAY, 384, 229),
        ("raw_71b3c5b2.json", date(2026, 1, 9), FRIDAY, 347, 208),
    ],
)
def test_box_scores_of_a_day_add_up(
    shared: Path, name: str, day: date, scores: dict[str, int], count: int, played: int
) -> None:
    units = boxscores.parse_days(sample(shared, boxscores.DAY_FEED, name))
    rows = rows_of(units)
    assert (len(units), len(rows)) == (len(scores) / 2, count)
    assert points(rows) == scores
    assert {r["game_date"] for r in rows} == {day}
    # "00" minutes are those who did not play, and a few who played seconds.
    assert sum(bool(r["minutes"]) for r in rows) == played
    assert all(r["played"] for r in rows if r["minutes"])


def test_a_line_is_as_it_was(shared: Path) -> None:
    rows = rows_of(boxscores.parse_days(sample(shared, boxscores.DAY_FEED, "raw_71b3c5b2.json")))
    (brown,) = [r for r in rows if r["player_name"] == "Jaylen Brown"]
    assert (brown["points"], brown["minutes"], brown["fta"], brown["tov"], brown["plus_minus"]) == (25, 37, 13, 4, 17)
    assert (brown["team"], brown["opponent"], brown["is_home"]) == ("BOS", "TOR", True)
    assert (brown["source_player_id"], brown["source_game_id"]) == ("70", "18447346")


def test_a_page_of_lines_adds_up(shared: Path) -> None:
    (unit,) = boxscores.parse_stats(sample(shared, boxscores.STATS_FEED, "raw_1db4c01e.json"))
    assert unit.scope == "bdl_player_box_scores:game:18444564:first"
    assert len(unit.rows) == 30
    assert points(unit.rows) == {"OKC": 103, "IND": 91}
    (walker,) = [r for r in unit.rows if r["player_name"] == "Jarace Walker"]
    assert (walker["played"], walker["minutes"], walker["is_home"], walker["plus_minus"]) == (False, 0, False, None)


def test_active_players(shared: Path) -> None:
    (unit,) = people.parse_players(sample(shared, people.PLAYERS_FEED, "raw_ac3e7bd3.json"))
    assert len(unit.rows) == 100
    assert Counter(r["team"] for r in unit.rows)["LAC"] == 7
    adams = unit.rows[0]
    assert (adams["player_name"], adams["team"], adams["height_inches"], adams["weight_pounds"]) == (
        *("Steven Adams", "HOU"),
        *(83, 265),
    )


@pytest.mark.parametrize(("name", "count", "out"), [("raw_49fd60fb.json", 100, 9), ("raw_d45e630e.json", 2, 1)])
def test_injuries(shared: Path, name: str, count: int, out: int) -> None:
    rows = rows_of(people.parse_injuries(sample(shared, people.INJURIES_FEED, name)))
    assert len(rows) == count
    assert sum(r["status"] == "Out" for r in rows) == out
    assert {r["snapshot_at"] for r in rows} == {datetime(2024, 11, 4, 15, tzinfo=UTC)}


def test_an_injury_is_as_it_was(shared: Path) -> None:
    rows = rows_of(people.parse_injuries(sample(shared, people.INJURIES_FEED, "raw_d45e630e.json")))
    (tatum,) = [r for r in rows if r["player_name"] == "Jayson Tatum"]
    assert (tatum["team"], tatum["status"], tatum["return_date"]) == ("BOS", "Out", "Feb 1")
    assert tatum["description"].startswith("May 13: Tatum will miss the rest of the season")


@pytest.mark.parametrize("name", ["raw_395a0451.json", "raw_b98e62d2.json"])
def test_standings(shared: Path, name: str) -> None:
    rows = {r["team"]: r for r in rows_of(standings.parse(sample(shared, standings.FEED, name)))}
    assert len(rows) == 30
    assert all(r["wins"] + r["losses"] == 82 for r in rows.values())
    # Games on neutral floors count for neither: Mexico City, Paris, and the semi-finals of the Cup.
    sides = ("home_wins", "home_losses", "road_wins", "road_losses")
    assert {team for team, r in rows.items() if sum(r[s] for s in sides) != 82} == {
        *("MIA", "WAS", "IND", "SAS", "MIL", "ATL", "OKC", "HOU")
    }
    boston = rows["BOS"]
    assert (boston["wins"], boston["conference_rank"], boston["road_wins"], boston["division_wins"]) == (61, 2, 33, 14)
    assert (rows["UTA"]["conference"], rows["UTA"]["losses"], rows["UTA"]["season"]) == ("West", 65, "2024-25")


@pytest.mark.parametrize(
    "parse",
    [
        *(games.parse, boxscores.parse_days, boxscores.parse_stats, people.parse_players, people.parse_injuries),
        standings.parse,
    ],
)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", json.dumps({"data": [{"id": 1}]}).encode()])
def test_what_is_no_such_answer_is_refused(parse, body: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PayloadError):
        parse(payload("bdl", body))
