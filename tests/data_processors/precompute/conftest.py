"""Two months of real games, with a week of the season before as their history, computed through phases 3 and 4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from common.settings import Settings
from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from orchestration.migrate import apply, read_migrations
from tests.data_processors import raw_responses, recompute
from tests.data_processors.recompute import Row
from tests.data_processors.recompute_features import Recomputation
from tests.data_processors.warehouse_rows import load_responses, run

BEFORE = ("2024-04-07", "2024-04-14")
MONTHS = ("2024-10-22", "2024-12-22")
OPENING_WEEK = "2024-10-28"


@dataclass(frozen=True)
class Months:
    """The warehouse, and the context rows that are looked at: all of the opening week, every twelfth after it."""

    warehouse: Warehouse
    again: Recomputation
    sample: list[Row]

    def frame(self, rows: list[Row]) -> pd.DataFrame:
        return pd.DataFrame(rows, dtype=object)


@pytest.fixture(scope="package")
def months(warehouse_settings: Settings, recorded: Path) -> Iterator[Months]:
    """Loaded and computed once for all tests here."""
    warehouse = Warehouse(warehouse_settings.model_copy(update={"dataset_prefix": "months_"}))
    apply(warehouse, read_migrations())
    days = raw_responses.dates(*BEFORE) + raw_responses.dates(*MONTHS)
    responses = raw_responses.read(recorded, days, ["2023-24", "2024-25"])
    load_responses(warehouse, responses)
    for processor in ordered(ANALYTICS.processors):
        if processor.name.endswith("_summary"):
            run(warehouse, processor, *BEFORE)
    for processor in [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]:
        run(warehouse, processor, *MONTHS)
    league = recompute.build(responses)
    context = recompute.contexts(league, *MONTHS).sort_values(["game_date", "game_id", "player_id"])
    rows = context.to_dict("records")
    sample = [r for n, r in enumerate(rows) if r["game_date"] <= OPENING_WEEK or n % 12 == 0]
    yield Months(warehouse, Recomputation(league), sample)
