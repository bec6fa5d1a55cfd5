"""What a scraper may know of earlier scrapes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from common import clock
from common.context import Context
from common.errors import PayloadError
from common.raw_store import RawStore
from scrapers import stored, stored_ids
from scrapers.source_request import SourceRequest
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


@pytest.mark.parametrize("feed", [stored.SCHEDULE_FEED, stored.SCHEDULE_CDN_FEED])
def test_the_status_text_says_which_games_are_on_as_for_the_table(store: RawStore, feed: str) -> None:
    games = [("0022400061", "2024-11-04"), ("0022400062", "2024-11-04"), ("0022400063", "2024-11-04")]
    body = schedule(*games, ("0022400063", "2025-01-09"), ("0022400064", "2024-11-04"))
    flagged, off, *_ = (day["games"][0] for day in body["leagueSchedule"]["gameDates"])
    flagged |= {"postponedStatus": "Y", "gameStatusText": "7:00 pm ET"}
    off |= {"postponedStatus": "N", "gameStatusText": "PPD"}
    body["leagueSchedule"]["gameDates"][4]["games"][0] = {"gameId": "0022400064", "gameDateEst": None}
    put(store, feed, "2024-25", "schedule", body, MORNING)
    assert stored.game_ids_on(store, DAY) == ["0022400061"]
    assert stored.game_ids_on(store, date(2025, 1, 9)) == ["0022400063"]


def test_a_schedule_of_another_shape_names_feed_and_remedy(store: RawStore) -> None:
    put_schedule(store, {"leagueSchedule": {"gameDates": [{"games": [{"gameId": "1"}]}]}}, MORNING)
    with pytest.raises(PayloadError, match="scrape nbac_schedule again"):
        stored.game_ids_on(store, DAY)


def tear(store: RawStore, feed: str) -> None:
    """Damage the newest file of a feed."""
    file = Path(unquote(urlparse(store.url).path)) / store.list(feed)[-1]
    file.write_bytes(file.read_bytes()[:-9])


UNREADABLE: dict[str, object] = {
    "torn": None,
    "a page": b"<html>",
    "brackets": b"[" * 100_000,
    "of another shape": {"leagueSchedule": {"gameDates": 7}},
}


@pytest.mark.parametrize("damage", UNREADABLE)
@pytest.mark.parametrize("day", [4, 1])  # the later one serves where the clock is before all of them
def test_a_broken_schedule_stops_no_scraper_while_another_can_be_read(store: RawStore, damage: str, day: int) -> None:
    good = schedule(("0022400154", "2024-11-04"))
    put_schedule(store, good, MORNING + timedelta(hours=2 if day == 1 else 0))
    at = MORNING + timedelta(hours=1)
    put_schedule(store, UNREADABLE[damage] or {"x": 1}, at)
    if damage == "torn":
        file = Path(unquote(urlparse(store.url).path)) / stored.request_folder("nbac_schedule", "2024-25", "schedule")
        (torn,) = file.glob("20241104T160000*")
        torn.write_bytes(gzip.compress(b"{}")[:-4])
    with clock.simulated((MORNING + timedelta(hours=3)).replace(day=day)):
        assert stored.game_ids_on(store, DAY) == ["0022400154"]


def test_the_twin_s_schedule_serves_where_none_of_the_first_can_be_read(store: RawStore) -> None:
    put_schedule(store, schedule(), MORNING)
    tear(store, "nbac_schedule")
    put(store, "nbac_schedule_cdn", "2024-25", "schedule", schedule(("0022400154", "2024-11-04")), MORNING)
    with clock.simulated(MORNING):
        assert stored.game_ids_on(store, DAY) == ["0022400154"]


@pytest.mark.parametrize("damage", ["torn", "of another shape"])
def test_the_lists_of_events_step_back_as_well(store: RawStore, damage: str) -> None:
    put_events(store, [EARLY], MORNING)
    put_events(store, [{"id": "x"}], MORNING.replace(hour=16))
    for hour, events in ((15, [{"id": 7, "date": "2024-11-05T00:00Z"}]), (16, 7)):
        put(store, "espn_scoreboard", "2024-11-04", "scoreboard", {"events": events}, MORNING.replace(hour=hour))
    if damage == "torn":
        tear(store, "oddsa_events")
        tear(store, "espn_scoreboard")
    assert event_ids(store, MORNING.replace(hour=17)) == ["cle-mil"]
    listed = stored_ids.espn_events_over(store, DAY)
    assert listed is not None
    assert [e.event_id for e in listed] == ["7"]


def test_a_damaged_answer_is_not_asked_whether_it_still_holds(store: RawStore) -> None:
    request = SourceRequest("x", "https://example.org", {})
    for hour in (14, 15):
        store.put(
            *(),
            **{"feed": "espn_scoreboard", "scope": "2024-11-04", "request": "x", "url": "https://example.org"},
            params={},
            status=200,
            content_type="application/json",
            body=b"{}" if hour == 14 else b"[]",
            fetched_at=MORNING.replace(hour=hour),
            validators={"ETag": str(hour)},
        )
    found = stored.answer_to(store, "espn_scoreboard", "2024-11-04", request)
    assert found is not None
    assert found.validators == {"ETag": "15"}
    tear(store, "espn_scoreboard")
    assert stored.answer_to(store, "espn_scoreboard", "2024-11-04", request) is None
