"""How a job is joined, left and named: with a client of one's own that keeps jobs."""

from __future__ import annotations

import concurrent.futures
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry

from common import clock, warehouse_jobs
from common.errors import DeadlineExceededError, TerminalError
from common.settings import Settings
from common.warehouse_jobs import JobRunner


@dataclass
class FakeJob:
    """A job that ends at once, with `error`, or never."""

    job_id: str
    state: str = "DONE"
    error: Exception | None = None
    started: datetime | None = field(default_factory=clock.wall_clock)
    created: datetime | None = None
    limit: float = 300
    cancelled: bool = False
    waited: float = 0

    @property
    def error_result(self) -> object:
        return self.error

    @property
    def configuration(self) -> Any:
        return SimpleNamespace(job_timeout_ms=int(self.limit * 1000))

    def result(self, timeout: float, retry: Retry) -> None:
        self.waited += timeout
        if self.state != "DONE":
            raise concurrent.futures.TimeoutError
        if self.error is not None:
            raise self.error

    def cancel(self, timeout: float, retry: Retry) -> None:
        self.cancelled = True


class FakeClient:
    """Keeps jobs by id; `ends` are what new ones come to, in order, else they go well."""

    def __init__(self, *ends: Exception | str) -> None:
        self.jobs: dict[str, FakeJob] = {}
        self.ends = list(ends)
        self.started: list[str] = []

    def get_job(self, job_id: str, **_: Any) -> FakeJob:
        return self.jobs[job_id]

    def insert(self, job_id: str, limit: float) -> FakeJob:
        if job_id in self.jobs:
            raise google_errors.Conflict("Already Exists")
        self.started.append(job_id)
        end = self.ends.pop(0) if self.ends else "DONE"
        job = FakeJob(job_id, end if isinstance(end, str) else "DONE", end if isinstance(end, Exception) else None)
        self.jobs[job_id] = job
        return job


def runner(client: FakeClient, **settings: Any) -> JobRunner:
    return JobRunner(client, Settings(**settings), Retry(), lambda text: text)  # type: ignore[arg-type]


def run(jobs: JobRunner, client: FakeClient, *, append: bool = False) -> bool:
    return jobs.run(client.insert, ["work"], "nba_raw.shots", what="a test", join_finished=append)[1]


def running(client: FakeClient, jobs: JobRunner, **fields: Any) -> FakeJob:
    """The job of the work, started by somebody else, that does not end."""
    run(jobs, client)
    (job,) = client.jobs.values()
    job.state = "RUNNING"
    for name, value in fields.items():
        setattr(job, name, value)
    job.waited = 0
    return job


def test_a_joined_job_that_does_not_end_is_left_alone_and_the_work_done_anew() -> None:
    client = FakeClient()
    jobs = runner(client)
    dead = running(client, jobs)
    assert run(jobs, client) is False
    assert len(client.started) == 2
    assert 0 < dead.waited <= warehouse_jobs._JOINED_SECONDS
    assert not dead.cancelled  # it is somebody else's


@pytest.mark.parametrize("append", [False, True])
def test_a_joined_job_whose_servers_limit_has_passed_is_dead_and_costs_no_wait(append: bool) -> None:
    client = FakeClient()
    jobs = runner(client)
    dead = running(client, jobs, started=clock.wall_clock() - timedelta(hours=1))
    assert run(jobs, client, append=append) is False
    assert dead.waited <= warehouse_jobs._GRACE_SECONDS


def test_an_append_that_may_still_run_is_not_done_twice() -> None:
    client = FakeClient()
    jobs = runner(client, bigquery_job_timeout=5)
    running(client, jobs)
    with pytest.raises(DeadlineExceededError, match="still runs"):
        run(jobs, client, append=True)
    assert len(client.started) == 1


def test_a_job_cancelled_by_its_own_limit_is_not_tried_again() -> None:
    timed_out = google_errors.BadRequest(
        "Job execution was cancelled: Job timed out after 300 sec", errors=[{"reason": "stopped"}]
    )
    client = FakeClient(timed_out)
    with pytest.raises(DeadlineExceededError):
        run(runner(client), client)
    assert len(client.started) == 1


def test_a_job_that_somebody_cancelled_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    cancelled = google_errors.BadRequest(
        "Job execution was cancelled: User requested cancellation", errors=[{"reason": "stopped"}]
    )
    client = FakeClient(cancelled)
    assert run(runner(client), client) is False
    assert len(client.started) == 2


def test_one_that_overruns_is_cancelled_and_not_tried_again() -> None:
    client = FakeClient("RUNNING")
    with pytest.raises(DeadlineExceededError):
        run(runner(client), client)
    assert [job.cancelled for job in client.jobs.values()] == [True]


def test_a_thousand_staging_tables_leave_no_gate_behind() -> None:
    client = FakeClient()
    jobs = runner(client)
    for number in range(1000):
        jobs.run(client.insert, ["stage"], f"nba_staging.shots_{number}", what="a test")
    assert jobs._gates == {}
    client.ends = [google_errors.BadRequest("no such column")]
    with pytest.raises(TerminalError):
        jobs.run(client.insert, ["bad"], "nba_raw.shots", what="a test")
    assert jobs._gates == {}


def test_a_job_is_named_by_its_table_and_work_and_not_by_how_it_is_said() -> None:
    client = FakeClient()
    jobs = runner(client)
    for what in ("MERGE of staging table a", "MERGE of staging table b"):
        jobs.run(client.insert, ["same"], "nba_raw.shots", what=what)
    first, second = client.started
    assert second.startswith(first)  # the name was taken by a job that has ended: a new one of the same name
    jobs.run(client.insert, ["same"], "nba_raw.games", what="MERGE")
    assert not client.started[-1].startswith(first)
