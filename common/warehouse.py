"""The gateway to BigQuery. Nothing else in the project imports its client.

Every call is bounded in four ways: an HTTP time-out a request, a deadline over a request's retries, a
server-side job time-out, and our own clock, which cancels the job when the time is up. Writing statements
pass a gate of two a table (BigQuery runs two mutating statements a table and queues the rest), and their
clock starts behind the gate. Job ids are chosen here from the work, so that a doubled request meets
409 Already Exists and waits for the first one's job.
"""

from __future__ import annotations

import concurrent.futures
import io
import logging
import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from google.api_core import exceptions as google_errors
from google.api_core.client_options import ClientOptions
from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from common.errors import DeadlineExceededError, RowsRefusedError, TerminalError
from common.job_errors import is_missing_table, is_transient
from common.merge import MergeResult, merge_statement
from common.query_parameters import json_lines, query_parameter
from common.settings import Settings
from common.statement_log import note_statement
from common.warehouse_jobs import JobRunner, current_labels, labelled, translated

log = logging.getLogger(__name__)
__all__ = ["DATASETS", "Job", "QueryResult", "Warehouse", "labelled"]
DATASETS = ("raw", "reference", "analytics", "precompute", "predictions", "orchestration", "staging")
# Seconds between looks for a table that is not there: twice the time that two renames of a migration take.
_TABLE_PAUSES = (0.5, 1.5)
# Telemetry is kept where it can't be written: the work behind it need not wait for longer.
_TELEMETRY_SECONDS = 30.0
# Bad request, too large.
_REFUSED = frozenset({400, 413})
# Reasons of a row of a streaming request that say nothing against the row.
_NOT_THE_ROW = frozenset({"stopped", "timeout", "backendError", "internalError"})
# Longer than any run: what a killed process has left goes by itself.
_STAGED_HOURS = 6
_DATASET = re.compile(rf"\bnba_(?={'|'.join(DATASETS)}\b)")


@dataclass(frozen=True)
class QueryResult:
    """Rows as dictionaries; for a writing statement the number of rows that it changed."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    rows_changed: int = 0
    bytes_processed: int = 0
    joined: bool = False


@dataclass(frozen=True)
class Job:
    """A job as BigQuery lists it: its kind (SELECT, MERGE, LOAD …), its labels, its seconds on the server, its SQL."""

    kind: str
    labels: Mapping[str, str]
    seconds: float
    sql: str = ""


class Warehouse:
    """All that the project asks of BigQuery."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        options = None
        credentials = None
        if settings.bigquery_endpoint:
            options = ClientOptions(api_endpoint=settings.bigquery_endpoint)
            credentials = AnonymousCredentials()
        self._client = bigquery.Client(
            project=settings.project, location=settings.location, credentials=credentials, client_options=options
        )
        self._retry = Retry(predicate=is_transient, timeout=settings.bigquery_retry_deadline)
        self._jobs = JobRunner(self._client, settings, self._retry, self.qualified)
        self._columns: dict[str, list[bigquery.SchemaField]] = {}

    # -- names ---------------------------------------------------------------------------------------

    def qualified(self, text: str) -> str:
        """`text` (SQL or a table name) with the dataset prefix of the settings put in."""
        prefix = self.settings.dataset_prefix
        return _DATASET.sub(f"{prefix}nba_", text) if prefix else text

    def schema(self, table: str) -> list[bigquery.SchemaField]:
        """The columns of a table; read once a process. TerminalError that names the remedy when it is missing."""
        if table not in self._columns:
            try:
                found = self._client.get_table(
                    self.qualified(table), retry=self._retry, timeout=self.settings.bigquery_http_timeout
                )
            except google_errors.NotFound as error:
                raise TerminalError("no such table: run `nba migrate`", table=table) from error
            except (google_errors.GoogleAPICallError, requests.RequestException) as error:
                raise translated(error, f"schema of {table}") from error
            self._columns[table] = list(found.schema)
        return self._columns[table]

    def exists(self, table: str) -> bool:
        """Whether a table is there."""
        try:
            self._client.get_table(
                self.qualified(table), retry=self._retry, timeout=self.settings.bigquery_http_timeout
            )
        except google_errors.NotFound:
            return False
        except (google_errors.GoogleAPICallError, requests.RequestException) as error:
            raise translated(error, f"look for {table}") from error
        return True

    def describe(self, table: str) -> dict[str, Any]:
        """How a table is laid out: partition column, clustering columns, descriptions, rows and bytes."""
        try:
            found = self._client.get_table(
                self.qualified(table), retry=self._retry, timeout=self.settings.bigquery_http_timeout
            )
        except (google_errors.GoogleAPICallError, requests.RequestException) as error:
            raise translated(error, f"description of {table}") from error
        return {
            "partitioned_by": found.time_partitioning.field if found.time_partitioning else None,
            "clustered_by": list(found.clustering_fields or []),
            "description": found.description,
            "columns_without_description": [c.name for c in found.schema if not c.description],
            "rows": found.num_rows,
            "bytes": found.num_bytes,
        }

    def columns(self, table: str) -> list[str]:
        """The column names of a table, in order."""
        return [c.name for c in self.schema(table)]

    # -- reading -------------------------------------------------------------------------------------

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> QueryResult:
        """Run a reading statement. Raises DeadlineExceededError, WarehouseUnavailableError or TerminalError.

        A table that is not found is looked for again for a few seconds: a migration may be giving it a new layout.
        """
        for pause in _TABLE_PAUSES:
            try:
                return self._query(sql, params)
            except TerminalError as error:
                if not is_missing_table(error.__cause__):
                    raise
            time.sleep(pause)
        return self._query(sql, params)

    def _query(self, sql: str, params: Mapping[str, Any] | None) -> QueryResult:
        limit = self._jobs.limit()
        config = self._query_config(sql, params, limit)
        retry = self._retry.with_timeout(min(self.settings.bigquery_retry_deadline, limit))
        try:
            iterator = self._client.query_and_wait(
                self.qualified(sql),
                job_config=config,
                api_timeout=min(self.settings.bigquery_http_timeout, limit),
                wait_timeout=limit,
                retry=retry,
                job_retry=retry,
            )
            rows = [dict(row.items()) for row in iterator]
        except concurrent.futures.TimeoutError as error:
            raise DeadlineExceededError("a query overran its limit", limit_seconds=limit) from error
        except (google_errors.GoogleAPICallError, google_errors.RetryError, requests.RequestException) as error:
            raise translated(error, sql) from error
        return QueryResult(rows=rows, bytes_processed=int(iterator.total_bytes_processed or 0))

    def dry_run(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """The bytes that a statement would process; it is checked, not run."""
        config = self._query_config(sql, params, self._jobs.limit())
        config.dry_run = True
        try:
            job = self._client.query(
                self.qualified(sql), job_config=config, timeout=self.settings.bigquery_http_timeout, retry=self._retry
            )
        except (google_errors.GoogleAPICallError, requests.RequestException) as error:
            raise translated(error, sql) from error
        return int(job.total_bytes_processed or 0)

    def jobs(self, since: datetime) -> list[Job]:
        """The jobs started since a moment: what ran, for whom, how long.

        Everybody's where one may see them (the right bigquery.jobs.listAll), else one's own, with a warning in the log.
        """
        try:
            return self._list_jobs(since, all_users=True)
        except google_errors.Forbidden as refusal:
            log.warning("others' jobs may not be listed; one's own are", extra={"cause": str(refusal)})
        except (google_errors.GoogleAPICallError, requests.RequestException) as error:
            raise translated(error, "list of jobs") from error
        try:
            return self._list_jobs(since, all_users=False)
        except (google_errors.GoogleAPICallError, requests.RequestException) as error:
            raise translated(error, "list of jobs") from error

    def _list_jobs(self, since: datetime, *, all_users: bool) -> list[Job]:
        found = self._client.list_jobs(
            all_users=all_users,
            min_creation_time=since,
            retry=self._retry,
            timeout=self.settings.bigquery_http_timeout,
        )
        return [
            Job(
                kind=str(getattr(j, "statement_type", None) or j.job_type).upper(),
                labels=dict(j.labels or {}),
                seconds=(j.ended - j.started).total_seconds() if j.ended and j.started else 0.0,
                sql=str(getattr(j, "query", None) or ""),
            )
            for j in found
        ]

    # -- writing -------------------------------------------------------------------------------------

    def execute(
        self, sql: str, params: Mapping[str, Any] | None = None, *, work: Sequence[object], table: str
    ) -> QueryResult:
        """Run a writing statement on `table` as the job that `work` and its text name; a doubled call joins it."""
        return self._execute(sql, params, work=[sql, *work], table=table)

    def _execute(
        self, sql: str, params: Mapping[str, Any] | None, *, work: Sequence[object], table: str
    ) -> QueryResult:
        def insert(job_id: str, limit: float) -> Any:
            return self._client.query(
                self.qualified(sql),
                job_config=self._query_config(sql, params, limit, work=work, table=table),
                job_id=job_id,
                job_retry=None,
                retry=self._retry.with_timeout(min(self.settings.bigquery_retry_deadline, limit)),
                timeout=min(self.settings.bigquery_http_timeout, limit),
            )

        job, joined = self._jobs.run(insert, work, table, what=sql)
        rows = [] if job.statement_type in {"MERGE", "INSERT", "UPDATE", "DELETE"} else self._script_rows(job)
        return QueryResult(
            rows=rows,
            rows_changed=int(job.num_dml_affected_rows or 0),
            bytes_processed=int(job.total_bytes_processed or 0),
            joined=joined,
        )

    def load(
        self,
        table: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        work: Sequence[object],
        schema_of: str | None = None,
        truncate: bool = False,
    ) -> int:
        """One load job of `rows` into `table`, created with the columns of `schema_of` when missing.

        Appends unless `truncate`. Returns the rows loaded. A doubled append (same `work`) loads once, for good.
        """
        # Not compressed: the embedded warehouse takes plain lines only.
        body = json_lines(table, rows)

        def insert(job_id: str, limit: float) -> Any:
            config = bigquery.LoadJobConfig(
                source_format=bigquery.SourceFormat.NEWLINE_DELIMITED_JSON,
                schema=self.schema(schema_of or table),
                write_disposition="WRITE_TRUNCATE" if truncate else "WRITE_APPEND",
                create_disposition="CREATE_IF_NEEDED" if schema_of else "CREATE_NEVER",
                labels=current_labels(),
            )
            config.job_timeout_ms = int(limit * 1000)
            return self._client.load_table_from_file(
                io.BytesIO(body),
                self._table_id(table),
                size=len(body),
                job_id=job_id,
                job_config=config,
                num_retries=3,
                timeout=min(self.settings.bigquery_http_timeout, limit),
            )

        job, _ = self._jobs.run(insert, ["load", *work], table, what=f"load of {table}", join_finished=not truncate)
        return int(job.output_rows or 0)

    @contextmanager
    def staged_rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """A staging table of one's own with `rows`, laid out as `table`; dropped when the block ends."""
        staged = self._staging_name(table)
        self.load(staged, rows, work=["stage"], schema_of=table, truncate=True)
        try:
            yield staged
        finally:
            self._drop(staged)

    @contextmanager
    def staged_query(
        self, table: str, select: str, look: str, params: Mapping[str, Any]
    ) -> Iterator[tuple[str, QueryResult]]:
        """A staging table of one's own with the result of `select`, and what `look` says of it, by one script.

        `look` is a SELECT with `{staged}` for the staging table. What is staged is what is looked at and what a MERGE
        then reads: inputs may change meanwhile. `table` is the one that it is for. Dropped when the block ends.
        """
        staged = self._staging_name(table)
        script = (  # names are our own, values are parameters
            f"CREATE OR REPLACE TABLE {staged}\n"  # noqa: S608 - a name of our own
            f"OPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL {_STAGED_HOURS} HOUR))\n"
            # Wrapped: the embedded warehouse takes two stars of one list of columns for one name.
            f"AS SELECT computed.* FROM (\n{select}\n) AS computed;\n{look.replace('{staged}', staged)};"
        )
        try:
            yield staged, self._execute(script, params, work=["stage"], table=staged)
        finally:
            self._drop(staged)

    def merge_rows(
        self,
        table: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        key: Sequence[str],
        scope: str,
        params: Mapping[str, Any],
        work: Sequence[object],
        compare: Sequence[str] | None = None,
        only_if: str = "TRUE",
        delete_vanished: bool = True,
    ) -> MergeResult:
        """One load into a staging table and one MERGE on `key`; see `merge_statement` for the parameters."""
        with self.staged_rows(table, rows) as staged:
            done = self.merge_query(
                table,
                f"`{staged}`",
                key=key,
                scope=scope,
                params=params,
                work=work,
                compare=compare,
                only_if=only_if,
                delete_vanished=delete_vanished,
            )
        return MergeResult(len(rows), done.rows_changed, done.bytes_processed)

    def merge_query(
        self,
        table: str,
        source: str,
        *,
        key: Sequence[str],
        scope: str,
        params: Mapping[str, Any],
        work: Sequence[object],
        compare: Sequence[str] | None = None,
        only_if: str = "TRUE",
        delete_vanished: bool = True,
    ) -> MergeResult:
        """One MERGE of a query's result (no row leaves the warehouse) into `table`.

        The job is named by `table` and `work`, not by the statement: staging tables have names of one's own, and two
        callers of the same work at once must meet. So `work` says all that the rows follow from.
        """
        statement = merge_statement(
            table=table,
            key=key,
            columns=self.columns(table),
            source=source,
            scope=scope,
            compare=compare,
            only_if=only_if,
            delete_vanished=delete_vanished,
        )
        done = self._execute(statement, params, work=["merge", *work], table=table)
        return MergeResult(0, done.rows_changed, done.bytes_processed)

    def append_telemetry(
        self, table: str, rows: Sequence[Mapping[str, Any]], row_ids: Sequence[str]
    ) -> dict[int, str | None]:
        """Stream rows (JSON values) into an append-only table: no load job, so none of the 1,500 a day is spent.

        Returns the rows that did not arrive, by index: why, or None for one that was only stopped with another.
        RowsRefusedError where the request as a whole was refused for what is in it.
        """
        try:
            problems = self._client.insert_rows_json(
                self._table_id(table),
                [dict(r) for r in rows],
                row_ids=list(row_ids),
                retry=self._retry.with_timeout(min(self.settings.bigquery_retry_deadline, _TELEMETRY_SECONDS)),
                timeout=min(self.settings.bigquery_http_timeout, _TELEMETRY_SECONDS),
            )
        except (google_errors.GoogleAPICallError, google_errors.RetryError, requests.RequestException) as error:
            if getattr(error, "code", None) in _REFUSED and not is_transient(error):
                raise RowsRefusedError("BigQuery refused rows", table=table, cause=str(error)) from error
            raise translated(error, f"insert into {table}") from error
        return {int(p["index"]): _refusal(p.get("errors") or []) for p in problems}

    # -- details -------------------------------------------------------------------------------------

    def _staging_name(self, table: str) -> str:
        # One's own, also for a doubled call: who ends first drops it while the other still reads.
        return f"nba_staging.{table.split('.', 1)[1]}_{uuid.uuid4().hex[:16]}"

    def _drop(self, staged: str) -> None:
        """Drop a staging table; one that can't be dropped now expires."""
        try:
            self._client.delete_table(
                self.qualified(staged), not_found_ok=True, timeout=self.settings.bigquery_http_timeout
            )
        except (google_errors.GoogleAPICallError, requests.RequestException) as error:
            log.warning("a staging table stays until it expires", extra={"table": staged, "cause": str(error)})

    def _query_config(
        self,
        sql: str,
        params: Mapping[str, Any] | None,
        limit: float,
        *,
        work: Sequence[object] = (),
        table: str = "",
    ) -> bigquery.QueryJobConfig:
        parameters = [query_parameter(k, v) for k, v in (params or {}).items()]
        if self.settings.statement_log is not None:
            note_statement(self.settings.statement_log, sql, parameters, work=work, table=table)
        config = bigquery.QueryJobConfig(query_parameters=parameters, labels=current_labels())
        config.job_timeout_ms = int(limit * 1000)
        return config

    def _table_id(self, table: str) -> str:
        return f"{self.settings.project}.{self.qualified(table)}"

    def _script_rows(self, job: Any) -> list[dict[str, Any]]:
        return [dict(row.items()) for row in job.result(timeout=self._jobs.limit())]


def _refusal(errors: Sequence[Mapping[str, Any]]) -> str | None:
    """Why a row of a streaming request was refused; None where it was only stopped, or its time was up."""
    own = [e for e in errors if e.get("reason") not in _NOT_THE_ROW]
    return "; ".join(f"{e.get('location', '')}: {e.get('message') or e.get('reason')}" for e in own) or None
