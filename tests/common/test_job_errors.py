"""What is the server's trouble may be tried again; what is the statement's own fault may not."""

from __future__ import annotations

import duckdb
import pytest
import requests
from google.api_core import exceptions as google_errors
from local_bigquery.errors import from_exception

from common.job_errors import is_timed_out, is_transient

TROUBLE = (
    duckdb.IOException('IO Error: Could not write file "/data/x.parquet": No space left on device'),
    duckdb.IOException('IO Error: Could not write file "/data/x.parquet": Input/output error'),
    duckdb.IOException('IO Error: Cannot open file "/data/x.parquet": Too many open files'),
    duckdb.IOException('IO Error: Cannot open file "/data/x.parquet": Read-only file system'),
    duckdb.IOException('IO Error: Could not fsync file "/data/x.parquet": Input/output error'),
    duckdb.IOException(
        'IO Error: Could not read enough bytes from file "x": attempted to read 8 bytes from location 0'
    ),
    duckdb.IOException('IO Error: Could not truncate file "x.wal": No space left on device'),
    duckdb.IOException('IO Error: Failed to create directory "/data/x": Disk quota exceeded'),
    duckdb.IOException('IO Error: Could not set lock on file "emulator.duckdb": Conflicting lock is held in PID 7'),
    duckdb.TransactionException("TransactionContext Error: Failed to commit: Could not write file"),
    duckdb.TransactionException("TransactionContext Error: Conflict on update!"),
    duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data of size 16.0 MiB (1.0 GiB/1.0 GiB used)"),
    duckdb.OutOfMemoryException("Out of Memory Error: failed to offload data block of size 256.0 KiB"),
    duckdb.FatalException("FATAL Error: Failed: database has been invalidated because of a previous fatal error."),
    duckdb.InternalException("INTERNAL Error: Attempted to access index 0 within vector of size 0"),
    RuntimeError("database is locked"),
    OSError(28, "No space left on device"),
    MemoryError(),
)
FAULTS = (
    duckdb.BinderException('Binder Error: Referenced column "no_such_column" not found in FROM clause!'),
    duckdb.ParserException('Parser Error: syntax error at or near "FORM"'),
    duckdb.ConversionException("Conversion Error: Could not convert string 'x' to INT64"),
    duckdb.ConstraintException("Constraint Error: NOT NULL constraint failed: games.game_id"),
    duckdb.InvalidInputException("Invalid Input Error: Malformed JSON in file 'rows.json', at byte 7 in record 1"),
)


def as_job_error(error: Exception) -> google_errors.GoogleAPICallError:
    """The error as the client raises it for a job that ended so."""
    told = from_exception(error)
    kind = google_errors.BadRequest if told.code == 400 else google_errors.InternalServerError
    return kind(told.message, errors=[told.proto()])


@pytest.mark.parametrize("error", TROUBLE, ids=str)
def test_trouble_of_the_server_is_transient(error: Exception) -> None:
    assert is_transient(as_job_error(error))


@pytest.mark.parametrize("error", FAULTS, ids=str)
def test_a_fault_of_the_statement_is_not(error: Exception) -> None:
    assert not is_transient(as_job_error(error))


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (google_errors.ServiceUnavailable("try later"), True),
        (google_errors.TooManyRequests("quota"), True),
        (google_errors.Forbidden("rate", errors=[{"reason": "rateLimitExceeded"}]), True),
        (google_errors.BadRequest("x", errors=[{"reason": "jobBackendError"}]), True),
        (google_errors.BadRequest("Could not serialize access to table x due to concurrent update"), True),
        (requests.ConnectionError("refused"), True),
        (google_errors.Forbidden("no", errors=[{"reason": "accessDenied"}]), False),
        (google_errors.NotFound("Not found: Table x"), False),
        (ValueError("x"), False),
    ],
    ids=str,
)
def test_googles_own_errors(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


def test_a_job_that_its_own_limit_ended_is_told_from_one_that_somebody_cancelled() -> None:
    stopped = [{"reason": "stopped"}]
    assert is_timed_out(google_errors.BadRequest("Job execution was cancelled: Job timed out after 300 sec", stopped))
    assert not is_timed_out(
        google_errors.BadRequest("Job execution was cancelled: User requested cancellation", stopped)
    )
