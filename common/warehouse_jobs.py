"""How a BigQuery job is run: named by its work, bounded in time, joined when it is doubled, cancelled when late."""

from __future__ import annotations

import concurrent.futures
import logging
import re
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from google.api_core import exceptions as google_errors
from google.api_core.retry import Retry
from google.cloud import bigquery

from common import deadline as deadlines
from common.errors import DeadlineExceededError, TerminalError, TransientError, WarehouseUnavailableError
from common.events import deterministic_id
from common.job_errors import is_cancelled, is_known_job, is_transient
from common.settings import Settings

log = logging.getLogger(__name__)
_WRITERS_PER_TABLE = 2
_MAX_ATTEMPTS = 5
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


class JobRunner:
    """Runs the writing jobs of one client; `qualified` puts the dataset prefix into names."""

    def __init__(
        self, client: bigquery.Client, settings: Settings, retry: Retry, qualified: Callable[[str], str]
    ) -> None:
        self._client = client
        self._settings = settings
        self._retry = retry
        self._qualified = qualified
        self._gates: dict[str, threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(_WRITERS_PER_TABLE)
        )
        self._gates_lock = threading.Lock()

    def run(
        self, insert: Any, work: Sequence[object], table: str, *, what: str, join_finished: bool = False
    ) -> tuple[Any, bool]:
        """Start the job that `work` names, or join the one that runs; wait, bounded; cancel when late.

        A job of that name which has ended already is joined only with `join_finished` (appending loads, which
        must not happen twice). A MERGE runs again as a new job: the table may have come back to a state that it
        had before, and the old job says nothing of that.
        """
        # Qualified: a replay beside the live tables is other work.
        name = f"nba_{label(table.split('.')[-1])}_{deterministic_id(self._qualified(table), what, work)}"
        job_id = name
        with self._gate(table):
            for attempt in range(1, _MAX_ATTEMPTS + 1):
                limit = self.limit()  # the clock starts behind the gate
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
                    self._await(job, limit)
                    return job, joined
                except (google_errors.GoogleAPICallError, google_errors.RetryError, requests.RequestException) as error:
                    mine = deadlines.current()
                    if mine is not None:
                        mine.check()
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

    @contextmanager
    def _gate(self, table: str) -> Any:
        with self._gates_lock:
            gate = self._gates[table]
        limit = self.limit()
        if not gate.acquire(timeout=limit):
            raise DeadlineExceededError("waited too long for two other writers", table=table, limit_seconds=limit)
        try:
            yield
        finally:
            gate.release()

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
