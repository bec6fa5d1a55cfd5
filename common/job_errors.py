"""What may be tried again: a pure function of the error that BigQuery gave."""

from __future__ import annotations

import requests
from google.api_core import exceptions as google_errors

# Reasons from BigQuery's own table of error messages for which a new job can succeed.
_TRANSIENT_REASONS = frozenset(
    {
        "backendError",
        "internalError",
        "jobBackendError",
        "jobInternalError",
        "jobRateLimitExceeded",
        "rateLimitExceeded",
        "tableUnavailable",
    }
)
_TRANSIENT_TEXT = (
    "could not serialize access",
    "conflicting with concurrent",
    "transaction conflict",
    "conflict on update",  # the embedded warehouse's words for the same
    "too many dml statements outstanding",
    "resources exceeded during query execution: too many",
)
# The embedded warehouse gives the same reason to a statement that is wrong and to a disk that is full: only DuckDB's
# words tell them apart. None of these is the statement's fault.
_TROUBLE_OF_THE_SERVER = (
    "no space left on device",
    "disk quota exceeded",
    "disk full",
    "disk is full",
    "input/output error",
    "i/o error",
    "io error",
    "read-only file system",
    "too many open files",
    "could not write",
    "could not read from file",
    "could not read enough bytes from file",
    "could not remove file",
    "could not rename file",
    "could not truncate file",
    "could not seek to location",
    "could not get file position",
    "could not set lock on file",
    "could not fsync file",
    "cannot open file",
    "failed to open file",
    "failed to get file size",
    "failed to get stats for file",
    "failed to create directory",
    "failed to commit ducklake transaction",
    "failed to offload data block",
    "failed to allocate",
    "failed to re-allocate",
    "out of memory",
    "database is locked",
    "database has been invalidated",
    "internal error",
    "attempted to access index",
    "assertion failure",
)


def reasons(error: google_errors.GoogleAPICallError) -> frozenset[str]:
    """The reason codes inside an API error."""
    return frozenset(str(e["reason"]) for e in error.errors or [] if isinstance(e, dict) and "reason" in e)


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may succeed as a new job."""
    if isinstance(error, requests.ConnectionError | requests.Timeout | ConnectionError):
        return True
    if not isinstance(error, google_errors.GoogleAPICallError):
        return isinstance(error, google_errors.RetryError)
    if error.code in (429, 500, 502, 503, 504) or reasons(error) & _TRANSIENT_REASONS:
        return True
    words = str(error).lower()
    return any(text in words for text in (*_TRANSIENT_TEXT, *_TROUBLE_OF_THE_SERVER))


def is_cancelled(error: BaseException) -> bool:
    """Whether a job ended because somebody cancelled it."""
    return isinstance(error, google_errors.GoogleAPICallError) and (
        "stopped" in reasons(error) or "cancelled" in str(error).lower()
    )


def is_timed_out(error: BaseException) -> bool:
    """Whether the server ended a job because the limit that it had been given was over."""
    words = str(error).lower()
    return isinstance(error, google_errors.GoogleAPICallError) and (
        "job timed out" in words or "operation timed out" in words or "jobtimeout" in "".join(reasons(error)).lower()
    )


def is_known_job(error: google_errors.GoogleAPICallError) -> bool:
    """Whether a job was not started because there is one with its id already.

    Of two requests at the same instant the embedded warehouse refuses the later one by its own job table's key.
    """
    return isinstance(error, google_errors.Conflict) or "duplicate key" in str(error).lower()


def is_missing_table(error: object) -> bool:
    """Whether a statement was refused because a table that it names is not there."""
    if isinstance(error, google_errors.NotFound):
        return "table" in str(error).lower()
    # The embedded warehouse's words where the table goes while it reads the statement.
    return isinstance(error, google_errors.BadRequest) and "must be qualified with a dataset" in str(error)


def is_refused_content(error: object) -> bool:
    """Whether a job was refused for what is in it (a value, a row), not for rights or a table that is not there."""
    return isinstance(error, google_errors.BadRequest) and not is_missing_table(error)
