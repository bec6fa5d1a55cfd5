"""Three weeks of real games, computed through phases 3 and 4, in a warehouse that may be tampered with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from tests.data_processors import raw_responses
from tests.data_processors.warehouse_rows import load_responses, run
from tests.leaks.tampering import BEFORE, DAYS
from tests.migrated import served


@pytest.fixture(scope="package")
def league_responses(recorded: Path) -> raw_responses.Responses:
    """The responses of the days, and of a week of the season before."""
    days = raw_responses.dates(*BEFORE) + raw_responses.dates(*DAYS)
    return raw_responses.read(recorded, days, ["2023-24", "2024-25"])


@pytest.fixture(scope="package")
def league(league_responses: raw_responses.Responses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The warehouse with all processors run over the days."""
    with served(tmp_path_factory.mktemp("league")) as settings:
        warehouse = Warehouse(settings)
        load_responses(warehouse, league_responses)
        for processor in ordered(ANALYTICS.processors):
            if processor.name.endswith("_summary"):
                run(warehouse, processor, *BEFORE)
        for processor in [*ordered(ANALYTICS.processors), *ordered(PRECOMPUTE.processors)]:
            run(warehouse, processor, *DAYS)
        yield warehouse
