"""Trouble of the machine, told by the embedded BigQuery as BigQuery tells its own: come again.

`local-bigquery` calls whatever DuckDB refuses an invalid query, a full disk too; a client then never asks again.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

import duckdb

log = logging.getLogger(__name__)
# BigQuery's reason for "nothing is wrong with the statement".
RETRYABLE = "backendError"
_DISK_IS_FULL = ("no space left on device", "disk quota exceeded", "file too large", "max_temp_directory_size")
_MACHINE = ("input/output error", "too many open files", "read-only file system", "cannot allocate memory")


def install() -> None:
    """Put these answers in the place of the server's own."""
    from local_bigquery import errors
    from local_bigquery.api import jobs as jobs_api
    from local_bigquery.jobs import query

    errors.STATUSES[RETRYABLE] = (503, "UNAVAILABLE")
    errors.from_duckdb = query.from_duckdb = _with_trouble(errors.from_duckdb, errors.BigQueryError)
    jobs_api.results = _failure_told_by_the_job(jobs_api.results)


def trouble(error: BaseException) -> str | None:
    """What to say when the machine, not the statement, is to blame; None when it is not."""
    text = str(error).lower()
    if any(words in text for words in _DISK_IS_FULL):
        return f"The disk is full; nothing was written. Make room and try again: {error}"
    if isinstance(error, duckdb.OutOfMemoryException | duckdb.FatalException) or any(w in text for w in _MACHINE):
        return f"The server is in trouble; try again: {error}"
    return None


def _with_trouble(inner: Callable[..., Any], refusal: Callable[[str, str], Any]) -> Callable[..., Any]:
    @functools.wraps(inner)
    def from_duckdb(error: Exception, *context: Any) -> Any:
        words = trouble(error)
        if words is None:
            return inner(error, *context)
        log.error(words)
        return refusal(RETRYABLE, words)

    return from_duckdb


def _failure_told_by_the_job(inner: Callable[..., Any]) -> Callable[..., Any]:
    """A job's 5xx must not look like a failed request, which a client repeats; the job itself tells it.

    Google's client asks for the job after every answer that says "not complete".
    """

    from local_bigquery.errors import STATUSES

    @functools.wraps(inner)
    def results(job: Any, *arguments: Any) -> Any:
        failure = job.status.errorResult
        if failure is not None and STATUSES[failure.reason][0] >= 500:
            return {"jobReference": job.jobReference, "jobComplete": False}, []
        return inner(job, *arguments)

    return results
