from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.data_processors.raw.archive import payloads
from tests.data_processors.raw.conftest import NIGHT, Bench

pytestmark = pytest.mark.stack
PROPS, LINES, DAY = "oddsa_player_props", "oddsa_game_lines", "2024-11-04"
TABLE = "nba_raw.player_prop_lines"
MORNING = NIGHT - timedelta(hours=19)


def quoted(bench: Bench, day: str, *names: str) -> dict[str, Any]:
    """The first real event of a day that quotes all of `names`, with nothing but their quotes."""
    for found in payloads(bench.recorded, PROPS, day):
        body: dict[str, Any] = json.loads(found.body)
        there = set()
        for bookmaker in body["data"]["bookmakers"]:
            for market in bookmaker["markets"]:
                market["outcomes"] = [o for o in market["outcomes"] if o["description"] in names]
                there |= {o["description"] for o in market["outcomes"]}
        if there == set(names):
            return body
    raise LookupError(names)


def renamed(body: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(body).replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]))
    return changed


def stamped(body: dict[str, Any], at: str) -> dict[str, Any]:
    return body | {"timestamp": at}


def test_a_real_day_of_quotes_lands_whole(bench: Bench) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    answer = bench.push(*bench.fill(DAY, "oddsa_events", PROPS, LINES))
    assert {r.processor: r.status for r in answer.results} == {
        "oddsa_events": "unchanged",
        PROPS: "success",
        LINES: "success",
    }
    sides = {
        (b["key"], o["description"], o["point"], body["home_team"])
        for body in (json.loads(p.body)["data"] for p in payloads(bench.recorded, PROPS, DAY))
        for b in body["bookmakers"]
        for m in b["markets"]
        for o in m["outcomes"]
    }
    assert bench.count(TABLE) == len(sides)
    assert bench.count("nba_raw.game_lines") == 15 * 4
    (counts,) = bench.rows(
        f"SELECT COUNT(DISTINCT game_id) AS games, COUNTIF(snapshot_at >= tip_off) AS late, "
        f"COUNTIF(is_main_line) AS main, COUNT(DISTINCT CONCAT(player_id, bookmaker)) AS offers FROM {TABLE}"
    )
    assert (counts["games"], counts["late"]) == (15, 0)
    assert counts["main"] <= counts["offers"]
    event = bench.events[-1]
    assert event.game_dates == [date(2024, 11, 4)]
    assert {t.table for t in event.tables} == {TABLE, "nba_raw.game_lines"}


def test_every_snapshot_of_an_event_is_kept(bench: Bench) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    body = quoted(bench, DAY, "Kevin Durant")
    first = bench.keep(PROPS, stamped(body, "2024-11-04T14:00:00Z"), MORNING, request="e")
    second = bench.keep(PROPS, stamped(body, "2024-11-04T18:00:00Z"), MORNING + timedelta(hours=4), request="e")
    bench.push(second)
    bench.push(first)
    snapshots = bench.rows(f"SELECT snapshot_at, COUNT(*) AS n FROM {TABLE} GROUP BY 1 ORDER BY 1")
    assert [r["snapshot_at"].hour for r in snapshots] == [14, 18]
    assert len({r["n"] for r in snapshots}) == 1


def test_a_quote_that_left_a_snapshot_is_deleted_from_that_snapshot_only(bench: Bench) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    body = quoted(bench, DAY, "Kevin Durant")
    for hour in (14, 18):
        at = MORNING.replace(hour=hour)
        bench.push(bench.keep(PROPS, stamped(body, f"2024-11-04T{hour}:00:00Z"), at, request="e"))
    body["data"]["bookmakers"] = body["data"]["bookmakers"][:1]
    again = bench.keep(PROPS, stamped(body, "2024-11-04T14:00:00Z"), MORNING + timedelta(hours=6), request="e")
    bench.push(again)
    left = bench.rows(f"SELECT snapshot_at, COUNT(DISTINCT bookmaker) AS n FROM {TABLE} GROUP BY 1 ORDER BY 1")
    assert left[0]["n"] == 1 < left[1]["n"]


def test_an_unknown_name_waits_where_people_see_it_and_goes_once_it_is_known(bench: Bench) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    body = renamed(quoted(bench, DAY, "Kevin Durant"), "Kevin Durant", "Newly Named Rookie")
    path = bench.keep(PROPS, body, MORNING, request="e")
    (result,) = bench.push(path).results
    assert result.rows_changed == 1
    assert bench.events[-1].source == "nbac_schedule"  # an unknown name is no news for later phases
    (waiting,) = bench.rows("SELECT * FROM nba_reference.unresolved_names")
    assert (waiting["name"], waiting["reason"], waiting["game_date"]) == (
        "Newly Named Rookie",
        "unknown",
        date(2024, 11, 4),
    )
    quotes = sum(len(m["outcomes"]) for b in body["data"]["bookmakers"] for m in b["markets"])
    assert waiting["quotes"] == quotes
    (log,) = payloads(bench.recorded, "nbac_player_boxscore", "2024-11-02")
    debut = renamed(json.loads(log.body), "Kevin Durant", "Newly Named Rookie")
    bench.push(bench.keep("nbac_player_boxscore", debut, scope="2024-11-02"))
    bench.range(DAY, DAY, processors=[PROPS])
    assert bench.count("nba_reference.unresolved_names") == 0
    found = bench.rows(f"SELECT DISTINCT player_id, resolved_by, team FROM {TABLE}")
    assert found == [{"player_id": 201142, "resolved_by": "team", "team": "PHX"}]


def test_names_of_many_events_cost_one_statement(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    paths = bench.fill(DAY, PROPS)
    asked: list[str] = []
    query = type(bench.context.warehouse).query
    monkeypatch.setattr(
        type(bench.context.warehouse), "query", lambda self, sql, *a: asked.append(sql) or query(self, sql, *a)
    )
    bench.push(*paths)
    assert len([s for s in asked if "nba_raw.player_boxscores" in s]) == 1
    assert len([s for s in asked if "FROM nba_raw.schedule" in s]) == 1
    assert len(asked) <= 5


def test_quotes_before_the_schedule_are_not_ready_and_nothing_is_lost(bench: Bench) -> None:
    paths = bench.fill(DAY, LINES)
    answer = bench.push(*paths)
    assert answer.status == "not_ready"
    assert answer.push_code() == 200
    assert bench.count("nba_orchestration.quarantine") == 0
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    assert bench.range(DAY, DAY).status == "success"
    assert bench.count("nba_raw.game_lines") == 60
