"""What a blocking audit refuses is never seen: it waits whole, what was there before stays, and the rest lands."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from data_processors.audits import holds
from data_processors.raw import raw_audits
from data_processors.raw.landing import land, read_state
from data_processors.raw.nbacom.boxscores import parse_players, parse_teams
from data_processors.raw.raw_audits import AUDITED
from data_processors.raw.raw_tables import ScopeRows
from tests.data_processors.raw import archive
from tests.data_processors.raw.archive import changed_log, cut_log, without_row
from tests.data_processors.raw.conftest import NIGHT, Bench

pytestmark = pytest.mark.stack
PLAYERS, TEAMS, DAY = "nbac_player_boxscore", "nbac_team_boxscore", "2024-11-04"
TABLE, TEAM_TABLE = "nba_raw.player_boxscores", "nba_raw.team_boxscores"
LINES = f"SELECT game_id, player_id, points, ast, fetched_at FROM {TABLE} ORDER BY game_id, player_id"
WAITING = "SELECT raw_path, error_type, error_message, status FROM nba_orchestration.quarantine ORDER BY raw_path"


@pytest.fixture(autouse=True)
def _few_assists(monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit that no parser has forestalled: what the real ones would find, reading refuses already."""
    table, audits = AUDITED[TABLE]
    more = table, (*audits, holds("few_assists", "ast < 30"))
    monkeypatch.setitem(AUDITED, TABLE, more)
    monkeypatch.setitem(raw_audits._PARTS, table.part, more)


def value(log: dict[str, Any], row: int, header: str) -> Any:
    result = log["resultSets"][0]
    return result["rowSet"][row][result["headers"].index(header)]


def with_free_throw(log: dict[str, Any], row: int) -> dict[str, Any]:
    """One point more, by a free throw: the line adds up in itself."""
    for header in ("PTS", "FTM", "FTA"):
        log = changed_log(log, row, header, value(log, row, header) + 1)
    return log


def test_a_game_that_fails_an_audit_waits_and_the_other_games_of_its_payload_land(bench: Bench) -> None:
    log = cut_log(bench.recorded, PLAYERS, DAY, 2)
    game_id, player_id = value(log, 0, "GAME_ID"), value(log, 0, "PLAYER_ID")
    bad = bench.keep(PLAYERS, changed_log(log, 0, "AST", 35))
    answer = bench.push(bad)
    (result,) = answer.results
    assert (result.status, answer.push_code()) == ("quarantined", 200)
    assert bench.count(TABLE, f"game_id = '{game_id}'") == 0
    assert bench.count(TABLE, f"game_id <> '{game_id}'") == result.rows_changed > 0
    (kept,) = bench.rows(WAITING)
    assert (kept["raw_path"], kept["error_type"], kept["status"]) == (bad, "AuditError", "waiting")
    assert f"few_assists of {TABLE}: 1 failed, e.g. {game_id}|{player_id}" in kept["error_message"]
    assert bench.events[-1].status == "partial"
    # Tried again it waits on, and the good answer settles it.
    assert [r.status for r in bench.push(bad).results] == ["quarantined"]
    bench.push(bench.keep(PLAYERS, log, NIGHT + timedelta(hours=1)))
    assert bench.count(TABLE) == len(log["resultSets"][0]["rowSet"])
    assert bench.count(TABLE, "ast >= 30") == 0
    assert [r["status"] for r in bench.rows(WAITING)] == ["resolved"]


def test_a_bad_correction_leaves_the_rows_from_before(bench: Bench) -> None:
    log = cut_log(bench.recorded, PLAYERS, DAY, 1)
    bench.push(bench.keep(PLAYERS, log))
    before = bench.rows(LINES)
    bench.push(bench.keep(PLAYERS, changed_log(log, 0, "AST", 35), NIGHT + timedelta(hours=1)))
    assert bench.rows(LINES) == before
    assert len(bench.events) == 1


def test_box_scores_that_do_not_make_their_teams_points_are_refused_whoever_brought_those(bench: Bench) -> None:
    """The teams' rows come from nowhere in the raw store, so that only the table can tell."""
    players, teams = (cut_log(bench.recorded, feed, DAY, 1) for feed in (PLAYERS, TEAMS))
    found = parse_teams(archive.payload(TEAMS, teams, path="elsewhere"))
    at = NIGHT - timedelta(hours=1)
    lineage = {"source": TEAMS, "raw_path": "elsewhere", "source_row_hash": "x", "fetched_at": at, "loaded_at": at}
    rows = [row | lineage | {"scope": unit.scope, "is_home": True} for unit in found for row in unit.rows]
    bench.context.warehouse.load(TEAM_TABLE, rows, work=[bench.context.settings.raw_url])
    bad = bench.keep(PLAYERS, with_free_throw(players, 0))
    assert [r.status for r in bench.push(bad).results] == ["quarantined"]
    assert (bench.count(TABLE), bench.count(TEAM_TABLE)) == (0, 2)
    assert "player_points_make_team_points" in bench.rows(WAITING)[0]["error_message"]
    bench.push(bench.keep(PLAYERS, players, NIGHT + timedelta(hours=1)))
    assert bench.count(TABLE) == len(players["resultSets"][0]["rowSet"])


def land_both(bench: Bench, players: dict[str, Any], teams: dict[str, Any]) -> set[str]:
    """Land a log of players and one of teams as they are; the tables of which a payload was refused."""
    units: list[ScopeRows] = []
    for feed, log, parse in ((PLAYERS, players, parse_players), (TEAMS, teams, parse_teams)):
        units += parse(bench.context.raw_store.get(bench.keep(feed, log)))
    for row in (row for unit in units for row in unit.rows):
        row["is_home"] = bool(row["is_home"])
    state = read_state(bench.context.warehouse, units, sorted({u.payload.path for u in units}))
    landed = land(bench.context.warehouse, units, state)
    assert [t.error for t in landed] == [None, None]
    return {t.table for t in landed if t.refused}


def test_box_scores_of_one_batch_that_differ_are_both_refused_and_no_other_game_is(bench: Bench) -> None:
    players, teams = (cut_log(bench.recorded, feed, DAY, 2) for feed in (PLAYERS, TEAMS))
    game_id = value(players, 0, "GAME_ID")
    assert land_both(bench, with_free_throw(players, 0), teams) == {TABLE, TEAM_TABLE}
    for table in (TABLE, TEAM_TABLE):
        assert bench.count(table, f"game_id = '{game_id}'") == 0
        assert bench.count(table, f"game_id <> '{game_id}'") > 0


def test_a_bad_line_of_a_player_does_not_keep_his_teams_out(bench: Bench) -> None:
    players, teams = (cut_log(bench.recorded, feed, DAY, 1) for feed in (PLAYERS, TEAMS))
    assert land_both(bench, changed_log(with_free_throw(players, 0), 0, "AST", 35), teams) == {TABLE}
    assert (bench.count(TABLE), bench.count(TEAM_TABLE)) == (0, 2)


def test_each_scope_is_guarded_by_its_own_answers_age(bench: Bench) -> None:
    """Two games answered at different times, and a newer answer about the older one's game that lands meanwhile."""
    log = cut_log(bench.recorded, PLAYERS, DAY, 2)
    place = log["resultSets"][0]["headers"].index("GAME_ID")
    old, new = sorted({row[place] for row in log["resultSets"][0]["rowSet"]})

    def scope(content: dict[str, Any], game_id: str, hours: int) -> ScopeRows:
        path = bench.keep(PLAYERS, content, NIGHT + timedelta(hours=hours), request=f"{game_id}-{hours}")
        payload = bench.context.raw_store.get(path)
        (unit,) = (u for u in parse_players(payload) if u.scope == f"game:{game_id}")
        for row in unit.rows:
            row["is_home"] = row["is_home"] or False
        return unit

    def row_of(game_id: str) -> int:
        return next(n for n, row in enumerate(log["resultSets"][0]["rowSet"]) if row[place] == game_id)

    def landed(*units: ScopeRows) -> None:
        state = read_state(bench.context.warehouse, units, [u.payload.path for u in units])
        assert [t.error for t in land(bench.context.warehouse, units, state)] == [None]

    landed(scope(log, old, 0), scope(log, new, 0))
    without = without_row(log, row_of(old))
    units = [scope(without, old, 1), scope(changed_log(log, row_of(new), "AST", 29), new, 3)]
    state = read_state(bench.context.warehouse, units, [u.payload.path for u in units])
    landed(scope(changed_log(log, row_of(old), "AST", 28), old, 2))
    newer = [r for r in bench.rows(LINES) if r["game_id"] == old]
    assert [t.error for t in land(bench.context.warehouse, units, state)] == [None]
    assert [r for r in bench.rows(LINES) if r["game_id"] == old] == newer
    assert bench.count(TABLE, f"game_id = '{new}' AND ast = 29") == 1


def test_fifty_equal_events_at_once_are_one_merge_a_table(bench: Bench) -> None:
    path = bench.keep(PLAYERS, cut_log(bench.recorded, PLAYERS, DAY, 1))
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: bench.push(path), range(50)))
    assert {a.status for a in answers} == {"success"}
    assert Counter(bench.written) == {
        TABLE: 1,
        "nba_raw.players": 1,
        "nba_reference.team_spells": 1,
        "nba_reference.players": 1,
    }
    assert len(bench.events) == 1
