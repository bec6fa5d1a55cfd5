"""The executor runs the graph: what starts when, what is skipped, what is tried again, what is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.errors import ConfigurationError, TransientError
from common.logging import correlated, correlation_id
from common.run_ledger import RunLedger
from common.settings import Settings
from orchestration import workflow_executor
from orchestration.client import ServiceClient
from orchestration.workflow import Workflow
from orchestration.workflow_executor import WorkflowExecutor
from orchestration.workflow_result import WorkflowResult
from tests.fakes import RecordingPublisher
from tests.scrapers.stand_ins import KeptRuns, kept_runs

DAY = date(2024, 11, 4)
Answer = dict[str, Any] | BaseException


def entry(name: str, status: str = "success", payloads: int = 1, error: str | None = None) -> dict[str, Any]:
    return {
        "processor": name, "status": status, "payloads": payloads, "seconds": 0.0, "error": error, "not_offered": 0,
    }  # fmt: skip


class StandInPhase1(ServiceClient):
    """Stands where POST /scrape is: answers by the first scraper of the call, and notes the calls."""

    def __init__(self, answers: Mapping[str, list[Answer]] | None = None, seconds: Mapping[str, float] | None = None):
        super().__init__("http://127.0.0.1:1")
        self.answers = {name: list(given) for name, given in (answers or {}).items()}
        self.seconds = seconds or {}
        self.calls: list[dict[str, Any]] = []
        self.log: list[str] = []
        self._lock = threading.Lock()

    def post(self, service: str, path: str, body: dict[str, Any], *, seconds: float = 0) -> dict[str, Any]:
        first = body["scrapers"][0]
        with self._lock:
            self.calls.append({"to": f"{service}/{path}", "within": seconds, "id": correlation_id.get(), **body})
            self.log.append(f"+{first}")
            given = self.answers.get(first, [])
            answer = given.pop(0) if given else {"results": [entry(n) for n in body["scrapers"]], "http_status": 200}
        time.sleep(self.seconds.get(first, 0))
        with self._lock:
            self.log.append(f"-{first}")
        if isinstance(answer, BaseException):
            raise answer
        return answer


def steps(*given: dict[str, Any], **when: Any) -> Workflow:
    """A workflow of steps; a step of name n has the scraper n unless it says otherwise."""
    full = [{"scrapers": [s["name"]], **s} for s in given]
    times = {"from": "06:00", "to": "10:00", **when}
    return Workflow.model_validate({"name": "probe", "description": "-", "when": times, "steps": full})


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made = Context(Settings(data_dir=tmp_path))
    made.publisher = RecordingPublisher()
    made.ledger = RunLedger(KeptRuns())  # type: ignore[arg-type]
    return made


@pytest.fixture
def run(context: Context) -> Callable[..., WorkflowResult]:
    def call(phase1: StandInPhase1, workflow: Workflow) -> WorkflowResult:
        return WorkflowExecutor(context, phase1, sleep=lambda _s: None).run(workflow, DAY)

    return call


def statuses(result: WorkflowResult) -> dict[str, str]:
    return {s.step: s.status for s in result.steps}


CHAIN = ({"name": "a"}, {"name": "b", "depends_on": ["a"]}, {"name": "c", "depends_on": ["b"]})


def test_a_step_starts_when_what_it_depends_on_has_ended(run: Any) -> None:
    phase1 = StandInPhase1(seconds={"a": 0.1, "b": 0.1})
    assert run(phase1, steps(*reversed(CHAIN))).status == "success"
    assert phase1.log == ["+a", "-a", "+b", "-b", "+c", "-c"]


def test_independent_steps_run_at_once(run: Any) -> None:
    names = [f"s{n}" for n in range(4)]
    phase1 = StandInPhase1(seconds=dict.fromkeys(names, 1.0))
    result = run(phase1, steps(*({"name": n} for n in names)))
    slowest = max(s.seconds for s in result.steps)
    assert result.seconds < 1.2 * slowest
    assert sorted(phase1.log[:4]) == [f"+{n}" for n in names]


def test_what_depends_on_a_step_that_failed_is_skipped_and_the_rest_runs(run: Any) -> None:
    refused = {"results": [entry("a", "failed", 0, "the source refused")], "http_status": 207}
    phase1 = StandInPhase1({"a": [refused]})
    result = run(phase1, steps(*CHAIN, {"name": "d"}))
    assert statuses(result) == {"a": "failed", "b": "skipped", "c": "skipped", "d": "success"}
    assert result.steps[1].error == "skipped: depends on a which failed"
    assert result.steps[2].error == "skipped: depends on b which was skipped"
    assert result.status == "partial"
    assert [c["scrapers"] for c in phase1.calls] == [["a"], ["d"]] or [c["scrapers"] for c in phase1.calls] == [
        ["d"],
        ["a"],
    ]


def test_a_scraper_that_is_not_critical_leaves_the_step_succeeded_and_the_workflow_partial(run: Any) -> None:
    answer = {"results": [entry("a"), entry("extra", "failed", 0, "HTTP 503")], "http_status": 503}
    phase1 = StandInPhase1({"a": [answer]})
    first = {"name": "a", "scrapers": ["a", {"name": "extra", "critical": False}], "parallel": True}
    result = run(phase1, steps(first, {"name": "b", "depends_on": ["a"]}))
    assert (statuses(result), result.status) == ({"a": "success", "b": "success"}, "partial")
    assert result.problems == ["a: extra: HTTP 503"]


def test_a_critical_scraper_that_failed_leaves_the_others_payloads_and_the_workflow_partial(run: Any) -> None:
    answer = {"results": [entry("a"), entry("b", "failed", 0, "HTTP 500")], "http_status": 503, "event_id": "e1"}
    result = run(StandInPhase1({"a": [answer]}), steps({"name": "both", "scrapers": ["a", "b"]}))
    assert (statuses(result), result.status) == ({"both": "failed"}, "partial")
    assert (result.steps[0].event_id, result.steps[0].payloads, result.steps[0].error) == ("e1", 1, "b: HTTP 500")


def test_nothing_at_all_is_failed(run: Any, context: Context) -> None:
    answer = {"results": [entry("a", "timed_out", 0, "overran its limit")], "http_status": 503}
    result = run(StandInPhase1({"a": [answer]}), steps({"name": "a"}))
    assert (statuses(result), result.status) == ({"a": "timed_out"}, "failed")
    ((row),) = kept_runs(context)
    assert (row.status, row.error_message) == ("timed_out", "a: a: overran its limit")


@pytest.mark.parametrize("status", ["not_ready", "not_in_archive"])
@pytest.mark.parametrize(("critical", "expected"), [(True, "not_ready"), (False, "success")])
def test_what_is_not_there_yet_is_no_failure_but_what_needs_it_waits(
    run: Any, status: str, critical: bool, expected: str
) -> None:
    answer = {"results": [entry("a", status, 0)], "http_status": 200}
    result = run(StandInPhase1({"a": [answer]}), steps({"name": "a", "critical": critical}, *CHAIN[1:2]))
    assert statuses(result) == {"a": expected, "b": "success" if expected == "success" else "skipped"}
    assert result.status == expected


def test_a_discovery_without_a_payload_has_not_found(run: Any) -> None:
    answer: Answer = {"results": [entry("a", "success", 0)], "http_status": 200}
    assert run(StandInPhase1({"a": [answer]}), steps({"name": "a"}, until_found=True)).status == "not_ready"
    assert run(StandInPhase1({"a": [answer]}), steps({"name": "a"})).complete
    assert run(StandInPhase1(), steps({"name": "a"}, until_found=True)).status == "success"


@pytest.mark.parametrize(
    ("first", "calls"),
    [
        (TransientError("the service did not answer"), 2),
        ({"status": "failed", "error": "the message broker did not take the event", "http_status": 503}, 2),
        ({"status": "failed", "error": "<html>", "http_status": 502}, 2),
        ({"status": "invalid", "error": "scrapers: wrong", "http_status": 400}, 1),
        ({"status": "unauthorized", "error": "no token", "http_status": 401}, 1),
        (ConfigurationError("calling a service needs a Google account"), 1),
        # Phase 1 did its work and asked again itself.
        ({"results": [entry("a", "failed", 0, "HTTP 503")], "http_status": 503}, 1),
    ],
)
def test_a_call_is_made_again_only_where_that_can_help(run: Any, first: Answer, calls: int) -> None:
    phase1 = StandInPhase1({"a": [first]})
    result = run(phase1, steps({"name": "a", "retries": 3}))
    assert len(phase1.calls) == calls
    assert result.status == ("success" if calls == 2 else "failed")
    assert result.steps[0].attempts == calls


def test_calls_end_after_the_retries(run: Any) -> None:
    phase1 = StandInPhase1({"a": [TransientError("the service did not answer")] * 9})
    assert run(phase1, steps({"name": "a", "retries": 2})).status == "failed"
    assert len(phase1.calls) == 3


def test_a_step_that_hangs_is_timed_out_and_the_workflow_comes_back(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_executor, "ANSWER_SECONDS", 0.1)
    phase1 = StandInPhase1(seconds={"a": 2.0})
    began = time.monotonic()
    result = run(phase1, steps({"name": "a", "timeout": 0.2}, {"name": "b", "depends_on": ["a"]}, {"name": "c"}))
    assert time.monotonic() - began < 2.0
    assert statuses(result) == {"a": "timed_out", "b": "skipped", "c": "success"}
    assert result.steps[1].error == "skipped: depends on a which timed out"


def test_phase_1_is_told_limits_retries_clock_and_correlation(run: Any) -> None:
    phase1 = StandInPhase1()
    scrapers = ["a", {"name": "b", "timeout": 20, "retries": 2}]
    with correlated("of-the-workflow"), clock.simulated(clock.eastern(DAY, 10)):
        run(phase1, steps({"name": "s", "scrapers": scrapers, "parallel": True, "timeout": 60, "retries": 1}))
    (call,) = phase1.calls
    assert call["to"] == "scrapers/scrape"
    assert (call["start_date"], call["end_date"], call["simulated_at"]) == (str(DAY), str(DAY), "2024-11-04T15:00:00Z")
    assert (call["parallel"], call["timeouts"], call["retries"]) == (True, {"a": 60, "b": 20}, {"a": 1, "b": 2})
    assert call["within"] == pytest.approx(60 + workflow_executor.ANSWER_SECONDS, abs=1)
    assert call["id"] == "of-the-workflow"


def test_every_run_is_in_the_ledger_with_the_clock_that_it_began_at(run: Any, context: Context) -> None:
    with clock.simulated(clock.eastern(DAY, 10)):
        run(StandInPhase1(), steps(*CHAIN))
        refused = {"results": [entry("a", "failed", 0, "the source refused")], "http_status": 207}
        run(StandInPhase1({"a": [refused]}), steps(*CHAIN))
    good, bad = kept_runs(context)
    assert (good.phase, good.processor, good.status, good.rows_in) == ("workflow", "probe", "success", 3)
    assert (str(good.start_date), str(good.end_date), good.input_version) == (
        str(DAY),
        str(DAY),
        "2024-11-04T15:00:00Z",
    )
    assert (bad.status, bad.error_type) == ("failed", "WorkflowIncomplete")
    assert bad.error_message.startswith("a: a: the source refused; b: skipped")


def test_a_run_that_was_killed_is_not_taken_for_one_that_ran(run: Any, context: Context) -> None:
    phase1 = StandInPhase1({"b": [KeyboardInterrupt()]})
    with pytest.raises(KeyboardInterrupt):
        run(phase1, steps(*CHAIN))
    assert [r.status for r in kept_runs(context)] == ["failed"]
    again = StandInPhase1()
    assert run(again, steps(*CHAIN)).status == "success"
    assert [c["scrapers"] for c in again.calls] == [["a"], ["b"], ["c"]]
