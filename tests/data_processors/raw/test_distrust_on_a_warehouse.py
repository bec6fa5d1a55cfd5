"""What contradicts or shrinks what is there waits or is set apart, and comes in once it is right."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from common.events import Event, Push
from data_processors.raw.main_processor_service import on_push
from tests.data_processors.raw.archive import cut_log, schedule_of
from tests.data_processors.raw.conftest import NIGHT, Bench

pytestmark = pytest.mark.stack
PLAYERS, TEAMS, DAY = "nbac_player_boxscore", "nbac_team_boxscore", "2024-11-04"
ACCOUNTS = (
    "SELECT path, outcome FROM nba_orchestration.raw_files "
    "QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1"
)


def halved(log: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(log)
    made["resultSets"][0]["rowSet"] = made["resultSets"][0]["rowSet"][::2]
    return made


def test_an_incomplete_answer_waits_with_its_other_log_and_a_whole_one_brings_both(bench: Bench) -> None:
    players, teams = (cut_log(bench.recorded, feed, DAY, 1) for feed in (PLAYERS, TEAMS))
    half, log = bench.keep(PLAYERS, halved(players)), bench.keep(TEAMS, teams)
    assert bench.push(half, log).push_code() == 200
    assert (bench.count("nba_raw.player_boxscores"), bench.count("nba_raw.team_boxscores")) == (0, 0)
    assert {r["path"]: r["outcome"] for r in bench.rows(ACCOUNTS)} == {half: "waiting", log: "waiting"}
    whole = bench.keep(PLAYERS, players, NIGHT + timedelta(hours=1))
    bench.push(whole)
    lines = len(players["resultSets"][0]["rowSet"])
    assert (bench.count("nba_raw.player_boxscores"), bench.count("nba_raw.team_boxscores")) == (lines, 2)
    found = {r["path"]: r["outcome"] for r in bench.rows(ACCOUNTS)}
    assert (found[whole], found[log]) == ("landed", "landed")
    assert {t.table for t in bench.events[-1].tables} >= {"nba_raw.player_boxscores", "nba_raw.team_boxscores"}


def test_a_schedule_that_lost_its_games_erases_none_until_a_person_lets_it_in(bench: Bench) -> None:
    games = [(f"00224000{n}", f"2024-11-{n - 57:02}", "BOS", "NYK") for n in range(61, 81)]
    bench.push(bench.keep("nbac_schedule", schedule_of(*games), scope="2024-25"))
    broken = bench.keep("nbac_schedule", schedule_of(*games[:3]), NIGHT + timedelta(hours=1), scope="2024-25")
    (result,) = bench.push(broken).results
    assert result.status == "quarantined"
    assert bench.count("nba_raw.schedule") == 20
    (item,) = bench.rows("SELECT raw_path, status, error_message FROM nba_orchestration.quarantine")
    assert (item["raw_path"], item["status"]) == (broken, "waiting")
    assert "would remove 17 of 20 rows" in item["error_message"]
    event = Event(phase="phase1", source="nba quarantine retry", raw_paths=[broken], payload={"accept_shrink": True})
    on_push(bench.context, Push(event, "m", "s", 1))
    assert bench.count("nba_raw.schedule") == 3
    assert [r["status"] for r in bench.rows("SELECT status FROM nba_orchestration.quarantine")] == ["resolved"]
