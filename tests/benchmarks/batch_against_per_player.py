"""Phase 4 of a day of 15 games: one statement a processor for everybody, against the same statement a player.

python -m tests.benchmarks.batch_against_per_player ../shared/recorded [players]

Both are read, not landed, so that the writing weighs on neither side. Some players (20 unless said) are timed, taken
times the players of the day; every player's row is the batch's.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from common.context import Context
from common.settings import Settings
from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from orchestration.local.warehouse_server import WarehouseServer
from orchestration.migrate import apply, read_migrations
from tests.data_processors import raw_responses
from tests.data_processors.warehouse_rows import load_responses, run

HISTORY, DAY = ("2024-10-22", "2024-11-04"), "2024-11-04"
PARAMS = {"start_date": date.fromisoformat(DAY), "end_date": date.fromisoformat(DAY)}
PER_PLAYER = [p for p in ordered(PRECOMPUTE.processors) if "player_id" in p.key]


def main(archive: Path, players: int) -> None:
    """Load two weeks, compute them, and time both ways of reading the last day."""
    with tempfile.TemporaryDirectory() as folder:
        server = WarehouseServer(Path(folder), dict(os.environ), project="local")
        server.start()
        try:
            settings = Settings(data_dir=Path(folder), bigquery_endpoint=server.endpoint)
            warehouse = Context(settings).warehouse
            apply(warehouse, read_migrations())
            load_responses(warehouse, raw_responses.read(archive, raw_responses.dates(*HISTORY), ["2024-25"]))
            for processor in [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]:
                run(warehouse, processor, *HISTORY)
            compare(warehouse, players)
        finally:
            server.stop()


def compare(warehouse: Warehouse, players: int) -> None:
    """Print seconds of the batch, seconds a player, and their ratio over the day."""
    began = time.monotonic()
    batch = {p.name: warehouse.query(p.statement, PARAMS).rows for p in PER_PLAYER}
    whole = time.monotonic() - began
    everybody = sorted({r["player_id"] for r in batch["ml_feature_store"]})
    chosen = everybody[:: max(1, len(everybody) // players)][:players]
    began = time.monotonic()
    for player in chosen:
        for processor in PER_PLAYER:
            one = f"SELECT * FROM (\n{processor.statement}\n) WHERE player_id = @player_id"
            rows = warehouse.query(one, PARAMS | {"player_id": player}).rows
            same = [r for r in batch[processor.name] if r["player_id"] == player]
            if rows != same:
                raise AssertionError(f"{processor.name} says another thing of player {player} alone")
    each = (time.monotonic() - began) / len(chosen)
    print(f"{len(PER_PLAYER)} processors, {len(everybody)} players of {DAY}")
    print(f"batch {whole:.1f} s; a query a player {each:.2f} s a player, {each * len(everybody):.0f} s for all")
    print(f"the batch is {each * len(everybody) / whole:.0f} times as fast")


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/recorded"), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    )
