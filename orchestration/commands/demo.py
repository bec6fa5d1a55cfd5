"""`nba demo`: a week of the simulated league through the whole cascade; needs no keys and no network."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from common.settings import Settings
from common.warehouse import Warehouse
from orchestration import session as sessions
from orchestration.commands.progress import progress
from orchestration.commands.run import result_of, show_result
from orchestration.day import DayWalker
from orchestration.sql_files import query_text

# A full week, Monday to Sunday, far enough into a season for a month of box scores before it.
FIRST_DAY = date(2024, 12, 2)
HISTORY = timedelta(days=31)
_ROWS = 12
_LOOK = "SELECT status, COUNT(*) AS n, AVG(profit) AS profit FROM nba_predictions.prediction_accuracy GROUP BY status"
_WIDTH = 112


@click.command()
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Which simulated league.")
@click.option("--days", type=click.IntRange(1, 7), default=7, show_default=True, help="Game days to walk.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".nba-demo"),
    show_default=True,
    help="Where the demo keeps its state; delete it to start anew.",
)
def demo(seed: int, days: int, data_dir: Path) -> None:
    """Walk a week of an invented league through all five phases and grading, and show the best predictions.

    Teams are real; players, games, sportsbooks and lines are simulated from the seed. The same seed gives the
    same tables. Takes some minutes. Exit code 0 only when every date is complete.
    """
    settings = demo_settings(seed, data_dir)
    last = FIRST_DAY + timedelta(days=days - 1)
    began = time.monotonic()
    with sessions.embedded(settings) as session:
        ready = time.monotonic()
        with progress(False) as on_step:
            runs = DayWalker(session, on_step=on_step).walk(FIRST_DAY, last, FIRST_DAY - HISTORY)
        result = result_of(session, settings, runs, ready - began, time.monotonic() - ready)
        best = best_predictions(session.context.warehouse, last)
        accuracy = session.context.warehouse.query(
            query_text("accuracy_of_dates"), {"first": FIRST_DAY, "last": last}
        ).rows[0]
    console = Console(width=_WIDTH)
    show_result(result, as_json=False, console=console)
    _show_best(console, best, last, seed)
    _show_accuracy(console, accuracy)
    _show_where_next(console, data_dir, last)
    sys.exit(0 if result["complete"] else 1)


def demo_settings(seed: int, data_dir: Path) -> Settings:
    """The simulated league on this machine, whatever project the environment names."""
    return Settings().model_copy(
        update={"source": "simulated", "seed": seed, "data_dir": data_dir, "project": "local", "raw_store_url": None}
    )


def best_predictions(warehouse: Warehouse, day: date) -> list[dict[str, Any]]:
    """The predictions of `day` that stood at tip-off, best expected value first, one a player."""
    return warehouse.query(query_text("best_predictions"), {"game_date": day, "rows": _ROWS}).rows


def _show_best(console: Console, best: list[dict[str, Any]], day: date, seed: int) -> None:
    title = f"Best-valued predictions of {day} (simulated league, seed {seed})"
    table = Table(title=title, box=box.SIMPLE, padding=(0, 1, 0, 0))
    for heading in ("player", "team", "vs", "bet", "book"):
        table.add_column(heading, no_wrap=True)
    for heading in ("price", "points", "p(over)", "value"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("what happened", no_wrap=True)
    for row in best:
        table.add_row(
            row["player_name"],
            row["team"],
            row["opponent"],
            f"{row['side']} {row['line']:g}",
            row["bookmaker"],
            f"{row['price']:.2f}",
            f"{row['predicted_points']:.1f}",
            f"{row['p_over']:.0%}",
            f"{row['expected_value']:+.1%}",
            _happened(row),
        )
    console.print(table if best else "no predictions with a price")


def _happened(row: dict[str, Any]) -> str:
    if row["actual_points"] is None:
        return "did not play"
    result = "push" if row["status"] == "push" else "won" if row["won"] else "lost"
    return f"{row['actual_points']} points: {result}"


def _show_accuracy(console: Console, accuracy: dict[str, Any]) -> None:
    if accuracy["predictions"]:
        console.print(
            f"{accuracy['predictions']} predictions on {accuracy['player_games']} player-games graded: off by "
            f"{accuracy['mean_error']:.2f} points on average, the sportsbooks' lines by "
            f"{accuracy['mean_line_error']:.2f}. A high value is the model's own opinion, not a profit."
        )


def _show_where_next(console: Console, data_dir: Path, day: date) -> None:
    console.print("\nWhere to look next:")
    for command in (
        f"bin/nba status --from {FIRST_DAY} --to {day} --data-dir {data_dir}",
        f'bin/nba query "{_LOOK}" --data-dir {data_dir}',
        f"bin/nba up --data-dir {data_dir}",
        "bin/nba run --help",
    ):
        console.print(f"  {command}", highlight=False, soft_wrap=True)
