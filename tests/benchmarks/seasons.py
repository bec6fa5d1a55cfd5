"""Whole seasons through phases 2 to 4: wall time and statements by phase, beside the same SELECTs in plain DuckDB.

python -m tests.benchmarks.seasons ARCHIVE                        2023-24 and 2024-25 to the end of 2024
python -m tests.benchmarks.seasons ARCHIVE --quick                two weeks of one season
python -m tests.benchmarks.seasons ARCHIVE --orders               2023-24 also by day and in reverse: equal tables
python -m tests.benchmarks.seasons ARCHIVE --keep FOLDER          in a new folder that stays
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from common import clock
from common.settings import Settings
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from orchestration.backfill import Backfiller, ChunkOutcome
from orchestration.backfill_chunks import SERVICE, Chunk, cut
from orchestration.session import Session, embedded
from tests.benchmarks.plain_duckdb import seconds_of

HISTORY_FROM, FIRST, LAST = date(2021, 10, 19), date(2023, 10, 24), date(2024, 12, 31)
FIRST_SEASON_ENDS = date(2024, 4, 14)
QUICK = date(2024, 10, 22), date(2024, 11, 1), date(2024, 11, 14)
PROCESSORS = (*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors))
_FINGERPRINT = (
    "SELECT '{table}' AS name, COUNT(*) AS row_count, BIT_XOR("
    "CAST(CONCAT('0x', SUBSTR(TO_HEX(MD5(TO_JSON_STRING(t))), 1, 15)) AS INT64)) AS content "
    "FROM (SELECT * EXCEPT (loaded_at) FROM {table} WHERE game_date BETWEEN @first AND @last) AS t"
)
console = Console(width=110)


@click.command()
@click.argument("archive", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--quick", is_flag=True, help="Two weeks instead of two seasons.")
@click.option("--orders", is_flag=True, help="Compute the first season by day and in reverse, too, and compare.")
@click.option("--keep", type=click.Path(exists=False, path_type=Path), help="A new folder for the data; it stays.")
def main(archive: Path, quick: bool, orders: bool, keep: Path | None) -> None:
    """Fill a fresh data folder and print what it took."""
    history_from, first, last = QUICK if quick else (HISTORY_FROM, FIRST, LAST)
    with tempfile.TemporaryDirectory() as folder:
        data = keep or Path(folder)
        with embedded(Settings(data_dir=data, source="recorded", archive=archive.absolute())) as session:
            yesterday = first - timedelta(days=1)
            _phases(session, "History", cut(history_from, yesterday, (1, 2)) + cut(history_from, yesterday, (3,)))
            seconds = _phases(session, "Range", cut(first, last, (1, 2, 3, 4)))
            if orders:
                _orders(session, first, last if quick else FIRST_SEASON_ENDS)
        spans = [(c.first, c.last) for c in cut(first, last, (3,))]
        plain = seconds_of(data, PROCESSORS, spans)
    _beside(seconds, plain, len(spans))


def _phases(session: Session, title: str, chunks: list[Chunk]) -> dict[int, float]:
    """Run the chunks and print a line a phase; the seconds of each phase."""
    since = clock.wall_clock()
    outcomes = Backfiller(session).run(chunks)
    statements = Counter((j.labels.get("service", ""), j.kind) for j in session.context.warehouse.jobs(since))
    table = Table(title=f"{title}: {chunks[0].first} to {chunks[-1].last}")
    for heading in ("phase", "chunks", "payloads", "rows", "seconds", "reads", "loads", "merges"):
        table.add_column(heading, justify="right")
    seconds: dict[int, float] = {}
    for phase in sorted({o.chunk.phase for o in outcomes}):
        mine = [o for o in outcomes if o.chunk.phase == phase]
        seconds[phase] = sum(o.seconds for o in mine)
        counts = [statements[SERVICE[phase], kind] for kind in ("SELECT", "LOAD", "MERGE")]
        done = (len(mine), sum(o.payloads for o in mine), sum(o.rows for o in mine))
        table.add_row(str(phase), *map(str, done), f"{seconds[phase]:.1f}", *map(str, counts))
    console.print(table)
    _problems(outcomes)
    return seconds


def _problems(outcomes: list[ChunkOutcome]) -> None:
    for outcome in outcomes:
        for words in outcome.problems:
            console.print(f"{outcome.chunk.name}: {words}", highlight=False, markup=False)


def _beside(seconds: dict[int, float], plain: dict[str, tuple[int, float]], seasons: int) -> None:
    """The seconds of phases 3 and 4, embedded and in plain DuckDB, and the ratio."""
    table = Table(title="The same SELECTs in plain DuckDB, tables in memory")
    for heading in ("processor", "rows", "seconds"):
        table.add_column(heading, justify="right")
    for name, (rows, spent) in plain.items():
        table.add_row(name, str(rows), f"{spent:.2f}")
    console.print(table)
    embedded_seconds = seconds[3] + seconds[4]
    plain_seconds = sum(spent for _, spent in plain.values())
    console.print(
        f"phases 3 and 4: {embedded_seconds:.1f} s through the services, {plain_seconds:.1f} s in plain DuckDB, "
        f"ratio {embedded_seconds / plain_seconds:.1f}; {embedded_seconds / seasons:.1f} s a season"
    )


def _orders(session: Session, first: date, last: date) -> None:
    """The range again, by day forwards and backwards, each after the tables were emptied."""
    as_range = _fingerprints(session, first, last)
    days = clock.dates_between(first, last)
    # Backwards phase 3 goes twice: the players of a game follow from summaries of earlier dates, which come later.
    for name, order, phases in (("by day", days, (3, 4)), ("in reverse", days[::-1], (3, 3, 4))):
        _empty(session, first, last)
        began = time.monotonic()
        for phase in phases:
            for day in order:
                _problems(Backfiller(session).run([Chunk(phase, day, day)]))
        same = "equal" if _fingerprints(session, first, last) == as_range else "DIFFERENT"
        console.print(f"{name}: {same} tables, {time.monotonic() - began:.0f} s")


def _fingerprints(session: Session, first: date, last: date) -> dict[str, tuple[int, int | None]]:
    sql = "\nUNION ALL\n".join(_FINGERPRINT.format(table=p.output) for p in PROCESSORS)
    rows = session.context.warehouse.query(sql, {"first": first, "last": last}).rows
    return {r["name"]: (r["row_count"], r["content"]) for r in rows}


def _empty(session: Session, first: date, last: date) -> None:
    for processor in PROCESSORS:
        session.context.warehouse.execute(
            f"DELETE FROM {processor.output} WHERE game_date BETWEEN @first AND @last",
            {"first": first, "last": last},
            work=["empty", clock.wall_clock()],
            table=processor.output,
        )


if __name__ == "__main__":
    main()
