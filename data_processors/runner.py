"""Runs processors over their spans: independent ones at once, each within its own limit of time."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from common.content import TableRange, Version, versions
from common.context import Context
from common.deadline import Deadline, within
from common.errors import DeadlineExceededError, NbaError, NotReadyError
from common.events import TableChange, deterministic_id
from common.run_ledger import Run
from common.service import ProcessorResult, as_error_result
from common.warehouse import labelled
from data_processors.audits import Judged, blocking_error, judge
from data_processors.spans import Span, dependencies
from data_processors.sql_processor import SqlProcessor

log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What came of a set of processors: an entry each, and the tables that changed with their spans."""

    results: list[ProcessorResult] = field(default_factory=list)
    changes: dict[str, TableChange] = field(default_factory=dict)
    touched: dict[str, TableChange] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One processor, its span, and how the run came about."""

    processor: SqlProcessor
    span: Span
    trigger: str
    attempt: int
    force: bool


class ProcessorRunner:
    """Runs tasks in threads, in the order that what they read and write demands."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def run(self, tasks: Sequence[Task]) -> Outcome:
        """Run all tasks; one that fails or overruns leaves the others' results in place.

        Returns within a second of the last limit, whatever a processor does: one that overruns is reported
        `timed_out`, its job is cancelled, and its thread can't write any more.
        """
        by_name = {t.processor.name: t for t in tasks}
        known = self._last_good(tasks)
        state = self._versions_of_all(tasks)
        reads_from = dependencies([t.processor for t in tasks], {t.processor.name: t.span for t in tasks})
        graph = TopologicalSorter(reads_from)
        graph.prepare()
        outcome = Outcome()
        bad: set[str] = set()
        changed: set[str] = set()
        running: dict[Future[tuple[ProcessorResult, TableChange | None]], tuple[Task, Deadline]] = {}
        pool = ThreadPoolExecutor(max_workers=max(1, len(tasks)), thread_name_prefix="processor")
        try:
            while graph.is_active():
                for name in graph.get_ready():
                    task = by_name[name]
                    upstream = reads_from[name]
                    if upstream & bad:
                        outcome.results.append(self._held_back(task, upstream & bad))
                        bad.add(name)
                        graph.done(name)
                        continue
                    deadline = Deadline(self._context.settings.processor_timeout, name)
                    fresh = None if upstream & changed else state
                    future = pool.submit(copy_context().run, self._one, task, deadline, fresh, known.get(name))
                    running[future] = (task, deadline)
                if not running:
                    continue
                shortest = min(d.remaining() for _, d in running.values())
                finished, _ = wait(running, timeout=shortest, return_when=FIRST_COMPLETED)
                for future in finished:
                    task, _ = running.pop(future)
                    result, change = future.result()
                    self._note(outcome, task, result, change, bad, changed)
                    graph.done(task.processor.name)
                for future in [f for f, (_, d) in running.items() if d.remaining() <= 0]:
                    task, deadline = running.pop(future)
                    deadline.revoke()
                    self._note(outcome, task, self._overrun(task, deadline), None, bad, changed)
                    graph.done(task.processor.name)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return outcome

    # -- one processor ---------------------------------------------------------------------------------

    def _one(
        self, task: Task, deadline: Deadline, state: Mapping[TableRange, Version] | None, known: tuple[str, str] | None
    ) -> tuple[ProcessorResult, TableChange | None]:
        processor, span = task.processor, task.span
        run = self._run_of(task)
        started = time.monotonic()
        try:
            with within(deadline), labelled(phase=processor.phase, processor=processor.name):
                change = self._in_turn(task, run, state, known)
        except Exception as error:  # a processor of its own: the others' results must stand
            if deadline.remaining() <= 0 and isinstance(error, DeadlineExceededError):
                error = DeadlineExceededError("overran its limit", limit_seconds=deadline.seconds)
            log.exception("processor failed", extra={"processor": processor.name})
            run.failed(error)
            self._record(run, deadline)
            return as_error_result(processor.name, error, time.monotonic() - started), None
        self._record(run, deadline)
        log.info(
            "processor done",
            extra={
                "processor": processor.name,
                "first": str(span.first),
                "last": str(span.last),
                "status": run.status,
                "rows_changed": run.rows_changed,
                "seconds": round(run.seconds, 3),
            },
        )
        return ProcessorResult(processor.name, run.status, run.rows_changed, time.monotonic() - started), change

    def _in_turn(
        self, task: Task, run: Run, state: Mapping[TableRange, Version] | None, known: tuple[str, str] | None
    ) -> TableChange:
        """Read the state and write, one at a time a table: who had to wait reads again, and may find it done."""
        limit = self._context.settings.processor_timeout
        with self._context.turns.of([task.processor.output], limit) as waited:
            fresh = self._versions([task]) if state is None or waited else state
            return self._write(task, run, fresh, known)

    def _write(
        self, task: Task, run: Run, state: Mapping[TableRange, Version], known: tuple[str, str] | None
    ) -> TableChange:
        processor, span = task.processor, task.span
        written = processor.output_range(span.first, span.last)
        before = state[written]
        reads = processor.input_ranges(span.first, span.last)
        hashes = [(table, state[part].hash) for table, part in sorted(reads.items())]
        run.input_version = deterministic_id(processor.code_version, hashes)[:16]
        if not task.force and known == (run.input_version, before.hash):
            return _unchanged(run, processor, before)
        drivers = [state[reads[table]] for table in processor.drivers]
        if drivers and before.rows == 0 and not any(d.rows for d in drivers):
            return _unchanged(run, processor, before)
        warehouse = self._context.warehouse
        params = {"start_date": span.first, "end_date": span.last}
        look = processor.look(warehouse.columns(processor.output))
        with warehouse.staged_query(processor.output, processor.statement, look, params) as (staged, seen):
            run.bytes_processed = seen.bytes_processed
            (found,) = seen.rows
            self._audit(task, staged, found)
            if not found["differing"]:
                run.rows_in = found["row_count"]
                return _unchanged(run, processor, before)
            done = warehouse.merge_query(
                processor.output,
                processor.source_of(f"`{staged}`"),
                key=processor.key,
                scope="T.game_date BETWEEN @start_date AND @end_date",
                params=params,
                # The output's state is part of the name: a doubled request joins the first one's job, while a
                # request after the table has changed is a new one.
                work=[processor.name, span.first, span.last, run.input_version, before.hash],
            )
        run.rows_changed = done.rows_changed
        run.bytes_processed += done.bytes_processed
        run.status = "success" if done.rows_changed else "unchanged"
        after = versions(warehouse, [written])[written]
        run.content_hash, run.rows_in = after.hash, after.rows
        return TableChange(table=processor.output, rows_changed=done.rows_changed, content_hash=after.hash)

    def _audit(self, task: Task, staged: str, found: Mapping[str, Any]) -> None:
        """Judge the staged rows; AuditError, before anything of them is to be seen, when a blocking audit failed."""
        processor, span = task.processor, task.span
        counted = (found["row_count"], found["distinct_keys"], found["found"])
        judged = Judged(processor.output, processor.key, span.first, span.last, processor.audits, *counted)
        params = {"start_date": span.first, "end_date": span.last}
        results = judge(self._context.warehouse, judged, processor.audit_names(staged), params)
        self._context.audit_log.add(results, phase=processor.phase, processor=processor.name)
        error = blocking_error(results)
        if error is not None:
            raise error

    # -- what is known before ---------------------------------------------------------------------------

    def _versions(self, tasks: Sequence[Task]) -> dict[TableRange, Version]:
        """The versions of all that the tasks read and write, each range once, by one statement."""
        wanted: list[TableRange] = []
        for task in tasks:
            wanted += task.processor.input_ranges(task.span.first, task.span.last).values()
            wanted.append(task.processor.output_range(task.span.first, task.span.last))
        return versions(self._context.warehouse, wanted)

    def _versions_of_all(self, tasks: Sequence[Task]) -> dict[TableRange, Version] | None:
        """The versions by one statement; None when it fails, so that only those fail whose own tables do."""
        try:
            return self._versions(tasks)
        except NbaError as error:
            log.warning("versions not read together; each processor reads its own", extra={"error": str(error)})
            return None

    def _last_good(self, tasks: Sequence[Task]) -> dict[str, tuple[str, str]]:
        """For each processor the input and output version of its last good run over exactly this span."""
        wanted = {t.processor.name: (t.span.first, t.span.last) for t in tasks if not t.force}
        return self._context.ledger.last_good(wanted)

    # -- what came of it ----------------------------------------------------------------------------------

    def _run_of(self, task: Task) -> Run:
        return Run(
            phase=task.processor.phase,
            processor=task.processor.name,
            start_date=task.span.first,
            end_date=task.span.last,
            trigger=task.trigger,
            attempt=task.attempt,
            code_version=f"{self._context.settings.code_version}+{task.processor.code_version}",
        )

    def _record(self, run: Run, deadline: Deadline) -> None:
        # After a revocation the runner has recorded `timed_out` itself; a late thread adds nothing.
        if deadline.remaining() > 0:
            self._context.ledger.add(run)

    def _overrun(self, task: Task, deadline: Deadline) -> ProcessorResult:
        error = DeadlineExceededError("overran its limit; its job was cancelled", limit_seconds=deadline.seconds)
        run = self._run_of(task)
        run.failed(error)
        self._context.ledger.add(run)
        log.error("processor timed out", extra={"processor": task.processor.name, "limit": deadline.seconds})
        return as_error_result(task.processor.name, error, deadline.seconds)

    def _held_back(self, task: Task, upstream: set[str]) -> ProcessorResult:
        error = NotReadyError("what it reads was not refreshed", upstream=sorted(upstream))
        run = self._run_of(task)
        run.failed(error)
        self._context.ledger.add(run)
        return as_error_result(task.processor.name, error, 0.0)

    @staticmethod
    def _note(
        outcome: Outcome,
        task: Task,
        result: ProcessorResult,
        change: TableChange | None,
        bad: set[str],
        changed: set[str],
    ) -> None:
        outcome.results.append(result)
        if change is None:
            bad.add(task.processor.name)
            return
        outcome.touched[task.processor.name] = change
        if change.rows_changed:
            outcome.changes[task.processor.name] = change
            changed.add(task.processor.name)


def _unchanged(run: Run, processor: SqlProcessor, before: Version) -> TableChange:
    run.status, run.content_hash = "unchanged", before.hash
    return TableChange(table=processor.output, rows_changed=0, content_hash=before.hash)
