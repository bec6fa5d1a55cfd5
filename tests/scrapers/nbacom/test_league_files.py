"""What the league's other sites are asked, and when."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.errors import NotReadyError
from common.settings import Settings
from scrapers import stored
from scrapers.fetcher import Fetcher
from scrapers.nbacom.injury_report import report_times
from scrapers.pacing import Pacer
from scrapers.registry import scraper
from scrapers.source_request import SourceRequest
from tests.scrapers.misbehaving import MisbehavingSource
from tests.scrapers.sample_site import SampleSite

DAY = date(2025, 1, 15)
INJURIES = "ak-static.cms.nba.com/referee/injury/Injury-Report_"
REPORT = b"%PDF-1.7\n%%EOF\n"


def put(context: Context, feed: str, scope: str, request: str, body: object, at: datetime) -> None:
    context.raw_store.put(
        feed=feed,
        scope=scope,
        request=request,
        url="",
        params={},
        status=200,
        content_type="",
        body=json.dumps(body).encode(),
        fetched_at=at,
    )


def put_schedule(context: Context, at: datetime, feed: str = "nbac_schedule") -> None:
    """PHI-NYK at 19:00 Eastern of the day, LAL-MIA at 22:30."""

    def game(game_id: str, tip_off: str, home: str, away: str) -> dict[str, Any]:
        return {
            "gameId": game_id,
            "gameDateEst": "2025-01-15T00:00:00Z",
            "gameDateTimeUTC": tip_off,
            "homeTeam": {"teamTricode": home},
            "awayTeam": {"teamTricode": away},
        }

    early = game("0022400561", "2025-01-16T00:00:00Z", "PHI", "NYK")
    late = game("0022400571", "2025-01-16T03:30:00Z", "LAL", "MIA")
    put(context, feed, "2024-25", "schedule", {"leagueSchedule": {"gameDates": [{"games": [early, late]}]}}, at)


def asked(context: Context, name: str, at: datetime, day: date = DAY) -> list[SourceRequest]:
    with clock.simulated(at):
        return list(scraper(name).requests(context, day))


@pytest.fixture
def site(source: MisbehavingSource) -> SampleSite:
    return SampleSite(source)


@pytest.fixture
def fetcher(site: SampleSite, tmp_path: Path) -> Iterator[Fetcher]:
    transport = site.transport()
    yield Fetcher(Settings(source="live", data_dir=tmp_path, http_max_attempts=1), transport, pacer=Pacer({}))
    transport.session.close()


@pytest.fixture
def context(make_context: Callable[..., Context]) -> Context:
    made = make_context()
    put_schedule(made, clock.eastern(DAY, 6))
    return made


@pytest.mark.parametrize("name", ["nbac_play_by_play", "nbac_gamebook", "nbac_game_boxscore", "bigdataball_pbp"])
def test_a_game_is_asked_for_when_it_is_surely_over(context: Context, name: str) -> None:
    assert asked(context, name, clock.eastern(DAY, 22, 59)) == []
    assert len(asked(context, name, clock.eastern(DAY, 23))) == 1
    assert len(asked(context, name, clock.eastern(date(2025, 1, 16), 4))) == 2


@pytest.mark.parametrize("name", ["nbac_play_by_play", "nbac_gamebook", "nbac_game_boxscore", "bigdataball_pbp"])
def test_without_a_schedule_it_is_not_known_which_games(make_context: Callable[..., Context], name: str) -> None:
    with pytest.raises(NotReadyError, match="scrape nbac_schedule first"):
        asked(make_context(), name, clock.eastern(DAY, 23))


def test_a_gamebook_is_named_by_date_and_teams_the_visitors_first(context: Context) -> None:
    (request,) = asked(context, "nbac_gamebook", clock.eastern(DAY, 23))
    assert request.url == "https://statsdmz.nba.com/pdfs/20250115/20250115_NYKPHI.pdf"


def test_the_games_of_the_schedule_s_twin_serve_where_the_schedule_is_missing(
    make_context: Callable[..., Context],
) -> None:
    context = make_context()
    put_schedule(context, clock.eastern(DAY, 6), "nbac_schedule_cdn")
    assert len(asked(context, "nbac_play_by_play", clock.eastern(DAY, 23))) == 1


def test_the_twin_is_asked_only_when_the_schedule_is_older_than_a_day(context: Context) -> None:
    assert asked(context, "nbac_schedule_cdn", clock.eastern(DAY, 23)) == []
    (request,) = asked(context, "nbac_schedule_cdn", clock.eastern(date(2025, 1, 16), 7))
    assert request.url == "https://cdn.nba.com/static/json/staticData/scheduleLeagueV2_1.json"


def test_the_twin_has_no_other_season_than_the_running_one(context: Context) -> None:
    assert asked(context, "nbac_schedule_cdn", clock.eastern(date(2025, 11, 1), 7)) == []


def test_a_game_whose_teams_are_in_the_log_needs_no_box_score_of_its_own(context: Context) -> None:
    night = clock.eastern(date(2025, 1, 16), 4)
    log = {"name": "LeagueGameLog", "headers": ["GAME_ID"], "rowSet": [["0022400561"]] * 2 + [["0022400571"]]}
    put(context, "nbac_team_boxscore", "2025-01-15", "regular_season", {"resultSets": [log]}, night)
    assert [r.name for r in asked(context, "nbac_game_boxscore", night)] == ["0022400571"]


def test_a_version_2_without_teams_makes_room_for_version_3(
    context: Context, site: SampleSite, fetcher: Fetcher
) -> None:
    empty = {"resultSets": [{"name": "TeamStats", "headers": ["GAME_ID"], "rowSet": []}]}
    site.serve("stats.nba.com/stats/boxscoretraditionalv2", json.dumps(empty).encode())
    site.serve("stats.nba.com/stats/boxscoretraditionalv3", b'{"boxScoreTraditional": {}}', GameID="0022400561")
    with clock.simulated(clock.eastern(DAY, 23)):
        outcome = scraper("nbac_game_boxscore").run(context, fetcher, DAY)
    assert [p.split("/")[2] for p in outcome.paths] == ["0022400561_v3"]
    assert [a.address.rsplit("/", 1)[1] for a in site.asked] == ["boxscoretraditionalv2", "boxscoretraditionalv3"]


def test_the_newest_report_that_exists_is_kept_and_older_ones_are_not_asked_for(
    context: Context, site: SampleSite, fetcher: Fetcher
) -> None:
    for hour in ("03PM", "01PM"):
        site.serve(f"{INJURIES}2025-01-15_{hour}.pdf", REPORT)
    with clock.simulated(clock.eastern(DAY, 17, 45)):
        outcome = scraper("nbac_injury_report").run(context, fetcher, DAY)
    assert [p.split("/")[2] for p in outcome.paths] == ["2025-01-15_03PM"]
    assert outcome.not_offered == 2
    assert [a.address.rsplit("_", 1)[1] for a in site.asked] == ["05PM.pdf", "04PM.pdf", "03PM.pdf"]


def test_before_the_first_report_there_is_none_which_is_no_failure(
    context: Context, site: SampleSite, fetcher: Fetcher
) -> None:
    with clock.simulated(clock.eastern(DAY, 9, 10)):
        outcome = scraper("nbac_injury_report").run(context, fetcher, DAY)
    assert (outcome.status, outcome.paths) == ("success", [])
    assert outcome.not_offered == len(site.asked) == 8


def test_of_a_date_that_is_over_the_report_before_the_first_tip_off_is_asked_for(context: Context) -> None:
    first, *_ = asked(context, "nbac_injury_report", clock.eastern(date(2025, 2, 1), 12))
    assert first.url.endswith("Injury-Report_2025-01-15_06PM.pdf")


def test_a_report_of_the_moment_of_the_first_tip_off_is_too_late_for_it(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 1, 14)
    games = [SimpleNamespace(tip_off=clock.eastern(day, hour)) for hour in (21, 19)]
    monkeypatch.setattr(stored, "games_on", lambda _store, _day: games)
    first, *_ = asked(context, "nbac_injury_report", clock.eastern(date(2026, 2, 1), 12), day)
    assert first.url.endswith("Injury-Report_2026-01-14_06_45PM.pdf")


@pytest.mark.parametrize(
    ("at", "first", "count"),
    [
        (datetime(2025, 1, 10, 22, 31, tzinfo=UTC), "2025-01-10 17:30", 8),
        (datetime(2025, 1, 10, 22, 29, tzinfo=UTC), "2025-01-10 16:30", 8),
        (datetime(2025, 12, 22, 22, 46, tzinfo=UTC), "2025-12-22 17:30", 8),
        (datetime(2025, 12, 23, 22, 46, tzinfo=UTC), "2025-12-23 17:45", 32),
    ],
)
def test_reports_came_at_half_past_the_hour_and_come_every_quarter_now(at: datetime, first: str, count: int) -> None:
    times = list(report_times(at))
    assert (times[0].strftime("%Y-%m-%d %H:%M"), len(times)) == (first, count)
    assert all(t <= at for t in times)
    assert times == sorted(times, reverse=True)


def test_the_names_of_reports_tell_the_minutes_since_december_2025(make_context: Callable[..., Context]) -> None:
    request, *_ = asked(
        make_context(), "nbac_injury_report", clock.eastern(date(2025, 12, 23), 17, 50), date(2025, 12, 23)
    )
    assert request.url.endswith("Injury-Report_2025-12-23_05_45PM.pdf")
    request, *_ = asked(
        make_context(), "nbac_injury_report", clock.eastern(date(2025, 12, 22), 17, 50), date(2025, 12, 22)
    )
    assert request.url.endswith("Injury-Report_2025-12-22_05PM.pdf")
