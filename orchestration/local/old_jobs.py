"""Finished jobs of the embedded BigQuery are forgotten after a day.

BigQuery lists a job for 180 days. `local-bigquery` keeps it for ever. Here a finished job is kept for a day, and only
the newest ones of these: long enough for whoever sends the same work again to find it, and for a run to count its own.
"""

from __future__ import annotations

import time

KEEP_SECONDS = 24 * 3600
KEEP_JOBS = 20_000
_FORGET = """
DELETE FROM emulator.jobs
WHERE state = 'DONE' AND (
  creation_time < $oldest
  OR creation_time <= (SELECT creation_time FROM emulator.jobs ORDER BY creation_time DESC LIMIT 1 OFFSET $jobs)
)
"""


def forget(keep_seconds: float = KEEP_SECONDS, keep_jobs: int = KEEP_JOBS) -> None:
    """Delete what is older, and all but the newest ones."""
    from local_bigquery.engine import database

    with database.cursor() as cursor:
        cursor.execute(_FORGET, {"oldest": int((time.time() - keep_seconds) * 1000), "jobs": keep_jobs})
