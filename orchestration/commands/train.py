"""`nba train`: fit the systems that learn, and keep them beside the raw payloads."""

from __future__ import annotations

import json
import time
from datetime import date, datetime

import click
from rich.table import Table

from common.settings import Settings
from orchestration.commands.options import GAME_DATE, as_date, common_options
from orchestration.commands.terminal import terminal
from orchestration.session import warehouse_only
from predictions.training.artefact import ModelStore
from predictions.training.train import train as fit
from predictions.training.training_rows import training_rows

_YEARS = 4  # older seasons are another game


@click.command()
@click.option("--through", type=GAME_DATE, metavar="DATE", required=True, help="Last game date to learn from.")
@click.option("--from", "first", type=GAME_DATE, metavar="DATE", help="First game date [default: four years before].")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
@common_options
def train(settings: Settings, through: datetime, first: datetime | None, as_json: bool) -> None:
    """Train the systems on all games from the first date through the last, and store model and manifest.

    Weights and calibration are learned on past predictions of the last year, each month's by a model that had seen
    only what came before. The model is kept in the raw store under models/.
    """
    last = as_date(through)
    start = as_date(first) if first else date(last.year - _YEARS, last.month, 1)
    if start > last:
        raise click.UsageError(f"--from {start} is after --through {last}")
    began = time.monotonic()
    with warehouse_only(settings) as context:
        rows, feature_version = training_rows(context.warehouse, start, last)
        trained = fit(rows, last)
        store = ModelStore(settings.raw_url)
        version = store.save(trained, feature_version=feature_version, code_version=settings.code_version)
        manifest = store.load(version, feature_version=feature_version).manifest
    if as_json:
        click.echo(json.dumps(manifest, indent=2, sort_keys=True))
        return
    table = Table(title=f"Model {version}: {trained.rows} player-games, {time.monotonic() - began:.0f} s")
    table.add_column("past predictions, out of sample")
    table.add_column("", justify="right")
    for name, value in trained.metrics.items():
        table.add_row(name, f"{value:.0f}" if name.endswith("rows") else f"{value:.3f}")
    terminal().print(table)
