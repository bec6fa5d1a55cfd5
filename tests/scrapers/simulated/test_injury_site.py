"""The simulated injury reports read as the league's own, and tell the truth of their moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from common import clock
from common.ids import normalise_name
from common.raw_store import RawPayload
from data_processors.raw.nbacom import injury_report
from scrapers.nbacom.injury_report import report_times
from scrapers.nbacom.league_files import INJURY_URL
from scrapers.simulated.season import Season, season_of
from tests.scrapers.simulated.conftest import STATS, Ask, log_params, rows_of

DAYS = [date(2024, 11, 6), date(2024, 12, 4), date(2025, 1, 15), date(2025, 3, 12)]
EVENING = 17


def fetch(ask: Ask, day: date, hour: int, at: datetime | None = None) -> Any:
    moment = clock.eastern(day, hour) + timedelta(minutes=31)
    name = clock.eastern(day, hour).astimezone(clock.EASTERN).strftime("%Y-%m-%d_%I%p")
    return ask(f"{INJURY_URL}/Injury-Report_{name}.pdf", at or moment)


def listed(ask: Ask, day: date, hour: int) -> list[dict[str, Any]]:
    answer = fetch(ask, day, hour)
    assert answer.headers["Content-Type"] == "application/pdf"
    payload = RawPayload("f", str(day), "https://example.org", {}, clock.eastern(day, 23), 200, "", answer.content)
    (unit,) = injury_report.parse(payload)
    return unit.rows


@pytest.fixture(scope="module")
def season() -> Season:
    found = season_of(1, "2024-25")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def played(ask: Ask) -> dict[date, set[str]]:
    """Who is in the box scores of the days."""
    after = clock.eastern(date(2025, 4, 30), 12)
    return {
        day: {
            normalise_name(r["PLAYER_NAME"])
            for r in rows_of(ask(f"{STATS}/leaguegamelog", after, **log_params("P", day)))
        }
        for day in DAYS
    }


@pytest.mark.parametrize("day", DAYS)
def test_the_parser_of_the_real_reports_reads_them_and_every_team_is_there(ask: Ask, season: Season, day: date) -> None:
    rows = listed(ask, day, EVENING)

    assert len({r["team"] for r in rows}) == 2 * len(season.by_date[day])
    assert {r["game_date"] for r in rows} == {day}
    assert {r["report_at"] for r in rows} == {clock.eastern(day, EVENING) + timedelta(minutes=30)}
    assert all(r["submitted"] and r["reason"] for r in rows)


@pytest.mark.parametrize("day", DAYS)
def test_who_is_out_does_not_play_and_who_is_available_does(ask: Ask, played: dict[date, set[str]], day: date) -> None:
    rows = listed(ask, day, EVENING)
    out = {r["name_key"] for r in rows if r["status"] == "Out"}

    assert out
    assert not out & played[day]
    assert {r["name_key"] for r in rows if r["status"] == "Available"} <= played[day]
    assert {r["status"] for r in rows} <= {"Out", "Available"}


def test_every_name_is_a_player_s_whatever_its_accents(ask: Ask, season: Season) -> None:
    names = {normalise_name(name): name for name in season.players.name}
    listed_names = [r["name_key"] for day in DAYS for hour in (9, EVENING) for r in listed(ask, day, hour)]

    assert set(listed_names) <= set(names)
    assert any(not names[key].isascii() for key in listed_names)


def test_what_is_open_in_the_morning_is_settled_in_the_evening(ask: Ask, played: dict[date, set[str]]) -> None:
    morning = [(day, r) for day in DAYS for r in listed(ask, day, 9)]
    said = {
        status: {(d, r["name_key"]) for d, r in morning if r["status"] == status} for status in injury_report.STATUSES
    }

    assert said["Questionable"]
    assert said["Doubtful"]
    assert all(name in played[day] for day, name in said["Questionable"])
    assert not any(name in played[day] for day, name in said["Doubtful"])


def late_scratches(season: Season) -> Iterator[tuple[date, str, float]]:
    """(date, name, hour of the news) of players who were withdrawn on the day itself."""
    for day in DAYS:
        for game in season.by_date[day]:
            for row in (2 * game.index, 2 * game.index + 1):
                playing = set(season.known.player[row].tolist())
                for player in set(season.known_early.player[row].tolist()) - playing:
                    yield day, normalise_name(season.players.name[player]), season.rosters.news_hour[player, game.day]


def test_nobody_is_on_it_before_the_news(ask: Ask, season: Season) -> None:
    found = list(late_scratches(season))

    assert found
    for day, name, hour in found:
        for asked in (9, EVENING):
            out = {r["name_key"] for r in listed(ask, day, asked) if r["status"] == "Out"}
            assert (name in out) == (asked + 0.5 >= hour), (day, name, hour, asked)


def test_a_report_is_the_same_bytes_whenever_it_is_asked_for(ask: Ask) -> None:
    later = clock.eastern(DAYS[0] + timedelta(days=40), 12)

    assert fetch(ask, DAYS[0], EVENING).content == fetch(ask, DAYS[0], EVENING, later).content


def test_it_says_that_it_is_simulated(ask: Ask) -> None:
    answer = fetch(ask, DAYS[0], EVENING)

    assert answer.headers["X-NBA-Source"] == "simulated"
    assert b"simulated league, seed 1" in answer.content


@pytest.mark.parametrize(
    ("day", "hour", "at"),
    [
        (DAYS[0], EVENING, clock.eastern(DAYS[0], EVENING)),  # comes out at half past
        (DAYS[0], 6, None),  # before the first of the day
        (date(2024, 8, 5), EVENING, None),  # no season
    ],
)
def test_where_there_is_no_report_there_is_no_file(ask: Ask, day: date, hour: int, at: datetime | None) -> None:
    assert fetch(ask, day, hour, at).status_code == 404


def test_a_day_without_games_has_no_report(ask: Ask, season: Season) -> None:
    days = [DAYS[0] + timedelta(days=n) for n in range(120)]
    quiet = next(day for day in days if day not in season.by_date)

    assert fetch(ask, quiet, EVENING).status_code == 404


def test_both_forms_of_a_name_are_understood_and_no_other(ask: Ask) -> None:
    at = clock.eastern(DAYS[0], 23)
    for name, status in (("05PM", 200), ("05_30PM", 200), ("05_15PM", 200), ("05_20PM", 404), ("17_30", 404)):
        assert ask(f"{INJURY_URL}/Injury-Report_{DAYS[0]}_{name}.pdf", at).status_code == status, name
    assert next(report_times(at)).minute == 30  # what the scraper asks for then
