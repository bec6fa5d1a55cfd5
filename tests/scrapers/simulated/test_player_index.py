from __future__ import annotations

from datetime import date

from common import clock
from common.raw_store import RawPayload
from data_processors.raw.nbacom import player_list
from tests.scrapers.simulated.conftest import SEASON, STATS, Ask, log_params, rows_of

PARAMS = {"LeagueID": "00", "Season": SEASON, "Historical": "0"}
SUMMER = clock.eastern(date(2024, 9, 1), 12)
OPENING = clock.eastern(date(2024, 10, 21), 12)
SPRING = clock.eastern(date(2025, 4, 30), 12)


def test_the_list_parses_as_the_league_s_own(ask: Ask) -> None:
    answer = ask(f"{STATS}/playerindex", OPENING, **PARAMS)
    payload = RawPayload("f", SEASON, "https://example.org", {}, OPENING, 200, "application/json", answer.content)
    (unit,) = player_list.parse(payload)
    assert len(unit.rows) == 450
    assert {r["season"] for r in unit.rows} == {SEASON}
    assert len({r["team"] for r in unit.rows} - {None}) == 30


def test_whoever_plays_on_the_first_nights_stood_on_that_team_in_the_list_before(ask: Ask) -> None:
    listed = {r["PERSON_ID"]: r for r in rows_of(ask(f"{STATS}/playerindex", OPENING, **PARAMS))}
    log = rows_of(ask(f"{STATS}/leaguegamelog", SPRING, **log_params("P", date(2024, 10, 1), date(2024, 11, 5))))
    assert log
    for line in log:
        player = listed[line["PLAYER_ID"]]
        assert player["TEAM_ABBREVIATION"] == line["TEAM_ABBREVIATION"]
        assert f"{player['PLAYER_FIRST_NAME']} {player['PLAYER_LAST_NAME']}" == line["PLAYER_NAME"]


def test_a_trade_shows_in_the_list_once_it_is_made_and_not_before(ask: Ask) -> None:
    teams = [
        {r["PERSON_ID"]: r["TEAM_ID"] for r in rows_of(ask(f"{STATS}/playerindex", at, **PARAMS))}
        for at in (SUMMER, OPENING, SPRING)
    ]
    assert teams[0] == teams[1]
    assert len([p for p in teams[1] if teams[1][p] != teams[2][p]]) > 4


def test_a_season_that_the_league_cannot_play_has_no_players(ask: Ask) -> None:
    assert rows_of(ask(f"{STATS}/playerindex", OPENING, **PARAMS | {"Season": "2024"})) == []
