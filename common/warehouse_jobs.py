"""How a BigQuery job is run: named by its work, bounded in time, joined when it is doubled, cancelled when late.

A joined job is somebody else's: it is never cancelled here, and waited for a while only. Its owner may be dead, and
then it says RUNNING for ever; the work is done by a job of our own instead.
"""

from __future__ import annotations

import concurrent.futures
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry
from google.cloud import bigquery

from common import clock
from common import deadline as deadlines
from common.errors import DeadlineExceededError, TerminalError, TransientError, WarehouseUnavailableError
from common.events import deterministic_id
from common.job_errors import is_cancelled, is_known_job, is_timed_out, is_transient
from common.settings import Settings

log = logging.getLogger(__name__)
_WRITERS_PER_TABLE = 2
_MAX_ATTEMPTS = 5
# How long a joined job is waited for: a MERGE of a season takes less, and doing the work twice is safe.
_JOINED_SECONDS = 30.0
# Beyond the server's own limit of a job, after which it can't be running any more.
_GRACE_SECONDS = 2.0
_labels: ContextVar[Mapping[str, str] | None] = ContextVar("job_labels", default=None)


@contextmanager
def labelled(**labels: str) -> Any:
    """Give every job started inside the block these labels (phase, processor): costs are summed by them."""
    token = _labels.set({**(_labels.get() or {}), **{k: label(v) for k, v in labels.items()}})
    try:
        yield
    finally:
        _labels.reset(token)


def label(text: str) -> str:
    """`text` as a job label or part of a job id may be written."""
    return re.sub(r"[^a-z0-9_-]", "_", text.lower())[:63]


def current_labels() -> dict[str, str]:
    """The labels that a job started now gets."""
    return dict(_labels.get() or {})


@dataclass
class _Gate:
    """The two places of a table's writers, and how many use or wait for them."""

    places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_WRITERS_PER_TABLE))
    users: int = 0


class JobRunner:
    """Runs the writing jobs of one client; `qualified` puts the dataset prefix into names."""

    def __init__(
        self, client: bigquery.Client, settings: Settings, retry: Retry, qualified: Callable[[str], str]
    ) -> None:
        self._client = client
        self._settings = settings
        self._retry = retry
        self._qualified = qualified
        # Only of the tables that are written to now: staging tables have names of their own.
        self._gates: dict[str, _Gate] = {}
        self._gates_lock = threading.Lock()

    def run(
        self, insert: Any, work: Sequence[object], table: str, *, what: str, join_finished: bool = False
    ) -> tuple[Any, bool]:
        """Start the job that `work` on `table` names, or join the one that runs; wait, bounded; cancel when late.

        A job of that name which has ended already is joined only with `join_finished` (appending loads, which
        must not happen twice). A MERGE runs again as a new job: the table may have come back to a state that it
        had before, and the old job says nothing of that. `what` tells people what was asked for.
        """
        # Qualified: a replay beside the live tables is other work.
        name = f"nba_{label(table.split('.')[-1])}_{deterministic_id(self._qualified(table), work)}"
        job_id = name
        with self._gate(table):
            for attempt in range(1, _MAX_ATTEMPTS + 1):
                limit = self.limit()  # the clock starts behind the gate
                began = time.monotonic()
                joined = False
                try:
                    try:
                        job = insert(job_id, limit)
                    except google_errors.ClientError as error:
                        if not is_known_job(error):
                            raise
                        job = self._client.get_job(job_id, retry=self._retry, timeout=limit)
                        joined = True
                        if job.state == "DONE" and (job.error_result or not join_finished):
                            job_id = _another(name)
                            continue
                    if joined and not self._ended(job, limit, must_not_double=join_finished):
                        log.warning("a joined job does not end; doing its work anew", extra={"job_id": job_id})
                        job_id = _another(name)
                        continue
                    if not joined:
                        self._await(job, limit)
                    return job, joined
                except (google_errors.GoogleAPICallError, google_errors.RetryError, requests.RequestException) as error:
                    mine = deadlines.current()
                    if mine is not None:
                        mine.check()
                    if not joined and (
                        is_timed_out(error) or (is_cancelled(error) and time.monotonic() - began >= limit)
                    ):
                        raise DeadlineExceededError(
                            "a job overran its limit and was cancelled", job_id=job_id, limit_seconds=limit
                        ) from error
                    # The joined job's failure may be its owner's affair (a cancellation): try for ourselves.
                    may_retry = joined or is_transient(error) or is_cancelled(error)
                    if not may_retry or attempt == _MAX_ATTEMPTS:
                        raise translated(error, what) from error
                    log.warning("job did not end well; trying anew", extra={"job_id": job_id, "cause": str(error)})
                    # An append may have gone well and only its answer been lost: ask for the same job again.
                    job_id = job_id if join_finished else _another(name)
                    time.sleep(0 if joined else min(0.25 * 2**attempt, 10))
        raise WarehouseUnavailableError("no attempt of the job came to an end", table=table, attempts=_MAX_ATTEMPTS)

    def _await(self, job: Any, limit: float) -> None:
        def cancel() -> None:
            job.cancel(timeout=self._settings.bigquery_http_timeout, retry=self._retry.with_timeout(10))

        mine = deadlines.current()
        try:
            if mine is None:
                job.result(timeout=limit, retry=self._retry.with_timeout(limit))
            else:
                with mine.cancelling(cancel):
                    mine.check()
                    job.result(timeout=limit, retry=self._retry.with_timeout(limit))
        except concurrent.futures.TimeoutError as error:
            cancel()
            raise DeadlineExceededError(
                "a job overran its limit and was cancelled", job_id=job.job_id, limit_seconds=limit
            ) from error

    def _ended(self, job: Any, limit: float, *, must_not_double: bool) -> bool:
        """Wait for a joined job; False when it is to be left alone.

        What must not happen twice is left only when the server's own limit of it has passed: it can't be running then.
        """
        left = max(0.0, self._server_limit(job) - _age(job)) + _GRACE_SECONDS
        patience = min(limit, left) if must_not_double else min(limit, left, _JOINED_SECONDS)
        try:
            job.result(timeout=patience, retry=self._retry.with_timeout(patience))
        except concurrent.futures.TimeoutError as error:
            if must_not_double and patience < left:
                raise DeadlineExceededError(
                    "a job of the same work still runs", job_id=job.job_id, limit_seconds=limit
                ) from error
            return False
        return True

    def _server_limit(self, job: Any) -> float:
        milliseconds = job.configuration.job_timeout_ms
        return float(milliseconds) / 1000 if milliseconds else self._settings.bigquery_job_timeout

    @contextmanager
    def _gate(self, table: str) -> Any:
        with self._gates_lock:
            gate = self._gates.setdefault(table, _Gate())
            gate.users += 1
        try:
            limit = self.limit()
            if not gate.places.acquire(timeout=limit):
                raise DeadlineExceededError("waited too long for two other writers", table=table, limit_seconds=limit)
            try:
                yield
            finally:
                gate.places.release()
        finally:
            with self._gates_lock:
                gate.users -= 1
                if not gate.users:
                    del self._gates[table]

    def limit(self) -> float:
        """Seconds that the next call may take: the setting's, or what is left of the current deadline."""
        mine = deadlines.current()
        if mine is None:
            return self._settings.bigquery_job_timeout
        mine.check()
        return min(self._settings.bigquery_job_timeout, mine.remaining())


def translated(error: Exception, what: str) -> TransientError | TerminalError:
    """`error` as one of ours; `what` was asked for."""
    summary = " ".join(what.split())[:120]
    if is_transient(error):
        return WarehouseUnavailableError("BigQuery could not take the statement now", what=summary, cause=str(error))
    return TerminalError("BigQuery refused the statement", what=summary, cause=str(error))


def _another(name: str) -> str:
    """A new job's id for work that has had a job."""
    return f"{name}_{uuid.uuid4().hex[:8]}"


def _age(job: Any) -> float:
    """Seconds since a job started, or was made."""
    since = job.started or job.created
    return max(0.0, (clock.wall_clock() - since).total_seconds()) if since else 0.0
