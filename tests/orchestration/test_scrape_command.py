"""`nba scrape`: what it takes for done, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from common import clock
from orchestration.cli import cli
from orchestration.commands.scrape import is_complete, moment_of, show_result
from orchestration.workflow import workflows
from scrapers import registry
from tests.end_to_end.pipeline import opened
from tests.migrated import migrated

DAY = date(2024, 11, 4)


def entry(name: str, **other: Any) -> dict[str, Any]:
    fields = {"status": "success", "payloads": 1, "seconds": 0.1, "error": None, "not_offered": 0, "critical": True}
    return {"processor": name, "landed": "success", "landing_error": None, **fields, **other}


def result(*entries: dict[str, Any], **other: Any) -> dict[str, Any]:
    step = {"step": "quotes", "status": "success", "error": None, "scrapers": list(entries)}
    rest = {"workflow": "betting_lines", "date": str(DAY), "status": "success", "settled": True}
    return {"steps": [step], "dead_letters": {}, "quarantine": [], **rest, **other}


def test_done_is_what_landed() -> None:
    assert is_complete(result(entry("a"), entry("b", landed="unchanged")))
    assert is_complete(result(entry("a", status="no_games", payloads=0, landed=None)))


@pytest.mark.parametrize(
    "wrong",
    [
        result(entry("a", landed="not_ready")),
        result(entry("a", landed="not seen")),
        result(entry("a", status="not_in_archive", payloads=0, landed=None)),
        result(entry("a"), settled=False),
        result(entry("a"), dead_letters={"phase2-raw": 1}),
        result(entry("a"), quarantine=[{"item_id": "p", "error_message": "no JSON"}]),
        result(entry("a"), status="partial"),
        result(),
    ],
)
def test_a_payload_that_did_not_land_is_not_done(wrong: dict[str, Any]) -> None:
    assert not is_complete(wrong)


def test_what_is_not_critical_may_be_missing() -> None:
    assert is_complete(result(entry("a"), entry("b", critical=False, status="not_in_archive", payloads=0, landed=None)))


def test_the_table_names_scrapers_and_problems() -> None:
    with Console(width=120) as console, console.capture() as shown:
        wrong = entry("oddsa_player_props", landed="not_ready", landing_error="the schedule has no games: scrape it")
        show_result(result(entry("oddsa_events"), wrong), console)
    for part in ("betting_lines", "quotes", "oddsa_player_props", "not_ready", "- oddsa_player_props: the schedule"):
        assert part in shown.get()


def test_a_time_is_eastern_on_the_date_unless_it_says_more() -> None:
    assert moment_of("10:30", DAY) == clock.eastern(DAY, 10, 30)
    assert moment_of("2024-11-05T04:00", DAY) == clock.eastern(date(2024, 11, 5), 4)
    assert moment_of("2024-11-05T09:00:00Z", DAY) == clock.eastern(date(2024, 11, 5), 4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--list"),
        (["betting_line"], "betting_lines"),
        (["nbac_schedule,betting_lines"], "betting_lines"),
        (["nbac_schedule", "--at", "10:61", "--source", "simulated"], "--at 10:61"),
        (["nbac_schedule", "--at", "10:00", "--source", "live"], "--source recorded"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_right_words(arguments: list[str], said: str) -> None:
    answer = CliRunner().invoke(cli, ["scrape", *arguments])
    assert answer.exit_code == 2
    assert said in answer.output


def test_the_list_names_every_workflow_and_scraper() -> None:
    listed = json.loads(CliRunner().invoke(cli, ["scrape", "--list", "--json"]).output)
    assert list(listed["workflows"]) == list(workflows())
    assert list(listed["scrapers"]) == list(registry.SCRAPERS)


@pytest.mark.stack
def test_a_workflow_runs_in_the_embedded_stack_and_its_rows_land(recorded: Path, tmp_path: Path) -> None:
    """The quotes need the schedule, which the morning brings: they are there before it, and land with it."""

    def scrape(what: str) -> tuple[int, dict[str, dict[str, Any]]]:
        source = ["--source", "recorded", "--archive", str(recorded), "--data-dir", str(migrated(tmp_path))]
        arguments = ["scrape", what, "--date", str(DAY), "--at", "10:00", *source, "--json"]
        answer = CliRunner().invoke(cli, arguments)
        assert answer.output.startswith("{"), answer.output
        found = json.loads(answer.output)
        return answer.exit_code, {e["processor"]: e for s in found["steps"] for e in s["scrapers"]}

    code, entries = scrape("betting_lines")
    assert (code, entries["oddsa_player_props"]["payloads"]) == (1, 13)
    assert entries["oddsa_player_props"]["landed"] == "not_ready"
    code, entries = scrape("morning_operations")
    assert (code, entries["nbac_schedule"]["landed"]) == (0, "success")
    code, entries = scrape("betting_lines")
    # What waited for the schedule was read when it came: the same quotes bring nothing new.
    assert (code, entries["oddsa_player_props"]["landed"]) == (0, "unchanged")
    with opened(tmp_path) as warehouse:
        (row,) = warehouse.query(
            "SELECT COUNT(DISTINCT event_id) AS events FROM nba_raw.player_prop_lines WHERE game_date = @day",
            {"day": DAY},
        ).rows
    assert row["events"] == 13
