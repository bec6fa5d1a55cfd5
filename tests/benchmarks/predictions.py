"""Phase 5 of a full day: one batch against a query a player, and which size of request is best.

    python -m tests.benchmarks.predictions DATA_DIR DATE [--players 20]

DATA_DIR is a folder with the date's features and quotes, and a model trained through an earlier date. Three parts:
the coordinator's one reading beside the same statement a player (some are timed, taken times all; each one's row is the
batch's); a request's own cost in the worker, without a warehouse, by its number of player-games; the whole phase
through the services, from /start until all versions stand, by request size and worker concurrency.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from common import clock
from common.events import Event
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.session import embedded, warehouse_only
from predictions.coordinator import inputs
from predictions.requests import Batch, PlayerInput, PredictionRequest
from predictions.systems import PredictionSystem, features_needed
from predictions.training.serving import serving_for
from predictions.worker.staging_rows import staging_rows

SIZES = (1, 10, 50, 100, 250, 500)
RUNS = ((25, 1), (25, 4), (100, 1), (100, 4), (250, 2), (500, 1))
HEADROOM = timedelta(minutes=30)
console = Console(width=110)


@click.command()
@click.argument("data_dir", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--players", default=20, show_default=True, help="Players whose own query is timed.")
def main(data_dir: Path, day: datetime, players: int) -> None:
    """Print the three parts."""
    settings = Settings(data_dir=data_dir.absolute())
    game_date = day.date()
    serving = serving_for(settings.raw_url, game_date)
    console.print(f"{game_date}: {len(serving.systems)} systems, {serving.note}")
    with warehouse_only(settings) as context:
        now = first_tip_off(context.warehouse, game_date) - HEADROOM
        everybody = reading(context.warehouse, game_date, now, tuple(features_needed(serving.systems)), players)
    computing(everybody, serving.systems)
    through_the_services(settings, game_date, now)


def first_tip_off(warehouse: Warehouse, game_date: date) -> datetime:
    """When the date's first game starts."""
    sql = "SELECT MIN(tip_off) AS at, COUNT(*) AS games FROM nba_analytics.games WHERE game_date = @day"
    (row,) = warehouse.query(sql, {"day": game_date}).rows
    console.print(f"{row['games']} games, the first at {row['at']}")
    return row["at"]


def reading(
    warehouse: Warehouse, game_date: date, now: datetime, names: tuple[str, ...], players: int
) -> list[PlayerInput]:
    """One statement for everybody beside one a player; the players of the date."""
    began = time.monotonic()
    everybody = inputs.load_inputs(warehouse, game_date, now, names)
    whole = time.monotonic() - began
    statement = inputs._statement(names)
    chosen = everybody[:: max(1, len(everybody) // players)][:players]
    began = time.monotonic()
    for player in chosen:
        one = f"SELECT * FROM (\n{statement}\n) WHERE player_id = @player_id AND game_id = @game_id"
        params = {"game_date": game_date, "now": now, "player_id": player.player_id, "game_id": player.game_id}
        (row,) = warehouse.query(one, params).rows
        if inputs._player(row, names) != player:
            raise AssertionError(f"alone, player {player.player_id} is told otherwise")
    each = (time.monotonic() - began) / len(chosen)
    console.print(
        f"reading {len(everybody)} players: 1 statement, {whole:.2f} s; {len(everybody)} statements of {each:.2f} s, "
        f"{each * len(everybody):.0f} s: {each * len(everybody) / whole:.0f} times"
    )
    return everybody


def computing(everybody: list[PlayerInput], systems: tuple[PredictionSystem, ...]) -> None:
    """What the worker computes of a request, by its size: seconds, bytes of the message, rows, memory at its peak."""
    table = Table(title="A request in the worker, nothing stored")
    for heading in ("player-games", "message kB", "rows", "seconds", "ms a player-game", "peak MB"):
        table.add_column(heading, justify="right")
    at = datetime.now(UTC)
    batch = Batch(batch_id="b", content="c", game_date=everybody[0].tip_off.date(), created_at=at, cut_at=at)
    repeated = everybody * (1 + SIZES[-1] // len(everybody))
    for size in SIZES:
        request = PredictionRequest(
            batch=batch, request_id="r", request_index=0, requests_in_batch=1, players=tuple(repeated[:size])
        )
        event = Event(
            phase="prediction_request",
            source="benchmark",
            game_dates=[batch.game_date],
            trigger="manual",
            payload=request.model_dump(mode="json"),
        )
        told = len(event.model_dump_json().encode())
        staging_rows(request, systems, loaded_at=at)  # what is done once a process is not the request's
        seconds = []
        for _ in range(3):
            began = time.perf_counter()
            rows = staging_rows(request, systems, loaded_at=at)
            seconds.append(time.perf_counter() - began)
        gc.collect()
        tracemalloc.start()
        staging_rows(request, systems, loaded_at=at)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        best = min(seconds)
        cells = (told / 1000, len(rows), best, 1000 * best / size, peak / 1e6)
        shown = [f"{x:.0f}" if isinstance(x, int) else f"{x:.2f}" for x in cells]
        table.add_row(str(size), *shown)
    console.print(table)


def through_the_services(settings: Settings, game_date: date, now: datetime) -> None:
    """The whole phase on the embedded stack: from /start until the versions stand and nothing is under way."""
    table = Table(title="From /start until all versions stand, all systems and books")
    for heading in ("request size", "at once", "requests", "versions", "seconds", "of the quickest"):
        table.add_column(heading, justify="right")
    measured = []
    for size, at_once in RUNS:
        sized = settings.model_copy(update={"prediction_request_size": size, "push_concurrency": at_once})
        with embedded(sized) as session:
            body = {"game_date": str(game_date), "trigger": "manual", "force": True, "simulated_at": clock.iso_utc(now)}
            session.services.post("coordinator", "start", body)  # loads the model, once a process
            session.stack.broker.wait_idle(600)
            session.context.warehouse.execute(
                "DELETE FROM nba_predictions.player_prop_predictions WHERE game_date = @day",
                {"day": game_date},
                work=["benchmark", clock.wall_clock()],
                table="nba_predictions.player_prop_predictions",
            )
            began = time.monotonic()
            answer = session.services.post("coordinator", "start", body)
            session.stack.broker.wait_idle(600)
            seconds = time.monotonic() - began
            sql = "SELECT COUNT(*) AS n FROM nba_predictions.player_prop_predictions WHERE game_date = @day"
            versions = session.context.warehouse.query(sql, {"day": game_date}).rows[0]["n"]
        measured.append((size, at_once, answer["dates"][0]["requests"], versions, seconds))
    quickest = min(m[-1] for m in measured)
    for *cells, seconds in measured:
        table.add_row(*map(str, cells), f"{seconds:.1f}", f"{seconds / quickest:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
