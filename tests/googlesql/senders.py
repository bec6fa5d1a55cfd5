"""Every function that composes SQL in Python, called so that it sends what it composes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from common.content import TableRange, Version
from common.context import Context
from common.raw_store import RawPayload
from common.run_ledger import Run
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.audits import Judged, judge
from data_processors.grading.main_grading_service import PHASE as GRADING
from data_processors.phase_service import _reach
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.raw import raw_audits, raw_tables
from data_processors.raw.healing import Arrivals, awaited
from data_processors.raw.landing import State, land, read_state
from data_processors.raw.players import refresh_players
from data_processors.raw.registry_tables import add_alias, refresh_registry, refresh_spells, seed_registry
from data_processors.runner import ProcessorRunner, Task
from data_processors.spans import Span
from data_processors.sql_processor import SqlProcessor
from orchestration.alert_findings import Finding
from orchestration.alert_memory import AlertMemory
from orchestration.backfill_chunks import Chunk
from orchestration.backfill_estimate import _computing
from orchestration.migrate import Migration, apply, pending
from orchestration.performance import performance
from orchestration.replay import GRADING as GRADES
from orchestration.replay import PREDICTIONS, missing_before
from orchestration.replay_diff import _diff, tables
from orchestration.workflow import workflows
from orchestration.workflow_facts import _found
from predictions.backtest.quotes import quotes
from predictions.coordinator.batches import StagedBatch, date_state
from predictions.coordinator.consolidation import _merge
from predictions.coordinator.inputs import load_inputs
from predictions.training.training_rows import training_features, training_rows
from tests.googlesql.recorder import Recorder

DAY, LATER = date(2024, 11, 4), date(2024, 11, 10)
AT = datetime(2024, 11, 4, 12, tzinfo=UTC)
PROCESSORS: Sequence[SqlProcessor] = [p for phase in (ANALYTICS, PRECOMPUTE, GRADING) for p in phase.processors]
RAW_TABLES = [t for t in vars(raw_tables).values() if isinstance(t, raw_tables.RawTable)]


def send_all(recorder: Recorder) -> None:
    """Have every one of them send, for every table, processor and audit that there is."""
    for ask, answers in (*_of_processors(), *_of_raw_tables(), *_of_the_rest()):
        recorder.asked(ask, *answers)


Asked = tuple[Callable[[Context], object], Sequence[list[dict[str, Any]]]]


def _of_processors() -> list[Asked]:
    asked: list[Asked] = []
    for processor in PROCESSORS:
        task = Task(processor, Span(DAY, LATER), "manual", 1, force=True)
        reads = list(processor.input_ranges(DAY, LATER).values())
        ranges = [*reads, processor.output_range(DAY, LATER)]
        asked += [
            (lambda c, t=task: ProcessorRunner(c)._versions([t]), []),
            (lambda c, r=ranges, t=task: ProcessorRunner(c)._write(t, _run(), _known(r), None), [_new_rows(processor)]),
            (lambda c, p=processor: _examples(c, p), []),
        ]
    for phase in (ANALYTICS, PRECOMPUTE, GRADING):
        changed = {i.table: Span(DAY, LATER) for p in phase.processors for i in p.inputs}
        if any(i.effect == "later" for p in phase.processors for i in p.inputs):
            asked.append((lambda c, p=phase, s=changed: _reach(c, p, p.processors, s), []))
    return asked


def _of_raw_tables() -> list[Asked]:
    asked: list[Asked] = []
    for table in RAW_TABLES:
        row: dict[str, Any] = dict.fromkeys(table.key, "x") | {table.date_column: DAY}
        unit = raw_tables.ScopeRows(table, "scope", _payload(), [row])
        audits = [[]] if table.name in raw_audits.AUDITED else []
        asked += [
            (lambda c, u=unit: read_state(c.warehouse, [u], [u.payload.path]), []),
            (lambda c, u=unit: land(c.warehouse, [u], State({}, frozenset(), {})), audits),
        ]
    return asked


def _of_the_rest() -> list[Asked]:
    finding = Finding("failed_phase", DAY, "phase3", "words")
    batch = StagedBatch("batch", "content", AT, AT, 1, 1, True, 0)
    migration = Migration("999_none.sql", "SELECT 1;")
    chunks = [Chunk(3, DAY, LATER), Chunk(4, DAY, LATER)]
    arrivals = Arrivals(frozenset({DAY}), frozenset({DAY}), frozenset({"2024-25"}))
    asked: list[Asked] = [
        (lambda c: c.quarantine.message(b"?", "no event", "raw"), [[]]),
        (lambda c: c.quarantine.resolved(["feed/a"]), []),
        (lambda c: c.ledger.last_good({"player_game_summary": (DAY, LATER)}), []),
        (lambda c: awaited(c.warehouse, arrivals), []),
        (lambda c: awaited(c.warehouse, Arrivals(frozenset({DAY}), frozenset(), frozenset())), []),
        (lambda c: awaited(c.warehouse, Arrivals(frozenset(), frozenset({DAY}), frozenset())), []),
        (lambda c: refresh_players(c.warehouse, [DAY]), []),
        (lambda c: refresh_registry(c.warehouse, ["2024-25"]), []),
        (lambda c: refresh_spells(c.warehouse, ["2024-25"]), []),
        (lambda c: seed_registry(c.warehouse), [[], []]),
        (lambda c: add_alias(c.warehouse, "A. Name", 1, note=None, is_abbreviation=True), []),
        (lambda c: load_inputs(c.warehouse, DAY, AT, training_features()), []),
        (lambda c: training_rows(c.warehouse, DAY, LATER), []),
        (lambda c: quotes(c.warehouse, DAY, LATER), []),
        (lambda c: date_state(c.warehouse, DAY), []),
        (lambda c: _merge(c, DAY, batch, "version"), [[]]),
        (lambda c: performance(c.warehouse, DAY, LATER), [[], [], []]),
        (lambda c: AlertMemory(c, DAY, "message").claim([finding]), [[]]),
        (lambda c: AlertMemory(c, DAY, "message").mark("sent"), []),
        (lambda c: missing_before(c, [PREDICTIONS]), [[{"there": True}], [{"there": True}]]),
        (lambda c: missing_before(c, [GRADES]), [[{"there": True}]]),
        (lambda c: pending(c.warehouse, []), []),
        (lambda c: apply(c.warehouse, [migration]), [[], []]),
    ]
    for name in sorted(workflows()):
        found = workflows()[name]
        if found.when.until_found:
            asked.append((lambda c, w=found: _found(c, w, DAY), []))
    for table, key, column in tables():
        asked.append((lambda c, t=table, k=key, d=column: _diff(c.warehouse, c.warehouse, t, k, d, DAY, LATER), []))
    for chunk in chunks:
        statements = len(ANALYTICS.processors if chunk.phase == 3 else PRECOMPUTE.processors)
        asked.append((lambda c, k=chunk: _computing(c, k, {}), [[]] * (statements - 1)))
    return asked


# -- what they are called with -----------------------------------------------------------------------


def _run() -> Run:
    return Run("phase3", "processor", DAY, LATER, "manual")


def _known(ranges: Sequence[TableRange]) -> dict[TableRange, Version]:
    return {wanted: Version(1, 1, "hash") for wanted in ranges}


def _new_rows(processor: SqlProcessor) -> list[dict[str, Any]]:
    """What is staged differs from what is there, and no audit found anything."""
    return [{"row_count": 2, "distinct_keys": 2, "found": [0] * len(processor.audits), "differing": 1}]


def _examples(context: Context, processor: SqlProcessor) -> None:
    """All audits failed: every one is asked for examples."""
    failed = [1] * len(processor.audits)
    judged = Judged(processor.output, processor.key, DAY, LATER, processor.audits, 2, 1, failed)
    staged = f"nba_staging.{processor.output.split('.', 1)[1]}"
    judge(context.warehouse, judged, processor.audit_names(staged), {"start_date": DAY, "end_date": LATER})


def _payload() -> RawPayload:
    return RawPayload(
        feed="feed",
        scope="scope",
        url="",
        params={},
        fetched_at=AT,
        status=200,
        content_type="",
        body=b"",
        path="feed/20241104T120000.json",
    )
