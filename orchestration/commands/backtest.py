"""`nba backtest`: the past predicted again, as production would have, and measured."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from rich.table import Table

from common import clock, ids
from common.context import Context
from common.settings import Settings
from orchestration import session as sessions
from orchestration.backfill import Backfiller, ChunkOutcome
from orchestration.backfill_chunks import PHASES, Chunk, cut
from orchestration.backtest_performance import performance_of
from orchestration.backtest_report import (
    BET_HEADINGS,
    HEADINGS,
    BacktestResult,
    bet_cells,
    error_cells,
    facts,
    warnings,
    write_report,
)
from orchestration.commands.options import GAME_DATE, as_date, common_options, source_options, span_of
from orchestration.commands.terminal import terminal
from predictions.backtest.retraining import Block, Retrain
from predictions.backtest.walk_forward import read_inputs, walk_forward

_SEASONS_OF_HISTORY = 2


@click.command()
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date to predict.")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date to predict.")
@click.option(
    "--history-from", type=GAME_DATE, metavar="DATE", help="Learn from here on [default: two seasons before the first]."
)
@click.option(
    "--retrain",
    type=click.Choice(["weekly", "monthly", "never"]),
    default="weekly",
    show_default=True,
    help="How often the models are trained anew.",
)
@click.option(
    "--fill/--no-fill", default=True, show_default=True, help="Make sure first that phases 1 to 4 are there (backfill)."
)
@click.option("--report", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write a report: .md or .html.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@source_options
def backtest(
    settings: Settings,
    first: datetime,
    last: datetime,
    history_from: datetime | None,
    retrain: Retrain,
    fill: bool,
    file: Path | None,
    as_json: bool,
) -> None:
    """Predict past game dates as production would have, and measure every system beside the market.

    At each retraining the models learn only from games before it; each date is predicted with the quotes that were
    there half an hour before a game's tip-off, and scored by the rules of grading. Finished blocks are kept under
    the data folder: killed and started again, it goes on where it was.
    """
    start, end = span_of(first, last)
    if settings.source == "live" and end >= clock.today():
        raise click.UsageError(f"--to {end} is not over yet; a backtest is of past dates")
    history = as_date(history_from) if history_from else _default_history(start)
    if history >= start:
        raise click.UsageError(f"--history-from {history} leaves nothing to learn from before {start}")
    with _filled(settings, history, end, fill) as context:
        inputs = read_inputs(context.warehouse, history, start, end)
    folder = settings.data_dir.absolute() / "backtests"
    made = walk_forward(inputs, start, end, retrain, folder, on_block=_tell)
    result = BacktestResult(start, end, retrain, settings.source, made, performance_of(made.judged))
    if file is not None:
        write_report(result, file)
        click.echo(f"wrote {file}", err=True)
    if as_json:
        click.echo(json.dumps(result.as_json(), indent=2))
    else:
        _show(result)


def _default_history(first: date) -> date:
    season = ids.season_of_date(first)
    began = ids.season_start(season)
    return began.replace(year=began.year - _SEASONS_OF_HISTORY)


@contextmanager
def _filled(settings: Settings, history: date, last: date, fill: bool) -> Iterator[Context]:
    """A warehouse with phases 1 to 4 of the range; exits with what went wrong where they could not be filled."""
    if not fill:
        with sessions.warehouse_only(settings) as context:
            yield context
        return
    chunks = cut(history, last, PHASES)
    done = 0

    def on_chunk(_chunk: Chunk, outcome: ChunkOutcome | None) -> None:
        nonlocal done
        if outcome is not None:
            done += 1
            click.echo(f"fill {done}/{len(chunks)}  {outcome.words}", err=True)

    with sessions.embedded(settings) as session:
        problems = [p for o in Backfiller(session, on_chunk=on_chunk).run(chunks) for p in o.problems]
        if problems:
            for problem in problems:
                click.echo(f"nba: {problem}", err=True)
            click.echo("nba: phases 1 to 4 are not complete; the same command goes on where this one ended", err=True)
            sys.exit(1)
        yield session.context


def _tell(block: Block, number: int, total: int, before: bool) -> None:
    how = "done before, or no games" if before else f"trained through {block.trained_through}"
    click.echo(f"predict {number}/{total}  {block.first}..{block.last}: {how}", err=True)


def _show(result: BacktestResult) -> None:
    console = terminal()
    for title, headings, cells in (
        ("Errors, on the same rows", HEADINGS, error_cells),
        ("Bets", BET_HEADINGS, bet_cells),
    ):
        table = Table(title=title)
        for heading in headings:
            table.add_column(heading, justify="right" if heading else "left")
        for system in result.systems:
            table.add_row(*cells(system))
        console.print(table)
    for fact in facts(result):
        console.print(fact, highlight=False, markup=False)
    for warning in warnings(result):
        console.print(warning, style="red", highlight=False, markup=False)
