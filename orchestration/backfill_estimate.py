"""What a backfill would send, without sending it: chunks that are due, their statements, and their bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from common.content import TableRange, versions
from common.context import Context
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.raw.reading import BATCH_BYTES
from data_processors.sql_processor import SqlProcessor
from orchestration.backfill_chunks import Chunk
from orchestration.backfill_state import SCRAPERS, TABLES, BackfillState, ChunkState

_PROCESSORS = {3: ANALYTICS.processors, 4: PRECOMPUTE.processors}
# What a batch of payloads costs besides the load and the MERGE of every table it changes: games, names, state.
_READS_A_BATCH = 3
# Versions and audits of what changed, players of the season.
_MORE_A_CHUNK = 3


@dataclass(frozen=True)
class Estimate:
    """What one chunk would send. `bytes_from`: dry run (BigQuery's own figure), table sizes or payloads (estimates).

    `requests` counts scraper-dates (phase 1), `statements` an upper bound where the chunk is due.
    """

    chunk: Chunk
    due: bool
    requests: int = 0
    statements: int = 0
    bytes: int | None = None
    bytes_from: str = ""


def estimates(context: Context, chunks: list[Chunk], *, force: bool = False) -> list[Estimate]:
    """One estimate a chunk. Reads the warehouse and the raw store; changes nothing."""
    state = BackfillState(context)
    states = state.of([c for c in chunks if c.phase <= 2])
    done = set() if force else state.done(states)
    sizes: dict[str, tuple[int, int]] = {}
    found = []
    for chunk in chunks:
        if chunk in done:
            found.append(Estimate(chunk, due=False))
        elif chunk.phase == 1:
            found.append(Estimate(chunk, due=True, requests=len(chunk.dates) * len(SCRAPERS)))
        elif chunk.phase == 2:
            found.append(_landing(context, chunk, states[chunk]))
        else:
            found.append(_computing(context, chunk, sizes))
    return found


def _landing(context: Context, chunk: Chunk, state: ChunkState) -> Estimate:
    size = sum(len(context.raw_store.get(p).body) for p in state.payloads)
    batches = math.ceil(size / BATCH_BYTES)
    statements = batches * (_READS_A_BATCH + 2 * len(TABLES)) + _MORE_A_CHUNK if size else 0
    return Estimate(chunk, due=bool(size), statements=statements, bytes=size, bytes_from="payloads")


def _computing(context: Context, chunk: Chunk, sizes: dict[str, tuple[int, int]]) -> Estimate:
    """The ledger's look-up, the versions, and a MERGE and a version (with the audits) a processor."""
    processors = _PROCESSORS[chunk.phase]
    params = {"start_date": chunk.first, "end_date": chunk.last}
    known = sum(context.warehouse.dry_run(p.statement, params) for p in processors)
    source = "dry run"
    if not known:
        known, source = _bytes_of_inputs(context, processors, chunk.first, chunk.last, sizes), "table sizes"
    return Estimate(chunk, due=True, statements=2 + 2 * len(processors), bytes=known, bytes_from=source)


def _bytes_of_inputs(
    context: Context, processors: tuple[SqlProcessor, ...], first: date, last: date, sizes: dict[str, tuple[int, int]]
) -> int:
    """The bytes of the input ranges by the tables' sizes and their share of the rows, each processor's anew."""
    wanted: list[TableRange] = [r for p in processors for r in p.input_ranges(first, last).values()]
    rows = versions(context.warehouse, wanted)
    total = 0.0
    for part in wanted:
        if part.table not in sizes:
            told = context.warehouse.describe(part.table)
            sizes[part.table] = int(told["rows"] or 0), int(told["bytes"] or 0)
        all_rows, size = sizes[part.table]
        total += size * rows[part].rows / all_rows if all_rows else 0.0
    return round(total)
