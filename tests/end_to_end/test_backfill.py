"""A backfill lands whole ranges, goes on after a kill, runs nothing unasked, and says what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.doctored import doctored_archive, read, write
from tests.end_to_end.pipeline import NBA, doubled_keys, environment, fingerprints, opened
from tests.migrated import migrated

pytestmark = pytest.mark.stack
FIRST, LAST = "2024-11-01", "2024-11-14"


def words(archive: Path, data_dir: Path, *more: str, first: str = FIRST, last: str = LAST) -> list[str]:
    source = ("--source", "recorded", "--archive", str(archive), "--data-dir", str(migrated(data_dir)), "--json")
    return [*NBA, "backfill", "--from", first, "--to", last, *source, *more]


def backfill(command: list[str], env: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=env)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def phases(result: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {p["phase"]: p for p in result["phases"]}


@pytest.fixture(scope="module")
def undisturbed(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    data = tmp_path_factory.mktemp("undisturbed")
    code, result = backfill(words(recorded, data, "--chunk", "week"))
    assert (code, result["problems"]) == (0, [])
    return data, result


def test_all_games_of_the_range_are_landed_once_and_computed(undisturbed: tuple[Path, dict[str, Any]]) -> None:
    data, result = undisturbed
    with opened(data) as warehouse:
        # Every game has two teams and each team's points are its players'.
        (row,) = warehouse.query(
            "SELECT COUNT(*) AS games, COUNTIF(is_played) AS played FROM nba_analytics.games "
            "WHERE game_date BETWEEN '2024-11-01' AND '2024-11-14'"
        ).rows
        assert row["games"] == row["played"] > 90
        assert set(doubled_keys(warehouse).values()) == {0}
        rows = fingerprints(warehouse)
    assert rows["nba_analytics.player_game_summary"][0] == rows["nba_raw.player_boxscores"][0] > 2000
    assert rows["nba_precompute.ml_feature_store"][0] == rows["nba_analytics.upcoming_player_game_context"][0] > 0
    assert all(p["done_before"] == 0 for p in phases(result).values())


def test_no_phase_that_was_not_asked_for_has_run(recorded: Path, tmp_path: Path) -> None:
    code, _ = backfill(words(recorded, tmp_path, "--phases", "1,2", first="2024-11-07", last="2024-11-07"))
    assert code == 0
    with opened(tmp_path) as warehouse:
        ran = warehouse.query("SELECT DISTINCT phase FROM nba_orchestration.processor_runs ORDER BY phase").rows
        rows = fingerprints(warehouse)
    assert [r["phase"] for r in ran] == ["backfill", "phase1", "phase2"]
    assert rows["nba_raw.player_boxscores"][0] == 77
    assert rows["nba_analytics.player_game_summary"][0] == 0


def test_killed_and_started_again_it_goes_on_and_ends_with_the_same_tables(
    undisturbed: tuple[Path, dict[str, Any]], recorded: Path, tmp_path: Path
) -> None:
    command = words(recorded, tmp_path, "--chunk", "week")
    victim = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert victim.stderr is not None
    for line in victim.stderr:
        if "phase 2" in line:
            break
    else:
        pytest.fail("it ended before it could be killed")
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait(timeout=30)
    victim.stderr.close()
    code, result = backfill(command)
    assert (code, result["problems"]) == (0, [])
    again = phases(result)
    # All of phase 1 and the first week of phase 2 had been done, and no more than that.
    assert again[1]["done_before"] == again[1]["chunks"]
    assert 1 <= again[2]["done_before"] < again[2]["chunks"]
    with opened(tmp_path) as here, opened(undisturbed[0]) as there:
        assert fingerprints(here) == fingerprints(there)


def test_a_second_time_it_sends_next_to_nothing(undisturbed: tuple[Path, dict[str, Any]], recorded: Path) -> None:
    data, before = undisturbed
    code, result = backfill(words(recorded, data, "--chunk", "week"))
    assert code == 0
    first, second = phases(before), phases(result)
    assert all(p["done_before"] == p["chunks"] and p["rows_changed"] == 0 for p in second.values())
    assert second[2]["statements"] == 0
    # A look into the ledger and one at the versions, each call.
    assert [second[n]["statements"] for n in (3, 4)] == [2 * second[n]["chunks"] for n in (3, 4)]
    assert all(second[n]["statements"] < first[n]["statements"] for n in (2, 3, 4))


def test_a_dry_run_says_what_is_due_and_changes_nothing(
    undisturbed: tuple[Path, dict[str, Any]], recorded: Path
) -> None:
    data, _ = undisturbed
    with opened(data) as warehouse:
        before = fingerprints(warehouse)
    command = words(recorded, data, "--chunk", "week", "--dry-run", last="2024-11-21")
    code, result = backfill(command)
    assert code == 0
    due = {(c["chunk"]["phase"], c["chunk"]["first"]): c["due"] for c in result["chunks"]}
    assert due[2, "2024-11-04"] is False
    assert due[1, "2024-11-18"] is True
    computing = [c for c in result["chunks"] if c["chunk"] == {"phase": 4, "first": "2024-11-04", "last": "2024-11-10"}]
    assert computing[0]["bytes"] > 100_000
    assert computing[0]["bytes_from"] == "table sizes"
    with opened(data) as warehouse:
        assert fingerprints(warehouse) == before


class Damage:
    """Of three games on 7 November one has no box score; the first quotes of the day before are broken."""

    missing = "0022400169"
    broken = False

    def __call__(self, entry: dict[str, Any], file: Path) -> bool:
        if "leaguegamelog" in entry["url"] and "2024-11-07" in entry["file"]:
            content = read(file)
            log = content["resultSets"][0]
            place = log["headers"].index("GAME_ID")
            games = sorted({row[place] for row in log["rowSet"]})
            self.missing = games[0]
            log["rowSet"] = [row for row in log["rowSet"] if row[place] != self.missing]
            write(file, content)
        if "event_odds/2024-11-06" in entry["file"] and not self.broken:
            self.broken = True
            write(file, b'{"timestamp": "2024-11-06T14:0')
        return True


def test_every_gap_is_named_with_its_reason(recorded: Path, tmp_path: Path) -> None:
    damage = Damage()
    first, last = "2024-11-06", "2024-11-07"
    archive = doctored_archive(recorded, tmp_path / "archive", first=first, last=last, damage=damage)
    data = tmp_path / "data"
    code, result = backfill(words(archive, data, "--phases", "1,2,3", first=first, last=last))
    assert code == 1
    assert any("quarantined" in p and "not JSON" in p for p in result["problems"])
    # Phase 4 may take no time at all: its processors are cut off.
    hurried = environment(NBA_PROCESSOR_TIMEOUT="0.001")
    code, _ = backfill(words(archive, data, "--phases", "4", first=first, last=last), hurried)
    assert code == 1

    command = [*NBA, "status", "--from", first, "--to", last, "--data-dir", str(data), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    days = {d["game_date"]: d for d in json.loads(done.stdout)["dates"]}
    gaps = {(day, g["table"]): g for day, d in days.items() for g in d["details"]}
    box = gaps[last, "nba_raw.team_boxscores"]
    assert box["missing"] == 1
    assert damage.missing in box["words"]
    assert "nbac_team_boxscore was asked and has nothing of it" in box["reason"]
    quotes = gaps[first, "nba_raw.player_prop_lines"]
    assert (quotes["missing"], quotes["reason_kind"]) == (1, "quarantined")
    assert "not JSON" in quotes["words"]
    features = gaps[first, "nba_precompute.ml_feature_store"]
    assert features["missing"] > 0
    assert features["reason_kind"] in {"failed", "not_ready"}
    assert "player_daily_cache" in features["reason"]
