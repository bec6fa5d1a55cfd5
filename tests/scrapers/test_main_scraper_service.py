"""POST /scrape: what is kept, what is answered, what is sent on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from common.context import Context
from common.errors import TransientError
from scrapers import registry
from scrapers.fetcher import Fetcher
from scrapers.main_scraper_service import TOPIC, create_app, scrape
from scrapers.scrape_request import ScrapeRequest
from scrapers.source_request import SourceRequest
from tests.scrapers.misbehaving import MisbehavingSource, answers
from tests.scrapers.stand_in_site import fill
from tests.scrapers.stand_ins import ArchiveBuilder, kept_runs

DAY = date(2024, 11, 4)
MORNING = "2024-11-04T15:00:00Z"
NIGHT = "2024-11-05T09:00:00Z"
BOX_SCORES = ["nbac_player_boxscore", "nbac_team_boxscore"]
ODDS = ["oddsa_events", "oddsa_player_props", "oddsa_game_lines"]


@pytest.fixture
def context(make_context: Callable[..., Context], archive: ArchiveBuilder) -> Context:
    return make_context(source="recorded", archive=fill(archive).folder)


@pytest.fixture
def client(context: Context) -> FlaskClient:
    return create_app(context).test_client()


def post(client: FlaskClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/scrape", json={"start_date": str(DAY)} | body)
    return {"code": answer.status_code, **answer.get_json()}


def by_name(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {r["processor"]: r for r in answer["results"]}


def rows(context: Context, path: str) -> list[Any]:
    found: list[Any] = context.raw_store.get(path).json()["resultSets"][0]["rowSet"]
    return found


def test_a_morning_s_odds_are_kept_and_told_in_one_event(client: FlaskClient, context: Context) -> None:
    answer = post(client, scrapers=["nbac_schedule", *ODDS], simulated_at=MORNING, trigger="scheduler")
    assert (answer["code"], answer["status"]) == (200, "success")
    results = by_name(answer)
    assert {n: (r["payloads"], r["not_offered"]) for n, r in results.items()} == {
        "nbac_schedule": (1, 0),
        "oddsa_events": (1, 0),
        "oddsa_player_props": (1, 1),
        "oddsa_game_lines": (0, 2),
    }
    ((topic, event),) = context.publisher.sent  # type: ignore[attr-defined]
    assert topic == TOPIC
    assert (event.phase, event.trigger, event.status) == ("phase1", "scheduler", "success")
    assert event.source == "nbac_schedule,oddsa_events,oddsa_player_props,oddsa_game_lines"
    assert event.game_dates == [DAY]
    assert event.simulated_at is not None
    assert event.simulated_at.isoformat() == "2024-11-04T15:00:00+00:00"
    assert event.raw_paths == [
        "nbac_schedule/2024-25/schedule/20241104T150000000000Z.json.gz",
        "oddsa_events/2024-11-04/events/20241104T150000000000Z.json.gz",
        "oddsa_player_props/2024-11-04/cle-mil/20241104T150000000000Z.json.gz",
    ]
    assert answer["event_id"] == event.event_id


def test_what_is_there_already_is_told_again(client: FlaskClient, context: Context) -> None:
    """The event is a hint; the first one may have been lost."""
    for _ in range(2):
        post(client, scrapers=["nbac_schedule"], simulated_at=MORNING)
    first, second = (event for _, event in context.publisher.sent)  # type: ignore[attr-defined]
    assert first.raw_paths == second.raw_paths
    assert len(context.raw_store.list()) == 1


def test_box_scores_are_empty_in_the_morning_and_full_at_night(client: FlaskClient, context: Context) -> None:
    for at in (MORNING, NIGHT):
        assert post(client, scrapers=BOX_SCORES, simulated_at=at)["status"] == "success"
    morning, night = (event.raw_paths for _, event in context.publisher.sent)  # type: ignore[attr-defined]
    assert [len(rows(context, p)) for p in morning] == [0, 0]
    assert [len(rows(context, p)) for p in night] == [2, 2]


def test_bulk_history_lands_on_the_paths_of_the_nightly_run(client: FlaskClient, context: Context) -> None:
    post(client, scrapers=BOX_SCORES, simulated_at=NIGHT)
    post(client, scrapers=BOX_SCORES, end_date="2024-11-05", simulated_at="2024-12-01T12:00:00Z", post_game=True)
    post(client, scrapers=BOX_SCORES, end_date="2024-11-05", post_game=True)
    nightly, replayed, bulk = (event.raw_paths for _, event in context.publisher.sent)  # type: ignore[attr-defined]
    assert nightly == replayed == bulk
    assert nightly[0] == "nbac_player_boxscore/2024-11-04/regular_season/20241105T090000000000Z.json.gz"


def test_bulk_history_never_knows_more_than_its_caller_s_clock(client: FlaskClient, context: Context) -> None:
    post(client, scrapers=BOX_SCORES, simulated_at=MORNING, post_game=True)
    ((_, event),) = context.publisher.sent  # type: ignore[attr-defined]
    assert [len(rows(context, p)) for p in event.raw_paths] == [0, 0]


def test_a_date_without_games_is_not_asked_for(client: FlaskClient, context: Context) -> None:
    post(client, scrapers=["nbac_schedule"], simulated_at=MORNING)
    answer = post(client, scrapers=[*BOX_SCORES, *ODDS], start_date="2024-11-05", simulated_at=NIGHT)
    assert (answer["code"], answer["event_id"]) == (200, None)
    assert {r["status"] for r in answer["results"]} == {"no_games"}
    assert len(context.publisher.sent) == 1  # type: ignore[attr-defined]


def test_a_range_counts_its_dates_and_asks_a_season_s_schedule_once(client: FlaskClient) -> None:
    answer = post(
        client, scrapers=["nbac_schedule", *BOX_SCORES], end_date="2024-11-06", simulated_at="2024-11-07T09:00:00Z"
    )
    results = by_name(answer)
    assert results["nbac_schedule"]["payloads"] == 1
    assert results["nbac_player_boxscore"]["dates"] == {"success": 1, "no_games": 1, "not_in_archive": 1}
    assert results["nbac_player_boxscore"]["status"] == "success"


def test_quotes_without_a_list_of_events_are_not_ready(client: FlaskClient, context: Context) -> None:
    answer = post(client, scrapers=["oddsa_player_props"], simulated_at=MORNING)
    assert (answer["code"], answer["status"]) == (200, "not_ready")
    assert "scrape oddsa_events first" in answer["results"][0]["error"]
    assert [(r.processor, r.status) for r in kept_runs(context)] == [("oddsa_player_props", "not_ready")]


def test_a_list_of_events_that_is_not_out_yet_is_not_ready(client: FlaskClient) -> None:
    answer = post(client, scrapers=["oddsa_events"], simulated_at="2024-11-04T10:00:00Z")
    assert (answer["code"], answer["status"]) == (200, "not_ready")


def test_each_scraper_s_run_is_in_the_ledger(client: FlaskClient, context: Context) -> None:
    post(client, scrapers=["nbac_schedule", "oddsa_events"], simulated_at=MORNING, trigger="replay")
    runs = kept_runs(context)
    assert [(r.phase, r.processor, r.status, r.rows_in, r.trigger) for r in runs] == [
        ("phase1", "nbac_schedule", "success", 1, "replay"),
        ("phase1", "oddsa_events", "success", 1, "replay"),
    ]
    ((_, event),) = context.publisher.sent  # type: ignore[attr-defined]
    assert {r.correlation_id for r in runs} == {event.correlation_id}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scrapers": []}, "scrapers"),
        ({}, "scrapers"),
        ({"scrapers": ["nbac_schedule"], "end_date": "2024-11-03"}, "end_date"),
        ({"scrapers": ["nbac_schedule"], "simulated_at": "2024-11-04T15:00:00"}, "simulated_at"),
        ({"scrapers": ["nbac_schedule"], "date": "2024-11-04"}, "date"),
        ({"scrapers": ["nbac_schedule"], "end_date": "2034-11-04"}, "days asked for"),
    ],
)
def test_a_body_that_is_no_request_is_answered_400_and_names_the_field(
    client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    answer = post(client, **body)
    assert answer["code"] == 400
    assert field in answer["error"]


def test_no_body_at_all_is_answered_400(client: FlaskClient) -> None:
    assert client.post("/scrape", data=b"{").status_code == 400


def test_an_unknown_scraper_is_answered_with_the_right_names(client: FlaskClient) -> None:
    answer = post(client, scrapers=["nbac_boxscores"])
    assert answer["code"] == 422
    assert "nbac_player_boxscore" in answer["error"]


def test_an_event_that_could_not_be_sent_is_5xx_and_the_payloads_are_kept(
    client: FlaskClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> str:
        raise TransientError("the message broker did not take the event")

    monkeypatch.setattr(context.publisher, "publish", refuse)
    assert post(client, scrapers=["nbac_schedule"], simulated_at=MORNING)["code"] == 503
    assert len(context.raw_store.list()) == 1


# -- a source that misbehaves ----------------------------------------------------------------------------


@pytest.fixture
def local_odds(monkeypatch: pytest.MonkeyPatch, source: MisbehavingSource) -> MisbehavingSource:
    """Every request of the scrapers goes to the misbehaving source instead."""
    original = Fetcher.fetch

    def fetch(self: Fetcher, request: SourceRequest) -> Any:
        moved = SourceRequest(request.name, source.url, request.params, request.headers, request.secret_params)
        return original(self, moved)

    monkeypatch.setattr(Fetcher, "fetch", fetch)
    return source


def events(*event_ids: str) -> bytes:
    return json.dumps([{"id": e, "commence_time": "2024-11-05T00:00:00Z"} for e in event_ids]).encode()


def run(context: Context, fetcher: Fetcher, *names: str) -> Any:
    wanted = ScrapeRequest.model_validate({"scrapers": names, "start_date": str(DAY), "simulated_at": MORNING})
    return scrape(context, wanted, fetcher=fetcher)


def test_one_scraper_s_failure_leaves_the_others_data(
    local_odds: MisbehavingSource, make_context: Callable[..., Context], live_fetcher: Callable[..., Fetcher]
) -> None:
    context = make_context(odds_api_key="k3y-of-the-odds-feed")
    local_odds.script = [answers(b"", 403), answers(events("e1"))]
    answer = run(context, live_fetcher(), "nbac_schedule", "oddsa_events")
    assert [(r.scraper, r.status) for r in answer.results] == [("nbac_schedule", "failed"), ("oddsa_events", "success")]
    assert (answer.status, answer.code()) == ("partial", 207)
    ((_, event),) = context.publisher.sent  # type: ignore[attr-defined]
    assert (event.status, len(event.raw_paths)) == ("partial", 1)
    assert [(r.status, r.error_type) for r in kept_runs(context)] == [("failed", "RequestError"), ("success", None)]


def test_one_event_s_failure_leaves_the_other_events_quotes(
    local_odds: MisbehavingSource, make_context: Callable[..., Context], live_fetcher: Callable[..., Fetcher]
) -> None:
    context = make_context(odds_api_key="k3y-of-the-odds-feed")
    local_odds.script = [answers(events("e1", "e2", "e3", "e4")), answers(b"[1]"), answers(b"", 500), answers(b"", 404)]
    local_odds.script.append(answers(b"[4]"))
    answer = run(context, live_fetcher(http_max_attempts=1), "oddsa_events", "oddsa_player_props")
    props = answer.results[1]
    assert (props.status, props.transient, answer.status, answer.code()) == ("failed", True, "partial", 503)
    ((_, event),) = context.publisher.sent  # type: ignore[attr-defined]
    assert [p.split("/")[2] for p in event.raw_paths] == ["events", "e1", "e4"]
    assert props.as_json()["not_offered"] == 1


def test_a_wrong_key_stops_the_scraper_at_its_first_event(
    local_odds: MisbehavingSource, make_context: Callable[..., Context], live_fetcher: Callable[..., Fetcher]
) -> None:
    context = make_context(odds_api_key="k3y-of-the-odds-feed")
    local_odds.script = [answers(events("e1", "e2", "e3")), answers(b"", 401)]
    answer = run(context, live_fetcher(), "oddsa_events", "oddsa_player_props")
    assert answer.results[1].status == "failed"
    assert local_odds.requests == 2


def test_a_page_instead_of_json_is_kept_for_phase_2_to_quarantine(
    local_odds: MisbehavingSource, make_context: Callable[..., Context], live_fetcher: Callable[..., Fetcher]
) -> None:
    context = make_context()
    local_odds.script = [answers(b"<html>Access denied</html>")]
    answer = run(context, live_fetcher(), "nbac_schedule")
    assert (answer.results[0].status, answer.status) == ("stored_unreadable", "partial")
    ((_, event),) = context.publisher.sent  # type: ignore[attr-defined]
    assert context.raw_store.get(event.raw_paths[0]).body == b"<html>Access denied</html>"
    assert event.status == "partial"


def test_the_key_goes_to_the_source_and_not_into_the_raw_store(
    local_odds: MisbehavingSource, make_context: Callable[..., Context], live_fetcher: Callable[..., Fetcher]
) -> None:
    key = "k3y-of-the-odds-feed"
    context = make_context(odds_api_key=key)
    local_odds.script = [answers(events("e1"))]
    run(context, live_fetcher(), "oddsa_events")
    assert local_odds.queries[0]["apiKey"] == key
    payload = context.raw_store.get(context.raw_store.list()[0])
    assert payload.params == {"date": "2024-11-04T15:00:00Z"}
    assert key not in f"{payload.url} {payload.params} {payload.body!r}"


def test_every_scraper_names_the_raw_tables_it_feeds_where_it_feeds_any() -> None:
    feeds = {name: s.tables for name, s in registry.SCRAPERS.items()}
    assert all(table.startswith("nba_raw.") for tables in feeds.values() for table in tables)
    assert [name for name, tables in feeds.items() if not tables] == ["oddsa_events"]
