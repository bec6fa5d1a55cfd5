"""Real box scores fit each other and the schedule; untruths, however consistent, do not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from common.raw_store import RawStore
from common.warehouse import QueryResult
from data_processors.raw import reading
from data_processors.raw.cross_checks import OtherLogs
from data_processors.raw.nbacom import schedule
from tests.data_processors.raw import archive

DAY, NIGHT = "2024-11-04", datetime(2024, 11, 5, 9, tzinfo=UTC)
PLAYERS, TEAMS, SHOTS = "nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart"
Log = dict[str, Any]


@dataclass
class Scheduled:
    """A warehouse that has nothing but a schedule."""

    games: list[dict[str, Any]]

    def query(self, sql: str, params: dict[str, Any]) -> QueryResult:
        if "nba_raw.schedule" not in sql:
            return QueryResult()
        return QueryResult([g for g in self.games if g["game_id"] in params.get("game_ids", ())])


@pytest.fixture(scope="module")
def listed(recorded: Path) -> list[dict[str, Any]]:
    (found,) = archive.payloads(recorded, "nbac_schedule", "2024-25")
    wanted = ("game_id", "game_date", "season", "home_team", "away_team", "postponed")
    return [{k: row[k] for k in wanted} for unit in schedule.parse(found) for row in unit.rows]


@pytest.fixture(scope="module")
def real(recorded: Path) -> dict[str, Log]:
    return {f: json.loads(archive.payloads(recorded, f, DAY)[0].body) for f in (PLAYERS, TEAMS, SHOTS)}


@dataclass
class Bench:
    """Reads logs beside a schedule and what the raw store has of the other log."""

    store: RawStore
    games: list[dict[str, Any]]
    hour: int = 0

    def read(self, **logs: Log) -> reading.Parsed:
        """Keep and read logs by feed, as one event would bring them."""
        self.hour += 1
        at = NIGHT.replace(hour=self.hour)
        paths = [
            archive.keep(self.store, feed, DAY, "regular_season", json.dumps(log).encode(), at)
            for feed, log in logs.items()
        ]
        found = [self.store.get(p) for p in paths]
        return reading.parse_batch(Scheduled(self.games), found, OtherLogs(self.store, None))  # type: ignore[arg-type]


@pytest.fixture
def bench(tmp_path: Path, listed: list[dict[str, Any]]) -> Bench:
    return Bench(RawStore(tmp_path.as_uri()), listed)


def rows_of(log: Log) -> list[dict[str, Any]]:
    (found,) = log["resultSets"]
    return [dict(zip(found["headers"], row, strict=True)) for row in found["rowSet"]]


def rewritten(log: Log, change: Callable[[dict[str, Any]], object]) -> Log:
    """A copy of `log` whose rows `change` has worked on; rows that it answers with False are gone."""
    made = copy.deepcopy(log)
    (found,) = made["resultSets"]
    rows = rows_of(log)
    found["rowSet"] = [list(row.values()) for row in rows if change(row) is not False]
    return made


def games_in(parsed: reading.Parsed, feed: str) -> set[str]:
    return {u.scope for u in parsed.units if u.payload.feed == feed}


def held(parsed: reading.Parsed) -> dict[str, str]:
    return {path.split("/")[0]: reason for path, reason in parsed.waiting.items()}


def test_a_real_day_fits(bench: Bench, real: dict[str, Log]) -> None:
    parsed = bench.read(**real)
    assert parsed.waiting == {}
    assert parsed.quarantined == []
    assert {feed: len(games_in(parsed, feed)) for feed in real} == {PLAYERS: 15, TEAMS: 15, SHOTS: 15}


def game_of(log: Log, number: int) -> str:
    return sorted({str(r["GAME_ID"]) for r in rows_of(log)})[number]


def test_a_game_that_lacks_players_waits_with_both_its_answers_and_the_others_land(
    bench: Bench, real: dict[str, Log]
) -> None:
    game, seen = game_of(real[PLAYERS], 0), []

    def every_other(row: dict[str, Any]) -> bool:
        seen.append(row["GAME_ID"] == game)
        return not (seen[-1] and sum(seen) % 2)

    parsed = bench.read(**{PLAYERS: rewritten(real[PLAYERS], every_other), TEAMS: real[TEAMS]})
    for feed in (PLAYERS, TEAMS):
        assert len(games_in(parsed, feed)) == 14
        assert f"game:{game}" not in games_in(parsed, feed)
        assert game in held(parsed)[feed]
        assert "points, by the other log" in held(parsed)[feed]
    # The whole answer comes: its game lands, and the team log with it when it is read again.
    later = bench.read(**{PLAYERS: real[PLAYERS]})
    assert (later.waiting, len(games_in(later, PLAYERS))) == ({}, 15)
    again = bench.read(**{TEAMS: real[TEAMS]})
    assert (again.waiting, len(games_in(again, TEAMS))) == ({}, 15)


def test_a_correction_that_comes_in_two_parts_is_let_in_with_the_second(bench: Bench, real: dict[str, Log]) -> None:
    bench.read(**{PLAYERS: real[PLAYERS], TEAMS: real[TEAMS]})
    first = rows_of(real[PLAYERS])[0]

    def assist(row: dict[str, Any]) -> None:
        if (row["GAME_ID"], row["TEAM_ID"]) == (first["GAME_ID"], first["TEAM_ID"]):
            row["AST"] += 1 if row.get("PLAYER_ID", first["PLAYER_ID"]) == first["PLAYER_ID"] else 0

    assert "ast, by the other log" in held(bench.read(**{PLAYERS: rewritten(real[PLAYERS], assist)}))[PLAYERS]
    parsed = bench.read(**{TEAMS: rewritten(real[TEAMS], assist)})
    assert (parsed.waiting, len(games_in(parsed, TEAMS))) == ({}, 15)
    parsed = bench.read(**{PLAYERS: rewritten(real[PLAYERS], assist)})
    assert (parsed.waiting, len(games_in(parsed, PLAYERS))) == ({}, 15)


def exchanged(row: dict[str, Any]) -> None:
    row["AST"], row["STL"] = row["STL"], row["AST"]


def sixty_more(row: dict[str, Any]) -> None:
    if row["PTS"] > 20:
        row["PTS"], row["FGM"], row["FGA"] = row["PTS"] + 60, row["FGM"] + 30, row["FGA"] + 30


@pytest.mark.parametrize(("change", "column"), [(exchanged, "ast"), (sixty_more, "points")])
def test_columns_that_are_untrue_in_themselves_do_not_add_up(
    bench: Bench, real: dict[str, Log], change: Callable[[dict[str, Any]], object], column: str
) -> None:
    parsed = bench.read(**{PLAYERS: rewritten(real[PLAYERS], change), TEAMS: real[TEAMS]})
    assert len(games_in(parsed, PLAYERS)) <= 1
    assert f" {column}, by the other log " in held(parsed)[PLAYERS]


@pytest.mark.parametrize("feed", [PLAYERS, TEAMS, SHOTS])
def test_ids_exchanged_between_two_games_contradict_the_schedule(bench: Bench, real: dict[str, Log], feed: str) -> None:
    one, other = game_of(real[feed], 0), game_of(real[feed], 1)

    def exchange(row: dict[str, Any]) -> None:
        row["GAME_ID"] = {one: other, other: one}.get(row["GAME_ID"], row["GAME_ID"])

    parsed = bench.read(**{feed: rewritten(real[feed], exchange)})
    assert len(games_in(parsed, feed)) == 13
    assert held(parsed)[feed].startswith("2 games whose rows do not fit")


@pytest.mark.parametrize("feed", [PLAYERS, TEAMS, SHOTS])
def test_another_date_waits_for_the_schedule(bench: Bench, real: dict[str, Log], feed: str) -> None:
    def later(row: dict[str, Any]) -> None:
        row["GAME_DATE"] = row["GAME_DATE"].replace("2024-11-04", "2024-11-14").replace("20241104", "20241114")

    moved = rewritten(real[feed], later)
    parsed = bench.read(**{feed: moved})
    assert games_in(parsed, feed) == set()
    assert "by the schedule on 2024-11-04" in held(parsed)[feed]
    bench.games = [g | {"game_date": date(2024, 11, 14)} for g in bench.games]
    assert bench.read(**{feed: moved}).waiting == {}


def refusal(bench: Bench, feed: str, log: Log) -> PayloadError:
    (item,) = bench.read(**{feed: log}).quarantined
    assert isinstance(item.error, PayloadError)
    return item.error


@pytest.mark.parametrize("feed", [PLAYERS, TEAMS, SHOTS])
@pytest.mark.parametrize("year", ["2023", "2025"])
def test_a_date_of_another_season_is_refused(bench: Bench, real: dict[str, Log], feed: str, year: str) -> None:
    def moved(row: dict[str, Any]) -> None:
        row["GAME_DATE"] = row["GAME_DATE"].replace("2024", year, 1)

    assert "not of a season with" in refusal(bench, feed, rewritten(real[feed], moved)).message


def test_a_schedule_with_a_game_of_another_season_s_date_is_refused(bench: Bench) -> None:
    wrong = archive.schedule_of(("0022400061", "2023-11-04", "BOS", "NYK"))
    assert "not of a season with" in refusal(bench, "nbac_schedule", wrong).message


def test_a_schedule_with_teams_against_their_ids_is_refused(bench: Bench) -> None:
    wrong = archive.schedule_of(("0022400061", DAY, "BOS", "NYK"))
    (game,) = wrong["leagueSchedule"]["gameDates"][0]["games"]
    game["homeTeam"]["teamId"], game["awayTeam"]["teamId"] = game["awayTeam"]["teamId"], game["homeTeam"]["teamId"]
    assert "is not the id of BOS" in refusal(bench, "nbac_schedule", wrong).message


@pytest.mark.parametrize("feed", [PLAYERS, TEAMS])
def test_a_game_with_teams_against_their_ids_is_set_apart(bench: Bench, real: dict[str, Log], feed: str) -> None:
    game = game_of(real[feed], 0)
    one, other = sorted({r["TEAM_ID"] for r in rows_of(real[feed]) if r["GAME_ID"] == game})

    def swap(row: dict[str, Any]) -> None:
        row["TEAM_ID"] = {one: other, other: one}.get(row["TEAM_ID"], row["TEAM_ID"])

    parsed = bench.read(**{feed: rewritten(real[feed], swap)})
    assert games_in(parsed, feed) == {f"game:{g}" for g in {str(r["GAME_ID"]) for r in rows_of(real[feed])} - {game}}
    (apart,) = parsed.unread.values()
    assert "is not the id of" in str(apart.error)


def test_both_teams_can_t_have_won(bench: Bench, real: dict[str, Log]) -> None:
    def won(row: dict[str, Any]) -> None:
        row["WL"] = "W"

    assert "contradict each other" in refusal(bench, TEAMS, rewritten(real[TEAMS], won)).message


def test_half_a_game_waits(bench: Bench, real: dict[str, Log]) -> None:
    first = rows_of(real[TEAMS])[0]

    def others(row: dict[str, Any]) -> bool:
        return (row["GAME_ID"], row["TEAM_ID"]) != (first["GAME_ID"], first["TEAM_ID"])

    parsed = bench.read(**{TEAMS: rewritten(real[TEAMS], others)})
    assert "of two teams" in held(parsed)[TEAMS]
    assert len(games_in(parsed, TEAMS)) == 14


def test_an_other_log_that_can_t_be_read_holds_nothing_back(bench: Bench, real: dict[str, Log]) -> None:
    archive.keep(bench.store, TEAMS, DAY, "regular_season", b"<html>", NIGHT)
    assert bench.read(**{PLAYERS: real[PLAYERS]}).waiting == {}
