"""The scrapers of one call: at once or in order, each within its limit; one that goes wrong takes nobody with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.errors import NbaError, RequestError, SourceUnavailableError
from common.logging import correlated, correlation_id
from scrapers import http_policy, registry
from scrapers.fetcher import Fetcher
from scrapers.main_scraper_service import create_app, scrape
from scrapers.scrape_request import ScrapeRequest
from scrapers.scrape_result import ScrapeAnswer
from scrapers.scraper_base import DayOutcome, Scraper
from scrapers.source_request import SourceRequest
from tests.scrapers.stand_ins import kept_runs

DAY = date(2024, 11, 4)
SECOND = 1.0


class StandIn(Scraper):
    """Takes its time, keeps a payload a date, and fails as it is told: `errors` are raised one a call."""

    tables = ()
    needs_games = False

    def __init__(self, name: str, seconds: float = 0.0, *errors: NbaError, stuck_after: int | None = None) -> None:
        self.name = name  # type: ignore[misc]
        self.seconds = seconds
        self.errors = list(errors)
        self.stuck_after = stuck_after
        self.calls: list[tuple[date, str | None, Any]] = []
        self.ended = threading.Event()

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        return []

    def run(self, context: Context, fetcher: Fetcher, day: date, outcome: DayOutcome | None = None) -> DayOutcome:
        outcome = outcome or DayOutcome()
        self.calls.append((day, correlation_id.get(), clock.simulated_now()))
        try:
            if self.stuck_after is None or len(self.calls) > self.stuck_after:
                time.sleep(self.seconds)
            if self.errors:
                outcome.error = self.errors.pop(0)
                return outcome
            body = f"{self.name} {day} {len(self.calls)}".encode()
            path = context.raw_store.put(
                feed=self.name, scope=str(day), request="all", url="https://site.test", params={},
                status=200, content_type="text/plain", body=body,
            )  # fmt: skip
            outcome.paths.append(path)
        except NbaError as error:
            outcome.error = error
        finally:
            self.ended.set()
        return outcome


class Broken(StandIn):
    """Has a fault of its own."""

    def run(self, *_args: Any, **_kwargs: Any) -> DayOutcome:
        raise KeyError("resultSets")


class Hanging(StandIn):
    """Waits until the test lets it go on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.go_on = threading.Event()

    def run(self, context: Context, fetcher: Fetcher, day: date, outcome: DayOutcome | None = None) -> DayOutcome:
        self.go_on.wait(30)
        return super().run(context, fetcher, day, outcome)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_policy, "wait_seconds", lambda *_a, **_k: 0.0)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, make_context: Callable[..., Context]) -> Callable[..., ScrapeAnswer]:
    context = make_context(source="simulated")

    def call(*scrapers: StandIn, **body: Any) -> ScrapeAnswer:
        monkeypatch.setattr(registry, "SCRAPERS", {s.name: s for s in scrapers})
        wanted = {"scrapers": [s.name for s in scrapers], "start_date": str(DAY)} | body
        return scrape(context, ScrapeRequest.model_validate(wanted))

    call.context = context  # type: ignore[attr-defined]
    return call


def statuses(answer: ScrapeAnswer) -> dict[str, str]:
    return {r.scraper: r.status for r in answer.results}


def events(run: Any) -> list[Any]:
    return [event for _, event in run.context.publisher.sent]


def test_six_scrapers_at_once_take_hardly_longer_than_the_slowest(run: Any) -> None:
    scrapers = [StandIn(f"feed_{n}", SECOND) for n in range(6)]
    began = time.monotonic()
    answer = run(*scrapers, parallel=True)
    took = time.monotonic() - began
    slowest = max(r.seconds for r in answer.results)
    print(f"six scrapers of {SECOND} s: {took:.3f} s, {took / slowest:.3f} times the slowest")
    assert slowest >= SECOND
    assert took < 1.2 * slowest
    assert [r.scraper for r in answer.results] == [s.name for s in scrapers]


def test_all_payloads_of_a_call_are_told_in_one_event_in_the_order_asked_for(run: Any) -> None:
    run(StandIn("slow", 0.2), StandIn("quick"), parallel=True)
    (event,) = events(run)
    assert event.source == "slow,quick"
    assert [p.split("/")[0] for p in event.raw_paths] == ["slow", "quick"]


def test_each_thread_has_the_caller_s_clock_and_correlation_id(run: Any) -> None:
    scrapers = [StandIn("one"), StandIn("two")]
    with correlated("of-the-caller"):
        run(*scrapers, parallel=True, simulated_at="2024-11-04T15:00:00Z")
    assert {(c[1], str(c[2])) for s in scrapers for c in s.calls} == {("of-the-caller", "2024-11-04 15:00:00+00:00")}


def test_one_after_the_other_unless_asked_otherwise(run: Any) -> None:
    began = time.monotonic()
    answer = run(*(StandIn(f"feed_{n}", 0.2) for n in range(3)))
    assert time.monotonic() - began >= sum(r.seconds for r in answer.results) >= 0.6


def test_one_that_overruns_is_reported_in_time_and_can_store_and_publish_nothing_any_more(run: Any) -> None:
    hanging, fine = StandIn("hanging", 1.5), StandIn("fine")
    began = time.monotonic()
    answer = run(hanging, fine, parallel=True, timeouts={"hanging": 0.3})
    assert time.monotonic() - began < hanging.seconds
    assert statuses(answer) == {"hanging": "timed_out", "fine": "success"}
    assert (answer.status, answer.code()) == ("partial", 503)
    assert hanging.ended.wait(10)
    time.sleep(0.1)
    assert [p.split("/")[0] for p in run.context.raw_store.list()] == ["fine"]
    (event,) = events(run)
    assert [p.split("/")[0] for p in event.raw_paths] == ["fine"]
    assert [(r.processor, r.status) for r in kept_runs(run.context)] == [("hanging", "timed_out"), ("fine", "success")]


def test_where_scrapers_run_in_order_one_that_hangs_is_left_behind_and_each_has_a_limit_of_its_own(run: Any) -> None:
    hanging, behind, last = Hanging("hanging"), StandIn("behind", 0.4), StandIn("last", 0.4)
    try:
        # Together they take longer than one's limit: it runs from when each one starts.
        answer = run(hanging, behind, last, timeouts={"hanging": 0.2, "behind": 0.7, "last": 0.7})
        assert not hanging.ended.is_set()
    finally:
        hanging.go_on.set()
    assert statuses(answer) == {"hanging": "timed_out", "behind": "success", "last": "success"}
    assert [len(s.calls) for s in (behind, last)] == [1, 1]
    assert hanging.ended.wait(10)


def test_what_was_kept_before_the_limit_is_told_all_the_same(run: Any) -> None:
    stuck = StandIn("stuck", 1.5, stuck_after=1)
    answer = run(stuck, timeouts={"stuck": 0.5}, end_date="2024-11-05")
    assert statuses(answer) == {"stuck": "timed_out"}
    (event,) = events(run)
    assert [p.split("/")[1] for p in event.raw_paths] == ["2024-11-04"]
    assert event.status == "partial"


def test_the_limit_is_a_setting_unless_the_call_names_one(
    monkeypatch: pytest.MonkeyPatch, make_context: Callable[..., Context]
) -> None:
    monkeypatch.setattr(registry, "SCRAPERS", {"hanging": StandIn("hanging", 1.5)})
    context = make_context(source="simulated", scraper_timeout=0.2)
    answer = scrape(context, ScrapeRequest.model_validate({"scrapers": ["hanging"], "start_date": str(DAY)}))
    assert "limit_seconds=0.2" in str(answer.results[0].errors[0])


@pytest.mark.parametrize("parallel", [True, False])
def test_a_scraper_with_a_fault_leaves_the_others_payloads(run: Any, parallel: bool) -> None:
    answer = run(Broken("broken"), StandIn("fine"), parallel=parallel)
    assert statuses(answer) == {"broken": "failed", "fine": "success"}
    assert (answer.status, answer.code()) == ("partial", 207)
    assert [r.error_type for r in kept_runs(run.context)] == ["KeyError", None]
    assert len(events(run)) == 1


@pytest.mark.usefixtures("naps")
def test_only_the_dates_that_failed_for_the_moment_are_asked_again(run: Any) -> None:
    flaky = StandIn("flaky", 0.0, SourceUnavailableError("HTTP 503"))
    answer = run(flaky, retries={"flaky": 2}, end_date="2024-11-05")
    assert statuses(answer) == {"flaky": "success"}
    assert [str(day) for day, _, _ in flaky.calls] == ["2024-11-04", "2024-11-05", "2024-11-04"]
    assert (answer.results[0].attempts, len(answer.results[0].paths)) == (2, 2)


@pytest.mark.usefixtures("naps")
def test_a_refusal_is_not_asked_again(run: Any) -> None:
    refused = StandIn("refused", 0.0, RequestError("the source refused", status=401))
    assert statuses(run(refused, retries={"refused": 3})) == {"refused": "failed"}
    assert len(refused.calls) == 1


@pytest.mark.usefixtures("naps")
def test_retries_end(run: Any) -> None:
    down = StandIn("down", 0.0, *(SourceUnavailableError("HTTP 503") for _ in range(9)))
    answer = run(down, retries={"down": 2})
    assert (statuses(answer), answer.code(), len(down.calls)) == ({"down": "failed"}, 503, 3)
    assert events(run) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"timeouts": {"oddsa_event": 5}}, "timeouts"),
        ({"timeouts": {"nbac_schedule": 0}}, "timeouts.nbac_schedule"),
        ({"retries": {"nbac_schedule": -1}}, "retries.nbac_schedule"),
        ({"scrapers": ["nbac_schedule", "nbac_schedule"]}, "named more than once"),
    ],
)
def test_a_wrong_limit_is_answered_400_and_names_the_field(
    make_context: Callable[..., Context], body: dict[str, Any], field: str
) -> None:
    client = create_app(make_context()).test_client()
    answer = client.post("/scrape", json={"scrapers": ["nbac_schedule"], "start_date": str(DAY)} | body)
    assert answer.status_code == 400
    assert field in answer.get_json()["error"]
