"""A warehouse of its own with real days in it, computed through phases 3 and 4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.warehouse import Warehouse
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import ordered
from tests.data_processors import raw_responses, recompute
from tests.data_processors.warehouse_rows import load_responses, run
from tests.migrated import served

# The end of one season and the start of the next: windows cross the summer between them.
SPRING = ("2024-04-07", "2024-04-14")
AUTUMN = ("2024-10-22", "2024-12-22")


@pytest.fixture(scope="session")
def phase_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A migrated warehouse that no other tests write to."""
    with served(tmp_path_factory.mktemp("phases")) as settings:
        yield Warehouse(settings)


@pytest.fixture(scope="session")
def responses(recorded: Path) -> raw_responses.Responses:
    """The responses of both stretches of days."""
    days = raw_responses.dates(*SPRING) + raw_responses.dates(*AUTUMN)
    return raw_responses.read(recorded, days, ["2023-24", "2024-25"])


@pytest.fixture(scope="session")
def real_days(phase_warehouse: Warehouse, responses: raw_responses.Responses) -> Warehouse:
    """The warehouse with the days loaded and all processors run over them, spring's summaries included."""
    load_responses(phase_warehouse, responses)
    analytics = ordered(ANALYTICS.processors)
    for processor in analytics:
        if processor.name.endswith("_summary"):
            run(phase_warehouse, processor, *SPRING)
    for processor in [*analytics, *ordered(PRECOMPUTE.processors)]:
        run(phase_warehouse, processor, *AUTUMN)
    return phase_warehouse


@pytest.fixture(scope="session")
def recomputed(responses: raw_responses.Responses) -> recompute.Tables:
    """What the tables should say of the autumn days, from the responses alone."""
    return recompute.tables(responses, *AUTUMN)
