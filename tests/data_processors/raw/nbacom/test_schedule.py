from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.schedule import parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload, payloads
from tests.data_processors.raw.samples import sample

HOME, AWAY = {"teamId": 1610612738, "teamTricode": "BOS"}, {"teamId": 1610612752, "teamTricode": "NYK"}


def game(**changes: object) -> dict[str, Any]:
    return {
        "gameId": "0022400061",
        "gameStatus": 1,
        "gameStatusText": "7:30 pm ET",
        "gameDateEst": "2024-10-22T00:00:00Z",
        "gameDateTimeEst": "2024-10-22T19:30:00Z",
        "gameDateTimeUTC": "2024-10-22T23:30:00Z",
        "postponedStatus": "N",
        "homeTeam": HOME,
        "awayTeam": AWAY,
        **changes,
    }


def rows_of(*games: dict[str, Any]) -> list[Row]:
    body = {"leagueSchedule": {"seasonYear": "2024-25", "gameDates": [{"games": list(games)}]}}
    return [row for unit in parse(payload("nbac_schedule", body, scope="2024-25")) for row in unit.rows]


def test_a_real_season_has_its_1230_games_and_the_tours_are_left_out(recorded: Path) -> None:
    for season, kept in (("2023-24", 1295), ("2024-25", 1390)):
        (unit,) = parse(payloads(recorded, "nbac_schedule", season)[0])
        assert unit.scope == f"season:{season}"
        assert len(unit.rows) == kept
        assert sum(r["season_type"] == "Regular Season" for r in unit.rows) == 1230
        assert len({r["game_id"] for r in unit.rows}) == kept
        assert not any(r["postponed"] for r in unit.rows)


def test_a_real_day_has_its_games_at_their_times(recorded: Path) -> None:
    (unit,) = parse(payloads(recorded, "nbac_schedule", "2024-25")[0])
    day = [r for r in unit.rows if r["game_date"] == date(2024, 11, 4)]
    assert len(day) == 15
    (game,) = [r for r in day if r["home_team"] == "LAC"]
    assert (game["away_team"], game["tip_off"]) == ("SAS", datetime(2024, 11, 5, 3, 30, tzinfo=UTC))


def test_a_tip_off_is_utc_and_est_fields_are_eastern_whatever_their_z_says() -> None:
    (row,) = rows_of(game(gameDateTimeUTC=None))
    assert row["tip_off"] == datetime(2024, 10, 22, 23, 30, tzinfo=UTC)
    assert row == rows_of(game())[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"gameStatusText": "TBD"},
        {"gameDateTimeUTC": "2024-10-22T04:00:00Z"},
        {"gameDateTimeUTC": "0001-01-01T00:00:00Z"},
    ],
)
def test_a_tip_off_to_be_determined_is_null(changes: dict[str, Any]) -> None:
    (row,) = rows_of(game(**changes))
    assert row["tip_off"] is None
    assert row["game_date"] == date(2024, 10, 22)


@pytest.mark.parametrize("text", ["PPD", "Postponed", "ppd ", "Postponed - Weather", "Canceled"])
def test_a_game_is_off_when_its_status_text_says_so(text: str) -> None:
    assert rows_of(game(gameStatusText=text, postponedStatus="N"))[0]["postponed"] is True


@pytest.mark.parametrize("flag", ["Y", "P", "X", None, 1, "absent"])
def test_a_flag_alone_switches_no_game_off_whatever_it_says(flag: object) -> None:
    listed = game(postponedStatus=flag)
    if flag == "absent":
        del listed["postponedStatus"]
    assert rows_of(listed)[0]["postponed"] is False


def test_a_season_whose_games_are_all_flagged_is_on(shared: Path) -> None:
    case = json.loads((shared / "cases" / "schedule_Y_with_normal_text.json").read_text())
    for feed in ("nbac_schedule", "nbac_schedule_cdn"):
        (unit,) = parse(payload(feed, case))
        assert [(r["game_id"], r["postponed"]) for r in unit.rows] == [("0022600250", False)]


def test_a_game_at_its_old_and_its_new_date_counts_at_the_new_one() -> None:
    moved = game(gameDateEst="2025-01-09T00:00:00Z", gameDateTimeUTC="2025-01-10T00:30:00Z")
    off = game(gameStatusText="PPD")
    for order in ((off, moved), (moved, off)):
        assert [r["game_date"] for r in rows_of(*order)] == [date(2025, 1, 9)]


@pytest.mark.parametrize("text", ["PPD", "7:30 pm ET"])
def test_a_moved_game_that_is_flagged_alike_twice_counts_at_the_later_date_and_costs_no_other(text: str) -> None:
    moved = game(
        gameDateEst="2025-01-09T00:00:00Z", gameDateTimeUTC="2025-01-10T00:30:00Z",
        gameStatusText=text, postponedStatus="Y",
    )  # fmt: skip
    old, other = game(gameStatusText=text, postponedStatus="Y"), game(gameId="0022400062")
    for order in ((old, moved, other), (moved, other, old)):
        found = {r["game_id"]: r["game_date"] for r in rows_of(*order)}
        assert found == {"0022400061": date(2025, 1, 9), "0022400062": date(2024, 10, 22)}


@pytest.mark.parametrize("side", ["CNS", "", None])
def test_a_game_against_a_club_or_nobody_yet_is_left_out(side: str | None) -> None:
    assert rows_of(game(awayTeam={"teamId": 12304, "teamTricode": side})) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gameId": "1522400001"}, "gameId"),
        ({"gameId": "0022300061"}, "gameId"),
        ({"gameDateTimeUTC": "2024-10-22 19:30"}, "gameDateTimeUTC"),
        ({"homeTeam": None}, "homeTeam"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(PayloadError, match=field):
        rows_of(game(**changes))


@pytest.mark.parametrize("code", [-1, 0, 4, None, "Final"])
def test_an_unknown_code_is_told_and_its_game_stands_by_its_text(code: object) -> None:
    body = {"leagueSchedule": {"seasonYear": "2024-25", "gameDates": [{"games": [game(gameStatus=code)]}]}}
    (unit,) = parse(payload("nbac_schedule", body, scope="2024-25"))
    assert [(r["game_status"], r["game_status_text"], r["postponed"]) for r in unit.rows] == [
        (None, "7:30 pm ET", False)
    ]
    (told,) = unit.unread
    assert told.field == "body.leagueSchedule.gameDates[0].games[0].gameStatus"


def test_a_game_that_cannot_be_read_costs_that_game_not_the_season() -> None:
    others = [game(gameId="0022400062"), game(gameId="0022400063")]
    bad = game(gameDateEst="soon")
    body = {"leagueSchedule": {"seasonYear": "2024-25", "gameDates": [{"games": [bad, *others]}, 7]}}
    (unit,) = parse(payload("nbac_schedule", body, scope="2024-25"))
    assert [r["game_id"] for r in unit.rows] == ["0022400062", "0022400063"]
    assert [e.field for e in unit.unread] == [
        "body.leagueSchedule.gameDates[0].games[0].gameDateEst",
        "body.leagueSchedule.gameDates[1]",
    ]


def test_an_empty_schedule_says_nothing_about_its_season() -> None:
    body = {"leagueSchedule": {"seasonYear": "2024-25", "gameDates": []}}
    assert parse(payload("nbac_schedule", body)) == []


def test_the_twin_on_the_cdn_is_read_the_same_way(shared: Path) -> None:
    (unit,) = parse(sample(shared, "nbac_schedule_cdn", "raw_68953816.json", "nbac_schedule"))
    rows = {r["game_id"]: r for r in unit.rows}
    assert unit.scope == "season:2025-26"
    # 13 games are listed, two of them against Melbourne and South East Melbourne.
    assert len(rows) == 11
    opener = rows["0012500008"]
    assert (opener["home_team"], opener["away_team"], opener["season_type"]) == ("NYK", "PHI", "Pre Season")
    assert opener["tip_off"] == datetime(2025, 10, 2, 16, tzinfo=UTC)
    late = rows["0012500001"]
    assert (late["game_date"], late["tip_off"]) == (date(2025, 10, 3), datetime(2025, 10, 4, 2, tzinfo=UTC))


def test_a_whole_season_is_read_whole(shared: Path) -> None:
    (unit,) = parse(sample(shared, "nbac_schedule_api", "raw_80cb1fd6.json.gz", "nbac_schedule"))
    assert sum(r["season_type"] == "Regular Season" for r in unit.rows) == 1230
