"""The recorded transport answers as the site would have at the caller's moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import requests

from common import clock
from common.settings import Settings
from scrapers.made_response import MISSING_HEADER, SOURCE_HEADER
from scrapers.transport import build_transport
from tests.scrapers.stand_ins import ArchiveBuilder

LOG = "https://stats.nba.com/stats/leaguegamelog"
EVENTS = "https://api.the-odds-api.com/v4/historical/sports/basketball_nba/events"
ODDS = f"{EVENTS}/e1/odds"
MORNING = datetime(2024, 11, 4, 15, tzinfo=UTC)
NEXT_MORNING = datetime(2024, 11, 5, 15, tzinfo=UTC)


@pytest.fixture
def session(archive: ArchiveBuilder) -> requests.Session:
    log = {
        "parameters": {"Season": "2024-25"},
        "resultSets": [{"name": "LeagueGameLog", "headers": ["PTS"], "rowSet": [[73]]}],
    }
    archive.add(LOG, {"DateFrom": "2024-11-04", "Counter": 1000}, log, "2024-11-05T06:00:00Z")
    archive.add(EVENTS, {"game_date": "2024-11-04"}, {"data": ["first"]}, "2024-11-04T11:00:00Z")
    archive.add(ODDS, {"markets": "player_points"}, {"data": "evening"}, "2024-11-04T22:00:00Z")
    archive.add(ODDS, {"markets": "player_points"}, {"data": "morning"}, "2024-11-04T13:00:00Z")
    return build_transport(Settings(source="recorded", archive=archive.folder)).session


def get(session: requests.Session, url: str, params: Mapping[str, str], at: datetime) -> requests.Response:
    with clock.simulated(at):
        return session.get(url, params=params)


def test_an_answer_is_found_whatever_the_order_of_parameters_and_says_that_it_is_recorded(
    session: requests.Session,
) -> None:
    answer = get(session, LOG, {"Counter": "1000", "DateFrom": "2024-11-04"}, NEXT_MORNING)
    assert answer.json()["resultSets"][0]["rowSet"] == [[73]]
    assert answer.headers[SOURCE_HEADER] == "recorded"
    assert answer.headers["X-NBA-Available-From"] == "2024-11-05T06:00:00Z"


def test_a_game_log_before_the_games_have_ended_is_the_same_envelope_without_rows(session: requests.Session) -> None:
    answer = get(session, LOG, {"Counter": "1000", "DateFrom": "2024-11-04"}, MORNING)
    assert answer.status_code == 200
    assert answer.json() == {
        "parameters": {"Season": "2024-25"},
        "resultSets": [{"name": "LeagueGameLog", "headers": ["PTS"], "rowSet": []}],
    }


@pytest.mark.parametrize(
    ("date", "found"),
    [
        ("2024-11-04T13:00:00Z", "morning"),
        ("2024-11-04T21:59:59Z", "morning"),
        ("2024-11-04T22:00:00Z", "evening"),
        ("2024-11-06T00:00:00Z", "evening"),
    ],
)
def test_of_several_quotes_the_latest_not_after_the_asked_moment_answers(
    session: requests.Session, date: str, found: str
) -> None:
    answer = get(session, ODDS, {"markets": "player_points", "date": date}, MORNING)
    assert answer.json() == {"data": found}


def test_odds_before_the_first_quote_are_not_found(session: requests.Session) -> None:
    answer = get(session, ODDS, {"markets": "player_points", "date": "2024-11-04T12:59:59Z"}, NEXT_MORNING)
    assert answer.status_code == 404
    assert answer.headers[MISSING_HEADER] == "not-yet"
    assert "2024-11-04T13:00:00Z" in answer.json()["message"]


def test_a_file_that_is_no_json_is_not_there_before_it_is_public(
    archive: ArchiveBuilder,
) -> None:
    report = "https://ak-static.cms.nba.com/referee/injury/Injury-Report_2024-11-04_05PM.pdf"
    archive.add(report, {}, b"%PDF-1.7\n\xff\xfe\n%%EOF\n", "2024-11-04T22:30:02Z")
    session = build_transport(Settings(source="recorded", archive=archive.folder)).session
    before = get(session, report, {}, datetime(2024, 11, 4, 22, 30, 1, tzinfo=UTC))
    assert (before.status_code, before.headers[MISSING_HEADER]) == (404, "not-yet")
    assert get(session, report, {}, NEXT_MORNING).content == b"%PDF-1.7\n\xff\xfe\n%%EOF\n"


def test_without_a_date_the_clock_decides(session: requests.Session) -> None:
    assert get(session, ODDS, {"markets": "player_points"}, MORNING).json() == {"data": "morning"}
    assert get(session, ODDS, {"markets": "player_points"}, NEXT_MORNING).json() == {"data": "evening"}


@pytest.mark.parametrize("date", ["2024-11-04T11:00:00Z", "2024-11-05T04:59:59Z"])
def test_the_list_of_events_is_that_of_the_moment_s_eastern_date(session: requests.Session, date: str) -> None:
    assert get(session, EVENTS, {"date": date}, MORNING).json() == {"data": ["first"]}


def test_the_next_eastern_date_has_a_list_of_its_own(session: requests.Session) -> None:
    assert get(session, EVENTS, {"date": "2024-11-05T05:00:00Z"}, MORNING).status_code == 404


def test_the_key_does_not_matter(session: requests.Session) -> None:
    assert get(session, ODDS, {"markets": "player_points", "apiKey": "secret"}, MORNING).status_code == 200


def test_a_request_that_the_archive_does_not_know_is_named_without_the_key(session: requests.Session) -> None:
    answer = get(session, ODDS, {"markets": "h2h", "apiKey": "a-secret-key"}, MORNING)
    assert answer.status_code == 404
    assert answer.headers[MISSING_HEADER] == "no-entry"
    message = answer.json()["message"]
    assert ODDS in message
    assert "markets=h2h" in message
    assert "a-secret-key" not in message
