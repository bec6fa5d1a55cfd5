"""What a scraper may know of earlier scrapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from common import clock
from common.context import Context
from common.errors import PayloadError
from common.raw_store import RawStore
from scrapers import stored
from tests.scrapers.stand_in_site import EARLY, LATE, TOMORROW, schedule

DAY = date(2024, 11, 4)
MORNING = datetime(2024, 11, 4, 15, tzinfo=UTC)


@pytest.fixture
def store(make_context: Callable[..., Context]) -> RawStore:
    return make_context().raw_store


def put(store: RawStore, feed: str, scope: str, request: str, body: object, at: datetime) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    store.put(
        feed=feed,
        scope=scope,
        request=request,
        url="",
        params={},
        status=200,
        content_type="",
        body=content,
        fetched_at=at,
    )


def put_events(store: RawStore, body: object, at: datetime) -> None:
    put(store, "oddsa_events", "2024-11-04", "events", body, at)


def put_schedule(store: RawStore, body: object, at: datetime) -> None:
    put(store, "nbac_schedule", "2024-25", "schedule", body, at)


def event_ids(store: RawStore, at: datetime) -> list[str] | None:
    with clock.simulated(at):
        events = stored.odds_events_on(store, DAY)
    return None if events is None else [e.event_id for e in events]


def test_events_fetched_after_the_clock_are_not_known(store: RawStore) -> None:
    put_events(store, [EARLY], MORNING)
    put_events(store, [EARLY, LATE], MORNING.replace(hour=18))
    assert event_ids(store, MORNING.replace(hour=14)) is None
    assert event_ids(store, MORNING) == ["cle-mil"]
    assert event_ids(store, MORNING.replace(hour=18)) == ["cle-mil", "lac-sas"]


def test_a_list_s_events_of_other_eastern_dates_are_left_out(store: RawStore) -> None:
    put_events(store, {"timestamp": "2024-11-04T15:00:00Z", "data": [LATE, TOMORROW]}, MORNING)
    assert event_ids(store, MORNING) == ["lac-sas"]


def test_an_unreadable_list_is_passed_over_for_the_one_before(store: RawStore) -> None:
    put_events(store, [EARLY], MORNING)
    put_events(store, b"<html>", MORNING.replace(hour=16))
    assert event_ids(store, MORNING.replace(hour=17)) == ["cle-mil"]


@pytest.mark.parametrize(
    "body", [{"message": "quota"}, [{"id": "x"}], [{"id": "x", "commence_time": "2024-11-05T00:00"}], 7]
)
def test_a_list_of_another_shape_names_feed_field_and_remedy(store: RawStore, body: object) -> None:
    put_events(store, body, MORNING)
    with pytest.raises(PayloadError, match="scrape oddsa_events again") as caught:
        event_ids(store, MORNING)
    assert (caught.value.feed, caught.value.field) == ("oddsa_events", "[].id, [].commence_time")


def test_without_a_schedule_the_games_are_unknown_which_is_not_none(store: RawStore) -> None:
    assert stored.game_ids_on(store, DAY) is None
    put_schedule(store, schedule(("0022400154", "2024-11-05")), MORNING)
    assert stored.game_ids_on(store, DAY) == []


def test_games_go_by_their_eastern_date(store: RawStore) -> None:
    put_schedule(store, schedule(("0022400154", "2024-11-04"), ("0022400169", "2024-11-06")), MORNING)
    assert stored.game_ids_on(store, DAY) == ["0022400154"]


def test_history_before_the_first_schedule_goes_by_the_oldest_later_one(store: RawStore) -> None:
    put_schedule(store, schedule(("0022400154", "2024-11-04")), MORNING)
    put_schedule(store, schedule(), MORNING.replace(day=9))
    with clock.simulated(MORNING.replace(day=1)):
        assert stored.game_ids_on(store, DAY) == ["0022400154"]


@pytest.mark.parametrize(
    ("game_ids", "types"),
    [
        (["0022400154", "0022400155"], ["Regular Season"]),
        (["0052400101"], ["PlayIn"]),
        (["0042400101", "0052400121"], ["PlayIn", "Playoffs"]),
        (["0012400001", "0032400001"], ["Regular Season"]),
    ],
)
def test_the_season_types_are_those_of_the_date_s_games(store: RawStore, game_ids: list[str], types: list[str]) -> None:
    put_schedule(store, schedule(*[(g, "2024-11-04") for g in game_ids]), MORNING)
    assert stored.season_types_on(store, DAY) == types


def test_exhibitions_make_no_game_date(store: RawStore) -> None:
    put_schedule(store, schedule(("0012400001", "2024-11-04"), ("0032400001", "2024-11-04")), MORNING)
    assert stored.game_ids_on(store, DAY) == []


def test_a_schedule_of_another_shape_names_feed_and_remedy(store: RawStore) -> None:
    put_schedule(store, {"leagueSchedule": {"gameDates": [{"games": [{"gameId": "1"}]}]}}, MORNING)
    with pytest.raises(PayloadError, match="scrape nbac_schedule again"):
        stored.game_ids_on(store, DAY)
