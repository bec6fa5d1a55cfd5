"""Three weeks of real games, computed through phases 3 and 4, in datasets that may be tampered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.settings import Settings
from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from orchestration.migrate import apply, read_migrations
from tests.data_processors import raw_responses
from tests.data_processors.warehouse_rows import load_responses, run
from tests.leaks.tampering import BEFORE, DAYS


@pytest.fixture(scope="package")
def league_responses(recorded: Path) -> raw_responses.Responses:
    """The responses of the days, and of a week of the season before."""
    days = raw_responses.dates(*BEFORE) + raw_responses.dates(*DAYS)
    return raw_responses.read(recorded, days, ["2023-24", "2024-25"])


@pytest.fixture(scope="package")
def league(warehouse_settings: Settings, league_responses: raw_responses.Responses) -> Warehouse:
    """The warehouse with all processors run over the days."""
    warehouse = Warehouse(warehouse_settings.model_copy(update={"dataset_prefix": "leaks_"}))
    apply(warehouse, read_migrations())
    load_responses(warehouse, league_responses)
    for processor in ordered(ANALYTICS.processors):
        if processor.name.endswith("_summary"):
            run(warehouse, processor, *BEFORE)
    for processor in [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]:
        run(warehouse, processor, *DAYS)
    return warehouse
