"""Runs a workflow: its graph of steps, each one call of Phase 1's POST /scrape.

A step starts when all that it depends on have succeeded; independent steps run at once; what depends on a step that
did not succeed is skipped. Running a workflow again is harmless: the raw store keeps an equal answer once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import date
from graphlib import TopologicalSorter
from typing import Any

from common import clock
from common.context import Context
from common.deadline import Deadline
from common.errors import NbaError, TransientError
from common.events import Trigger
from common.run_ledger import Run
from orchestration.client import ServiceClient
from orchestration.workflow import Step, Workflow
from orchestration.workflow_result import StepResult, WorkflowResult, step_result
from scrapers import http_policy

log = logging.getLogger(__name__)
# What Phase 1 may take beyond its scrapers' limits: publishing, the run ledger.
ANSWER_SECONDS = 30.0
# The longest wait before a call that Phase 1 could not take is made again.
_BACKOFF_CAP = 10.0
_RETRIED_CODES = frozenset({429, 500, 502, 503, 504})


class WorkflowExecutor:
    """Runs workflows through the scrapers service that `client` reaches."""

    def __init__(self, context: Context, client: ServiceClient, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._context = context
        self._client = client
        self._sleep = sleep

    def run(
        self, workflow: Workflow, day: date, *, trigger: Trigger = "manual", reason: str = "asked for"
    ) -> WorkflowResult:
        """Run all steps for a game date; back by the last step's limit. The run is in the ledger (phase "workflow").

        The ledger's input_version is the clock at which the workflow began, which tells whether it is due again.
        """
        began, started = clock.now(), time.monotonic()
        run = Run(
            phase="workflow",
            processor=workflow.name,
            start_date=day,
            end_date=day,
            trigger=trigger,
            input_version=clock.iso_utc(began),
            code_version=self._context.settings.code_version,
        )
        result = WorkflowResult(workflow.name, day, reason, run_id=run.run_id)
        with self._context.ledger.recording(run):
            by_name = self._run_steps(workflow, day, trigger)
            result.steps = [by_name[step.name] for step in workflow.steps]
            result.seconds = time.monotonic() - started
            _describe(run, result)
        log.info("workflow done", extra={"workflow": workflow.name, "date": str(day), "status": result.status})
        return result

    def _run_steps(self, workflow: Workflow, day: date, trigger: Trigger) -> dict[str, StepResult]:
        steps = {step.name: step for step in workflow.steps}
        graph = TopologicalSorter({name: step.depends_on for name, step in steps.items()})
        graph.prepare()
        done: dict[str, StepResult] = {}
        running: dict[Future[StepResult], tuple[Step, Deadline]] = {}
        pool = ThreadPoolExecutor(max_workers=len(steps), thread_name_prefix="step")
        try:
            while graph.is_active():
                for name in graph.get_ready():
                    step = steps[name]
                    missing = [done[other] for other in step.depends_on if done[other].status != "success"]
                    if missing:
                        done[name] = _skipped(name, missing)
                        graph.done(name)
                        continue
                    deadline = Deadline(step.seconds() + ANSWER_SECONDS, name)
                    must_find = workflow.when.until_found
                    future = pool.submit(copy_context().run, self._step, step, deadline, day, trigger, must_find)
                    running[future] = (step, deadline)
                if not running:
                    continue
                finished, _ = wait(
                    running, timeout=min(d.remaining() for _, d in running.values()), return_when=FIRST_COMPLETED
                )
                late = {f for f, (_, d) in running.items() if f not in finished and d.remaining() <= 0}
                for future in finished | late:
                    step, deadline = running.pop(future)
                    done[step.name] = future.result() if future in finished else _overran(step, deadline)
                    graph.done(step.name)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return done

    def _step(self, step: Step, deadline: Deadline, day: date, trigger: Trigger, must_find: bool) -> StepResult:
        started = time.monotonic()
        attempt = 0
        while True:
            attempt += 1
            answer, again = self._call(step, deadline, day, trigger)
            if not again or attempt > step.retries or deadline.remaining() <= 0:
                return step_result(step, answer, time.monotonic() - started, attempt, must_find=must_find)
            pause = http_policy.wait_seconds(attempt, _BACKOFF_CAP)
            log.warning("calling the step again", extra={"step": step.name, "error": answer.get("error")})
            self._sleep(min(pause, deadline.remaining()))

    def _call(self, step: Step, deadline: Deadline, day: date, trigger: Trigger) -> tuple[dict[str, Any], bool]:
        """Phase 1's answer, and whether the same call could help.

        It could when Phase 1 did not do the work; scrapers that failed for the moment it has asked again itself.
        """
        try:
            answer = self._client.scrape(
                [s.name for s in step.scrapers],
                day,
                day,
                at=clock.simulated_now(),
                trigger=trigger,
                parallel=step.parallel,
                timeouts=step.timeouts(),
                retries=step.retries_of(),
                seconds=max(deadline.remaining(), 0.1),
            )
        except NbaError as error:
            log.warning("the step could not be called", extra={"step": step.name, "error": str(error)})
            return {"error": str(error)}, isinstance(error, TransientError)
        return answer, not answer.get("results") and answer["http_status"] in _RETRIED_CODES


def _skipped(name: str, missing: list[StepResult]) -> StepResult:
    words = {"not_ready": "was not ready", "skipped": "was skipped", "timed_out": "timed out", "failed": "failed"}
    causes = ", ".join(f"{s.step} which {words[s.status]}" for s in missing)
    return StepResult(name, "skipped", error=f"skipped: depends on {causes}")


def _overran(step: Step, deadline: Deadline) -> StepResult:
    """Phase 1 did not come back in time; what it still stores it also tells Phase 2, as it would any time."""
    deadline.revoke()
    log.error("step timed out", extra={"step": step.name, "limit": deadline.seconds})
    error = f"the scrapers service did not answer within {deadline.seconds:.0f} s"
    return StepResult(step.name, "timed_out", seconds=deadline.seconds, attempts=1, error=error)


def _describe(run: Run, result: WorkflowResult) -> None:
    """Fill the ledger's row: success when every critical scraper has what it was asked for."""
    run.rows_in = sum(step.payloads for step in result.steps)
    statuses = {s.status for s in result.steps}
    if not result.complete:
        run.status = next((s for s in ("failed", "timed_out") if s in statuses), "not_ready")
        run.error_type = "WorkflowIncomplete"
    if result.problems:
        run.error_message = "; ".join(result.problems)[:2000]
