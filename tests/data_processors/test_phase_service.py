"""How far a change reaches follows from results and clock alone; equal calls at once share their work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.settings import Settings
from common.warehouse import QueryResult
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.phase_service import _frontier
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import Span

PLAYED = date(2024, 11, 7)
MORNING = datetime(2024, 11, 8, 15, tzinfo=UTC)


class Tables:
    """A warehouse that knows on which dates its tables have rows."""

    def __init__(self, dates: Mapping[str, list[date]]) -> None:
        self._dates = dates

    def query(self, sql: str, params: Mapping[str, Any]) -> QueryResult:
        """The latest date, not before @since, of all tables that the statement names."""
        days = [d for t in re.findall(r"nba_\w+\.\w+", sql) for d in self._dates.get(t, []) if d >= params["since"]]
        latest = max(days, default=None)
        return QueryResult(rows=[{"last_played": latest, "last_date": latest}])


def context_with(**dates: list[date]) -> Context:
    made = Context(Settings())
    made.warehouse = Tables({name.replace("__", "."): found for name, found in dates.items()})  # type: ignore[assignment]
    return made


@pytest.mark.parametrize("phase", [ANALYTICS, PRECOMPUTE], ids=lambda p: p.service)
def test_the_horizon_is_the_same_whatever_changed_and_whatever_output_there_is(phase: Any) -> None:
    far = {p.output.replace(".", "__"): [date(2024, 12, 24)] for p in phase.processors}
    table = phase.processors[-1].inputs[0].table
    spans = (
        Span(PLAYED, PLAYED),
        Span(date(2024, 10, 22), date(2025, 4, 13)),
        Span(date(2025, 3, 1), date(2025, 3, 1)),
    )
    with clock.simulated(MORNING):
        found = {
            _frontier(context_with(nba_raw__team_boxscores=[PLAYED], **outputs), phase.processors, {table: span})
            for outputs in ({}, far)
            for span in spans
        }
    assert found == {date(2024, 11, 14)}


def test_tomorrow_is_within_the_horizon_however_long_nobody_has_played() -> None:
    changed = {"nba_raw.schedule": Span(PLAYED, PLAYED)}
    with clock.simulated(MORNING):
        assert _frontier(context_with(), ANALYTICS.processors, changed) == date(2024, 11, 9)
    with clock.simulated(datetime(2024, 11, 20, 15, tzinfo=UTC)):
        context = context_with(nba_raw__team_boxscores=[PLAYED])
        assert _frontier(context, ANALYTICS.processors, changed) == date(2024, 11, 21)
