"""`nba backfill`: whole ranges through phases 1 to 4, set-based and resumable."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import click
from rich.filesize import decimal
from rich.table import Table

from common import clock
from common.settings import Settings
from orchestration import session as sessions
from orchestration.backfill import Backfiller, ChunkOutcome
from orchestration.backfill_chunks import PHASES, SERVICE, Chunk, Size, cut
from orchestration.backfill_estimate import Estimate, estimates
from orchestration.commands.options import GAME_DATE, Phases, common_options, source_options, span_of
from orchestration.commands.progress import progress
from orchestration.commands.terminal import terminal


@click.command()
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date (Eastern).")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date.")
@click.option(
    "--phases",
    type=Phases("a backfill", PHASES),
    default="1,2,3,4",
    show_default=True,
    help="1 scrape, 2 land, 3 and 4 compute.",
)
@click.option(
    "--chunk",
    "size",
    type=click.Choice(["week", "month", "season"]),
    help="Dates a call does [default: months for phases 1 and 2, seasons for 3 and 4].",
)
@click.option("--force", is_flag=True, help="Do again what is done already.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@source_options
def backfill(
    settings: Settings,
    first: datetime,
    last: datetime,
    phases: tuple[int, ...],
    size: Size | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fill a range of past dates through phases 1 to 4, set-based: no day by day, no messages, no predictions.

    Killed and started again, it goes on where it was. Exit code 0 only when every chunk was done.
    """
    start, end = span_of(first, last)
    if settings.source == "live" and end >= clock.today():
        raise click.UsageError(f"--to {end} is not over yet; a backfill is of past dates")
    chunks = cut(start, end, phases, size)
    if dry_run:
        _show_estimates(_estimates(settings, chunks, force), as_json)
        return
    with sessions.embedded(settings) as session:
        since = clock.wall_clock()
        with _telling(len(chunks)) as on_chunk:
            outcomes = Backfiller(session, force=force, on_chunk=on_chunk).run(chunks)
        statements = Counter(j.labels.get("service", "backfill") for j in session.context.warehouse.jobs(since))
    complete = not any(o.problems for o in outcomes)
    _show_outcomes(outcomes, statements, complete, as_json)
    sys.exit(0 if complete else 1)


@contextmanager
def _telling(total: int) -> Iterator[Callable[[Chunk, ChunkOutcome | None], None]]:
    """A progress bar on a terminal; elsewhere a line a chunk, on standard error."""
    terminal = sys.stderr.isatty()
    done = 0
    began = time.monotonic()
    with progress(not terminal) as on_step:

        def on_chunk(chunk: Chunk, outcome: ChunkOutcome | None) -> None:
            nonlocal done
            if outcome is not None:
                done += 1
                if not terminal:
                    click.echo(f"{time.monotonic() - began:7.1f} s  {done}/{total}  {outcome.words}", err=True)
            on_step(f"phase {chunk.phase} {chunk.first}..{chunk.last}", done, total)

        yield on_chunk


def _estimates(settings: Settings, chunks: list[Chunk], force: bool) -> list[Estimate]:
    with sessions.warehouse_only(settings) as context:
        return estimates(context, chunks, force=force)


def _show_estimates(found: list[Estimate], as_json: bool) -> None:
    if as_json:
        entries = [
            {**asdict(e), "chunk": {"phase": e.chunk.phase, "first": str(e.chunk.first), "last": str(e.chunk.last)}}
            for e in found
        ]
        click.echo(json.dumps({"chunks": entries}, indent=2))
        return
    table = Table(title="A backfill would send")
    for heading in ("phase", "from", "to", "due", "scraper-dates", "statements", "bytes", "bytes by"):
        table.add_column(heading, justify="right" if heading not in {"bytes by", "due"} else "left")
    for e in found:
        size = decimal(e.bytes) if e.bytes is not None else "-"
        cells = (e.chunk.phase, e.chunk.first, e.chunk.last, "yes" if e.due else "done", e.requests or "-")
        table.add_row(*map(str, cells), str(e.statements or "-"), size, e.bytes_from or "-")
    console = terminal()
    console.print(table)
    console.print(
        "Statements are at most so many: equal rows are not sent. Bytes are BigQuery's own figure by dry run only; "
        "by table sizes and payloads they are estimates, of what the tables and the raw store hold now."
    )


def _show_outcomes(outcomes: list[ChunkOutcome], statements: Counter[str], complete: bool, as_json: bool) -> None:
    phases = [
        {
            "phase": phase,
            "chunks": len(mine),
            "done_before": sum(o.done_before for o in mine),
            "payloads": sum(o.payloads for o in mine),
            "rows_changed": sum(o.rows for o in mine),
            "seconds": round(sum(o.seconds for o in mine), 2),
            "statements": statements[SERVICE[phase]],
        }
        for phase in sorted({o.chunk.phase for o in outcomes})
        for mine in [[o for o in outcomes if o.chunk.phase == phase]]
    ]
    told = {
        kind: [
            f"phase {o.chunk.phase} {o.chunk.first}..{o.chunk.last}: {words}"
            for o in outcomes
            for words in getattr(o, kind)
        ]
        for kind in ("problems", "lacking")
    }
    if as_json:
        own = {"statements_of_backfill": statements["backfill"]}
        click.echo(json.dumps({"complete": complete, "phases": phases, **told, **own}, indent=2))
        return
    table = Table(title="Backfill")
    for heading in ("phase", "chunks", "done before", "payloads", "rows changed", "seconds", "statements"):
        table.add_column(heading, justify="right")
    for entry in phases:
        table.add_row(*map(str, entry.values()))
    console = terminal()
    console.print(table)
    for words in told["lacking"]:
        console.print(f"source lacks: {words}", highlight=False, markup=False)
    for words in told["problems"]:
        console.print(f"[red]problem[/]: {words}", highlight=False)
    console.print("complete" if complete else "[red]not complete[/]: the same command goes on where this one ended")
