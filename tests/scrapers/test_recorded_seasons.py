"""The scrapers' own requests against the archive of real seasons: 2024-11-04, a date of 15 games."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest

from common import clock
from common.context import Context
from data_processors.raw.nbacom import injury_report
from scrapers.main_scraper_service import scrape
from scrapers.registry import SCRAPERS
from scrapers.scrape_request import ScrapeRequest
from scrapers.scrape_result import ScrapeAnswer


@pytest.fixture
def context(make_context: Callable[..., Context], recorded: Path) -> Context:
    return make_context(source="recorded", archive=recorded)


def all_feeds(context: Context, at: str, day: str = "2024-11-04") -> ScrapeAnswer:
    wanted = ScrapeRequest.model_validate({"scrapers": list(SCRAPERS), "start_date": day, "simulated_at": at})
    return scrape(context, wanted)


def payloads(answer: ScrapeAnswer) -> dict[str, int]:
    return {r.scraper: len(r.paths) for r in answer.results}


def rows(context: Context, answer: ScrapeAnswer, feed: str) -> int:
    paths = [p for r in answer.results if r.scraper == feed for p in r.paths]
    return sum(len(context.raw_store.get(p).json()["resultSets"][0]["rowSet"]) for p in paths)


def test_a_game_day_from_morning_to_night(context: Context) -> None:
    morning = all_feeds(context, "2024-11-04T15:00:00Z")
    assert morning.status == "success"
    assert payloads(morning)["oddsa_player_props"] == 13
    assert payloads(morning)["oddsa_game_lines"] == 0
    assert rows(context, morning, "nbac_player_boxscore") == 0
    evening = all_feeds(context, "2024-11-04T23:30:00Z")
    assert payloads(evening)["oddsa_player_props"] == 15
    assert payloads(evening)["oddsa_game_lines"] == 1
    night = all_feeds(context, "2024-11-05T09:00:00Z")
    assert payloads(night)["oddsa_game_lines"] == 15
    found = {f: rows(context, night, f) for f in ("nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart")}
    assert found == {"nbac_player_boxscore": 312, "nbac_team_boxscore": 30, "nbac_shot_chart": 2662}


def test_election_day_has_no_games(context: Context) -> None:
    answer = all_feeds(context, "2024-11-06T09:00:00Z", "2024-11-05")
    # Feeds of a season or of the moment are asked on any day; the archive has none of them but the schedule.
    expected = {n: "no_games" if s.needs_games else "not_in_archive" for n, s in SCRAPERS.items()}
    assert {r.scraper: r.status for r in answer.results} == expected | {
        "nbac_schedule": "success",
        "nbac_schedule_cdn": "success",
    }


def test_a_season_of_box_scores_alone_is_fetched_without_failures(context: Context) -> None:
    wanted = ScrapeRequest(
        scrapers=["nbac_schedule", "nbac_player_boxscore", "nbac_shot_chart"],
        start_date=date(2021, 12, 22),
        end_date=date(2021, 12, 25),
        post_game=True,
    )
    answer = scrape(context, wanted)
    assert answer.code() == 200
    found = {r.scraper: r.as_json()["dates"] for r in answer.results}
    assert found["nbac_schedule"] == {"not_in_archive": 1}
    assert found["nbac_player_boxscore"] == {"success": 3, "not_in_archive": 1}
    assert found["nbac_shot_chart"] == {"not_in_archive": 4}


@pytest.mark.parametrize(
    ("asked_at", "report_at"),
    [
        ((17, 0, 0), None),
        ((17, 30, 1), None),  # the report's file is public at 17:30:02
        ((17, 45, 0), (17, 30)),
        ((19, 40, 0), (17, 30)),  # the archive has not the reports of every hour
        ((21, 0, 0), (20, 30)),
    ],
)
def test_the_injury_report_of_the_moment_is_found_and_read(
    context: Context, asked_at: tuple[int, int, int], report_at: tuple[int, int] | None
) -> None:
    day = date(2023, 12, 5)
    moment = datetime.combine(day, time(*asked_at), clock.EASTERN)
    schedule, report = (
        scrape(context, ScrapeRequest(scrapers=[feed], start_date=day, simulated_at=moment)).results[0]
        for feed in ("nbac_schedule", "nbac_injury_report")
    )
    assert (schedule.status, report.errors) == ("success", [])
    found = [injury_report.parse(context.raw_store.get(path))[0] for path in report.paths]
    expected = [] if report_at is None else [datetime.combine(day, time(*report_at), clock.EASTERN)]
    assert [unit.rows[0]["report_at"] for unit in found] == expected
    for unit in found:
        # The two quarter-finals of the night, NYK at MIL and PHX at LAL, and the next day's games.
        listed = {r["home_team"] for r in unit.rows if r["game_date"] == day}
        assert listed == {"MIL", "LAL"}
        assert any(r["status"] == "Out" for r in unit.rows)
