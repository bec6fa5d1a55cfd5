"""`nba grade`: how good the predictions were."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from common.settings import Settings
from orchestration.commands.options import GAME_DATE, common_options, span_of
from orchestration.commands.terminal import terminal
from orchestration.performance import Estimate, SystemPerformance, performance
from orchestration.performance_plots import write_plots
from orchestration.session import warehouse_only


@click.command()
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", required=True, help="First game date (Eastern).")
@click.option("--to", "last", type=GAME_DATE, metavar="DATE", required=True, help="Last game date.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with calibration and intervals.")
@click.option(
    "--plot", "folder", type=click.Path(file_okay=False, path_type=Path), help="Draw the pictures into this folder."
)
@common_options
def grade(settings: Settings, first: datetime, last: datetime, as_json: bool, folder: Path | None) -> None:
    """Measure graded predictions against what happened, beside the market's line and a weighted mean (ewma).

    Each player-game counts once, with the version that stood at tip-off, at the main line; bets at the best price.
    Intervals are 95%, clustered by game. Exit code 1 when nothing of the range is graded.
    """
    start, end = span_of(first, last)
    with warehouse_only(settings) as context:
        systems = performance(context.warehouse, start, end)
    if as_json:
        click.echo(
            json.dumps({"from": str(start), "to": str(end), "systems": [s.as_json() for s in systems]}, indent=2)
        )
    else:
        show_performance(systems, f"{start} to {end}")
    if folder is not None:
        for page in write_plots(systems, folder, note=f"{start} to {end}"):
            click.echo(f"wrote {page}", err=as_json)
    sys.exit(0 if systems else 1)


def show_performance(systems: Sequence[SystemPerformance], title: str, console: Console | None = None) -> None:
    """Two tables: errors beside the market's on the same rows, and bets. The rivals place none."""
    console = console or terminal()
    if not systems:
        console.print(f"nothing graded, {title}")
        return
    errors = Table(title=f"Errors, {title} (in brackets: the market on the same rows)")
    bets = Table(title="Bets, one unit each at the best price")
    for heading in (
        "system",
        "player-games",
        "MAE",
        "minus the line's",
        "MAE of median",
        "RMSE",
        "bias",
        "CRPS",
        "log loss",
        "Brier",
        "ECE",
    ):
        errors.add_column(heading, justify="left" if heading == "system" else "right")
    for heading in ("system", "bets", "hit rate", "return", "closing line value"):
        bets.add_column(heading, justify="left" if heading == "system" else "right")
    for system in systems:
        m = system.metrics.get
        errors.add_row(
            system.system_id,
            str(system.n),
            _beside(system.mean("absolute_error"), system.mean("line_absolute_error"), 3),
            _with_interval(m("absolute_error_minus_lines"), 3),
            _number(system.mean("median_absolute_error"), 3),
            _number(system.rmse, 3),
            _number(system.mean("signed_error"), 3),
            _number(system.mean("crps"), 3),
            _beside(system.mean("log_loss"), system.mean("market_log_loss"), 4),
            _beside(system.mean("brier"), system.mean("market_brier"), 4),
            _number(system.ece, 4),
        )
        placed = m("roi")
        if placed is None:
            continue
        bets.add_row(
            system.system_id,
            str(placed.n),
            _with_interval(m("hit_rate"), 3),
            _with_interval(placed, 3),
            _with_interval(m("closing_line_value"), 2),
        )
    console.print(errors)
    console.print(bets)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _beside(value: float | None, other: float | None, digits: int) -> str:
    return _number(value, digits) + (f" ({other:.{digits}f})" if other is not None else "")


def _with_interval(estimate: Estimate | None, digits: int) -> str:
    if estimate is None:
        return "-"
    interval = estimate.interval
    spread = f" [{interval[0]:.{digits}f}, {interval[1]:.{digits}f}]" if interval else ""
    return f"{estimate.mean:.{digits}f}{spread}"
