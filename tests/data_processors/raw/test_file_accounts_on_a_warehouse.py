from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.warehouse import Warehouse
from orchestration.raw_accounts import reconcile
from tests.data_processors.raw.archive import cut_log, fill
from tests.data_processors.raw.conftest import NIGHT, Bench
from tests.data_processors.raw.samples import sample

pytestmark = pytest.mark.stack
FEED, DAY = "nbac_player_boxscore", "2024-11-04"
LATEST = (
    "SELECT path, outcome, row_count, detail FROM nba_orchestration.raw_files "
    "QUALIFY ROW_NUMBER() OVER (PARTITION BY path ORDER BY recorded_at DESC) = 1"
)


def outcomes(bench: Bench) -> dict[str, str]:
    return {r["path"]: r["outcome"] for r in bench.rows(LATEST)}


def statements(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts what the gateway is asked from now on."""
    asked: Counter[str] = Counter()

    def counted(name: str) -> None:
        real = getattr(Warehouse, name)

        def noted(self: Warehouse, *arguments: Any, **named: Any) -> Any:
            asked[name] += 1
            return real(self, *arguments, **named)

        monkeypatch.setattr(Warehouse, name, noted)

    for name in ("query", "load", "_execute", "append_telemetry"):
        counted(name)
    return asked


def test_every_payload_gets_its_account_and_the_same_again_none(bench: Bench) -> None:
    good = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bad = bench.keep(FEED, b"<html>no</html>", scope="2024-11-05")
    nothing = cut_log(bench.recorded, FEED, DAY, 1)
    nothing["resultSets"][0]["rowSet"] = []
    empty = bench.keep(FEED, nothing, scope="2024-11-06")
    (lines,) = bench.fill(DAY, "oddsa_game_lines")[:1]
    bench.push(good, bad, empty, lines)
    assert outcomes(bench) == {good: "landed", bad: "quarantined", empty: "empty", lines: "waiting"}
    found = reconcile(bench.context, date(2024, 11, 5), date(2024, 11, 6))
    assert (found.files, found.feeds[FEED]["quarantined"], found.feeds[FEED]["empty"]) == (2, 1, 1)
    before = bench.count("nba_orchestration.raw_files")
    bench.push(good, empty)
    assert bench.count("nba_orchestration.raw_files") == before
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    bench.push(lines)
    assert outcomes(bench)[lines] == "landed"


def test_a_file_behind_phase_2_s_back_is_left_over_until_it_is_read(bench: Bench) -> None:
    seen = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bench.push(seen)
    behind = bench.keep(FEED, cut_log(bench.recorded, FEED, "2024-11-06", 1), scope="2024-11-06")
    found = reconcile(bench.context, None, None)
    assert ([f.path for f in found.left_over], found.files) == ([behind], 2)
    bench.push(behind)
    found = reconcile(bench.context, None, None)
    assert (found.left_over, found.feeds[FEED]["landed"], found.files) == ([], 2, 2)


def test_an_older_answer_is_superseded_and_not_left_over(bench: Bench) -> None:
    old = bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 1))
    bench.push(bench.keep(FEED, cut_log(bench.recorded, FEED, DAY, 2), NIGHT + timedelta(hours=1)))
    found = reconcile(bench.context, None, None)
    assert (found.left_over, found.feeds[FEED]["superseded"], found.feeds[FEED]["landed"]) == ([], 1, 1)
    assert old not in outcomes(bench)


def test_300_payloads_cost_one_load_and_one_merge(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    days = clock.dates_between(date(2024, 10, 22), date(2024, 12, 6))
    paths = fill(bench.context.raw_store, bench.recorded, days, ["oddsa_game_lines"])[:300]
    assert len(paths) == 300
    asked = statements(monkeypatch)
    bench.written.clear()
    (result,) = bench.push(*paths).results
    assert result.status == "success"
    assert bench.written == ["nba_raw.game_lines"]
    # The schedule, what is there, the audits of what is staged, and the content's version for the event; one streaming
    # insert for the accounts.
    assert asked == {"query": 4, "load": 1, "_execute": 1, "append_telemetry": 1}
    assert Counter(outcomes(bench)[p] for p in paths) == {"landed": 300}


def test_a_batch_of_quotes_costs_one_statement_for_names_and_one_for_audits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    paths = bench.fill(DAY, "oddsa_player_props", "oddsa_game_lines")
    asked = statements(monkeypatch)
    bench.push(*paths)
    assert (asked["query"], asked["load"], asked["_execute"]) == (5, 2, 2)


def test_an_injury_report_before_the_schedule_is_kept_and_healed_by_it(bench: Bench, shared: Path) -> None:
    body = sample(shared, "nbac_injury_report", "raw_2025-01-10_05PM.pdf").body
    report = bench.keep("nbac_injury_report", body, scope="2025-01-10")
    bench.push(report)
    assert bench.count("nba_raw.injuries", "game_id IS NOT NULL") == 0
    assert bench.count("nba_raw.injuries", "player_id IS NOT NULL") > 100
    assert outcomes(bench)[report] == "waiting"
    rows = bench.count("nba_raw.injuries")
    bench.push(*bench.fill(DAY, "nbac_schedule"))
    # Snow in Atlanta and fires in Los Angeles: the schedule has moved these three of 2025-01-11 to other dates.
    left = bench.rows("SELECT DISTINCT away_team, home_team FROM nba_raw.injuries WHERE game_id IS NULL ORDER BY 1")
    assert [f"{r['away_team']}@{r['home_team']}" for r in left] == ["CHA@LAC", "HOU@ATL", "SAS@LAL"]
    assert bench.count("nba_raw.injuries", "game_id IS NOT NULL") == rows - 18
    (account,) = [r for r in bench.rows(LATEST) if r["path"] == report]
    assert account["outcome"] == "waiting"
    assert account["detail"].startswith("3 games not in the schedule")


def test_a_name_is_healed_by_the_box_score_that_brings_it(bench: Bench, shared: Path) -> None:
    roster = sample(shared, "espn_roster_api", "raw_2.json", "espn_roster")
    text = roster.body.decode()
    (log,) = [cut_log(bench.recorded, FEED, DAY, 15)]
    path = bench.keep("espn_roster", text.replace("Jayson Tatum", "Newly Named").encode(), scope=DAY)
    assert "Jayson Tatum" in text
    bench.push(path)
    assert bench.count("nba_reference.unresolved_names", "name = 'Newly Named'") == 1
    for row in log["resultSets"][0]["rowSet"]:
        row[2] = row[2].replace("Jayson Tatum", "Newly Named")
    assert any(row[2] == "Newly Named" for row in log["resultSets"][0]["rowSet"])
    bench.push(bench.keep(FEED, log))
    assert bench.count("nba_reference.unresolved_names", "name = 'Newly Named'") == 0
    assert bench.rows("SELECT player_id FROM nba_raw.rosters WHERE player_name = 'Newly Named'") == [
        {"player_id": 1628369}
    ]
