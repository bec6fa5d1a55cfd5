"""Odds are asked as of the clock, and always before tip-off."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from common import clock
from common.context import Context
from common.errors import ConfigurationError, NotReadyError
from scrapers.fetcher import Fetcher
from scrapers.registry import scraper
from scrapers.source_request import SourceRequest
from tests.scrapers.stand_in_site import EARLY, LATE

DAY = date(2024, 11, 4)
MORNING = datetime(2024, 11, 4, 15, 0, 0, 123456, tzinfo=UTC)


def put_events(context: Context, at: datetime, day: date = DAY, events: object = (EARLY, LATE)) -> None:
    context.raw_store.put(
        feed="oddsa_events",
        scope=day.isoformat(),
        request="events",
        url="",
        params={},
        status=200,
        content_type="",
        body=json.dumps(events).encode(),
        fetched_at=at,
    )


def asked(context: Context, name: str, at: datetime, day: date = DAY) -> list[SourceRequest]:
    with clock.simulated(at):
        return list(scraper(name).requests(context, day))


def test_under_a_simulated_clock_the_historical_odds_of_that_moment_are_asked(
    make_context: Callable[..., Context],
) -> None:
    (request,) = asked(make_context(), "oddsa_events", MORNING)
    assert request.url == "https://api.the-odds-api.com/v4/historical/sports/basketball_nba/events"
    assert request.params == {"date": "2024-11-04T15:00:00Z"}


def test_today_at_real_time_the_live_odds_are_asked(make_context: Callable[..., Context]) -> None:
    context = make_context()
    (request,) = scraper("oddsa_events").requests(context, clock.today())
    assert request.url == "https://api.the-odds-api.com/v4/sports/basketball_nba/events"
    assert request.params == {}
    # Tomorrow's games: whatever the hour, none of them has started.
    tomorrow = clock.today() + timedelta(days=1)
    event = {"id": "e1", "commence_time": clock.iso_utc(clock.eastern(tomorrow, 19))}
    put_events(context, clock.now(), tomorrow, [event])
    (request,) = scraper("oddsa_player_props").requests(context, tomorrow)
    assert request.url == "https://api.the-odds-api.com/v4/sports/basketball_nba/events/e1/odds"
    assert request.params == {"markets": "player_points", "regions": "us", "oddsFormat": "decimal"}


def test_a_past_date_at_real_time_is_asked_for_its_own_morning(make_context: Callable[..., Context]) -> None:
    (request,) = scraper("oddsa_events").requests(make_context(), DAY)
    assert request.params == {"date": "2024-11-04T15:00:00Z"}  # 10:00 Eastern


def test_one_request_an_event_named_by_it(make_context: Callable[..., Context]) -> None:
    context = make_context()
    put_events(context, MORNING)
    for name, markets in [("oddsa_player_props", "player_points"), ("oddsa_game_lines", "spreads,totals")]:
        requests = asked(context, name, MORNING)
        assert [r.name for r in requests] == ["cle-mil", "lac-sas"]
        assert requests[0].url.endswith("/v4/historical/sports/basketball_nba/events/cle-mil/odds")
        assert requests[0].params == {
            "markets": markets,
            "regions": "us",
            "oddsFormat": "decimal",
            "date": "2024-11-04T15:00:00Z",
        }


@pytest.mark.parametrize(
    ("at", "open_events"),
    [
        ("2024-11-04T23:59:59Z", ["cle-mil", "lac-sas"]),
        ("2024-11-05T00:00:00Z", ["lac-sas"]),
        ("2024-11-05T03:30:00Z", []),
    ],
)
def test_a_game_that_has_started_is_not_asked_for(
    at: str, open_events: list[str], make_context: Callable[..., Context]
) -> None:
    context = make_context()
    put_events(context, MORNING)
    assert [r.name for r in asked(context, "oddsa_player_props", clock.parse_utc(at))] == open_events


def test_the_quotes_of_a_past_date_are_those_just_before_each_tip_off(make_context: Callable[..., Context]) -> None:
    context = make_context()
    put_events(context, MORNING)
    requests = asked(context, "oddsa_game_lines", clock.eastern(date(2024, 11, 5), 4))
    assert [r.params["date"] for r in requests] == ["2024-11-04T23:59:00Z", "2024-11-05T03:29:00Z"]
    # Players: as of when a game is predicted for the last time.
    requests = asked(context, "oddsa_player_props", clock.eastern(date(2024, 11, 5), 4))
    assert [r.params["date"] for r in requests] == ["2024-11-04T23:30:00Z", "2024-11-05T03:00:00Z"]


def test_without_a_list_of_events_quotes_are_not_ready(make_context: Callable[..., Context]) -> None:
    with pytest.raises(NotReadyError, match="scrape oddsa_events first"):
        asked(make_context(), "oddsa_player_props", MORNING)


def test_a_real_site_is_not_asked_without_the_key(
    make_context: Callable[..., Context], live_fetcher: Callable[..., Fetcher]
) -> None:
    outcome = scraper("oddsa_events").run(make_context(odds_api_key=None), live_fetcher(), DAY)
    assert isinstance(outcome.error, ConfigurationError)
    assert "NBA_ODDS_API_KEY" in str(outcome.error)
