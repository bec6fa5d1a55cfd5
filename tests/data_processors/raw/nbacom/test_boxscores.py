from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError, UnreadPartsError
from data_processors.raw.nbacom.boxscores import parse_players, parse_teams
from data_processors.raw.raw_tables import Row
from data_processors.raw.source_values import team_codes_by_id
from tests.data_processors.raw.archive import changed_log, cut_log, payload, payloads

COUNTS = ["MIN", "PTS", "FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "REB", "AST", "STL", "BLK"]
HEADERS = ["GAME_ID", "GAME_DATE", "TEAM_ID", "TEAM_ABBREVIATION", "MATCHUP", "WL", *COUNTS, "TOV", "PF", "PLUS_MINUS"]

LINE = {"MIN": 240, "PTS": 6, "FGM": 2, "REB": 2, "FGA": 3}


def players(recorded: Path, day: str) -> list[Row]:
    return [r for p in payloads(recorded, "nbac_player_boxscore", day) for u in parse_players(p) for r in u.rows]


def teams(recorded: Path, day: str) -> list[Row]:
    return [r for p in payloads(recorded, "nbac_team_boxscore", day) for u in parse_teams(p) for r in u.rows]


def log_line(team: str, matchup: str, **changes: object) -> list[Any]:
    values = (
        dict.fromkeys(HEADERS, 1)
        | LINE
        | {
            "GAME_ID": "0022400147",
            "GAME_DATE": "2024-11-02",
            "TEAM_ABBREVIATION": team,
            "MATCHUP": matchup,
            "WL": "W",
            "TEAM_ID": next(i for i, code in team_codes_by_id().items() if code == team),
            **changes,
        }
    )
    return [values[h] for h in HEADERS]


def team_rows(*lines: list[Any]) -> list[Row]:
    body = {"resultSets": [{"name": "LeagueGameLog", "headers": HEADERS, "rowSet": list(lines)}]}
    return [row for unit in parse_teams(payload("nbac_team_boxscore", body)) for row in unit.rows]


def test_a_real_day_is_whole(recorded: Path) -> None:
    rows = players(recorded, "2024-11-04")
    assert len(rows) == 312
    assert sum(r["points"] for r in rows) == 3364
    assert len({r["game_id"] for r in rows}) == 15


@pytest.mark.parametrize(
    ("day", "name", "points", "sides"),
    [
        ("2024-01-26", "Luka Dončić", 73, ("DAL", "ATL", False)),
        ("2024-01-22", "Joel Embiid", 70, ("PHI", "SAS", True)),
        ("2023-12-13", "Giannis Antetokounmpo", 64, ("MIL", "IND", True)),
        ("2024-11-15", "De'Aaron Fox", 60, ("SAC", "MIN", True)),
    ],
)
def test_famous_games_are_as_they_were(
    recorded: Path, day: str, name: str, points: int, sides: tuple[str, str, bool]
) -> None:
    (best,) = [r for r in players(recorded, day) if r["player_name"] == name]
    assert best["points"] == points
    assert (best["team"], best["opponent"], best["is_home"]) == sides


@pytest.mark.parametrize("day", ["2024-11-04", "2024-11-27", "2022-01-15", "2024-11-02"])
def test_players_points_sum_to_their_teams(recorded: Path, day: str) -> None:
    by_team: dict[tuple[str, str], int] = {}
    for row in players(recorded, day):
        by_team[row["game_id"], row["team"]] = by_team.get((row["game_id"], row["team"]), 0) + row["points"]
    assert by_team == {(r["game_id"], r["team"]): r["points"] for r in teams(recorded, day)}


def test_every_game_has_one_home_team(recorded: Path) -> None:
    rows = teams(recorded, "2024-11-02")
    assert sum(r["is_home"] for r in rows) == len(rows) / 2


def test_on_a_neutral_floor_the_log_of_teams_names_the_home_team_second(recorded: Path) -> None:
    mexico = {r["team"]: r for r in teams(recorded, "2024-11-02") if r["game_id"] == "0022400147"}
    assert mexico["WAS"]["is_home"]
    assert not mexico["MIA"]["is_home"]
    assert (mexico["WAS"]["opponent"], mexico["MIA"]["opponent"]) == ("MIA", "WAS")


def test_on_a_neutral_floor_the_log_of_players_does_not_know_the_home_team(recorded: Path) -> None:
    rows = players(recorded, "2024-11-02")
    assert {r["game_id"] for r in rows if r["is_home"] is None} == {"0022400147"}


def test_the_scope_is_the_game(recorded: Path) -> None:
    for unit in parse_players(payloads(recorded, "nbac_player_boxscore", "2024-11-04")[0]):
        assert {f"game:{r['game_id']}" for r in unit.rows} == {unit.scope}


def test_absent_counts_stay_null_and_zero_stays_zero() -> None:
    (row,) = team_rows(log_line("WAS", "WAS vs. MIA", PLUS_MINUS=None, STL=0, WL=None))
    assert (row["plus_minus"], row["stl"], row["win"]) == (None, 0, None)


def test_games_against_clubs_are_left_out() -> None:
    assert team_rows(log_line("WAS", "WAS vs. CNS")) == []


def test_equal_lines_collapse_and_contradicting_ones_are_refused() -> None:
    line = log_line("WAS", "WAS vs. MIA")
    assert len(team_rows(line, line)) == 1
    with pytest.raises(PayloadError, match="twice"):
        team_rows(line, log_line("WAS", "WAS vs. MIA", AST=2))


@pytest.mark.parametrize("matchup", ["WAS MIA", "BOS @ MIA", "WAS - MIA", "WAS @ WAS", ""])
def test_a_matchup_that_does_not_tell_the_sides_is_refused(matchup: str) -> None:
    with pytest.raises(PayloadError, match="MATCHUP"):
        team_rows(log_line("WAS", matchup))


def test_an_empty_log_names_no_scope() -> None:
    assert team_rows() == []


SWAPS = [
    *(("PTS", "MIN"), ("FGM", "FGA"), ("FTM", "FTA"), ("FG3M", "FG3A"), ("OREB", "REB"), ("FG3M", "FGM")),
    *(("PLUS_MINUS", "AST"), ("PF", "FGA"), ("TEAM_ID", "MIN")),
]


@pytest.mark.parametrize(("one", "other"), SWAPS)
@pytest.mark.parametrize("feed", ["nbac_player_boxscore", "nbac_team_boxscore"])
def test_headers_that_have_changed_places_are_refused(recorded: Path, feed: str, one: str, other: str) -> None:
    (real,) = payloads(recorded, feed, "2024-11-04")
    body = json.loads(real.body)
    headers = body["resultSets"][0]["headers"]
    first, second = headers.index(one), headers.index(other)
    headers[first], headers[second] = other, one
    with pytest.raises(UnreadPartsError, match="nothing of the payload is used"):
        (parse_players if feed == "nbac_player_boxscore" else parse_teams)(payload(feed, body))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        *(("PTS", 3), ("FGM", 99), ("MIN", -1), ("MIN", 76), ("REB", 99), ("AST", 41), ("STL", -1), ("PF", 9)),
        *(("PLUS_MINUS", 101), ("PLAYER_ID", 0), ("TEAM_ID", 1610612737), ("PLAYER_NAME", "a\x00b")),
        *(("PLAYER_NAME", "A" * 100_000), ("PLAYER_NAME", "\ud800"), ("GAME_DATE", "2023-11-04")),
        *(("AST", "3"), ("AST", 10**400), ("AST", float("nan")), ("WL", "X")),
    ],
)
def test_a_line_that_cannot_be_sets_its_game_apart_and_the_others_land(
    recorded: Path, header: str, value: object
) -> None:
    log = cut_log(recorded, "nbac_player_boxscore", "2024-11-04", 3)
    whole = parse_players(payload("nbac_player_boxscore", log))
    body = changed_log(log, 0, header, value)
    broken = body["resultSets"][0]["rowSet"][0][body["resultSets"][0]["headers"].index("GAME_ID")]
    units = parse_players(payload("nbac_player_boxscore", body))
    assert {u.scope for u in units} == {u.scope for u in whole} - {f"game:{broken}"}
    (error,) = [e for u in units for e in u.unread]
    assert error.field is not None


def test_every_real_line_of_a_month_is_as_the_rules_say(recorded: Path) -> None:
    days = [f"2024-12-{n:02d}" for n in range(1, 32)]
    found = [u for day in days for p in payloads(recorded, "nbac_player_boxscore", day) for u in parse_players(p)]
    found += [u for day in days for p in payloads(recorded, "nbac_team_boxscore", day) for u in parse_teams(p)]
    assert sum(len(u.rows) for u in found) > 4000
    assert [e for u in found for e in u.unread] == []
