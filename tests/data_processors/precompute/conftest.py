"""What Phase 4 should say of a sample of the autumn days, recomputed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from common.warehouse import Warehouse
from tests.data_processors import raw_responses
from tests.data_processors.conftest import AUTUMN
from tests.data_processors.recompute_context import contexts
from tests.data_processors.recompute_features import Recomputation
from tests.data_processors.recompute_games import Row, build

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
def months(real_days: Warehouse, responses: raw_responses.Responses) -> Months:
    """Two months of real games; windows reach over the summer into a week of the season before."""
    league = build(responses)
    context = contexts(league, *AUTUMN).sort_values(["game_date", "game_id", "player_id"])
    rows = context.to_dict("records")
    sample = [r for n, r in enumerate(rows) if r["game_date"] <= OPENING_WEEK or n % 12 == 0]
    return Months(real_days, Recomputation(league), sample)
