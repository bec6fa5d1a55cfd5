"""Jobs of the embedded BigQuery that nobody will end any more.

`local-bigquery` keeps a job's state in a table and its worker in memory. When the process dies, or when the outcome
could not be written, the job stays RUNNING for good: whoever asks for the same work is told that it runs already, and
waits for it in vain. Here such jobs end with an error that says "try anew", as BigQuery's own `backendError` does.
"""

from __future__ import annotations

import concurrent.futures
import logging
from collections.abc import Collection
from typing import Any

from orchestration.local.server_errors import RETRYABLE

log = logging.getLogger(__name__)
RESTARTED = "The server was restarted while the job was waiting or running; start it anew."
LOST = "The server could not write down how the job ended; start it anew."
_UNFINISHED = "SELECT project_id, job_id, resource FROM emulator.jobs WHERE state <> 'DONE'"


def end_all() -> int:
    """At the start, before anything is served: every job that is not done was the last process's. How many."""
    return len(_end(RESTARTED))


def end_lost() -> int:
    """While jobs run: those whose worker has ended without writing its outcome. How many."""
    from local_bigquery.jobs import runner

    lost = {key: job.future for key, job in list(runner._running.items()) if job.future and job.future.done()}
    if not lost:
        return 0
    ended = _end(LOST, lost)
    for key in lost:
        runner._running.pop(key, None)
    for key in ended:
        log.error("job %s:%s ended without an outcome", *key, exc_info=_cause(lost[key]))
    return len(ended)


def _end(message: str, keys: Collection[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
    from local_bigquery.engine import database
    from local_bigquery.errors import BigQueryError
    from local_bigquery.jobs import runner, store
    from local_bigquery.models import Job, JobStatistics

    ended = []
    for project_id, job_id, resource in database.fetch(_UNFINISHED):
        if keys is not None and (project_id, job_id) not in keys:
            continue
        job = Job.model_validate_json(resource)
        nothing = JobStatistics.model_validate({job.configuration.jobType.lower(): {}})
        store.save(runner._done(job, nothing, BigQueryError(RETRYABLE, message)))
        ended.append((project_id, job_id))
    return ended


def _cause(future: concurrent.futures.Future[Any]) -> BaseException | None:
    return None if future.cancelled() else future.exception()
