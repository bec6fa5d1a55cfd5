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
from data_processors.phase_service import Phase, _reach, process
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from data_processors.spans import Span
from tests.data_processors.league_rows import game
from tests.data_processors.warehouse_rows import insert

PLAYED = date(2024, 11, 7)
MORNING = datetime(2024, 11, 8, 15, tzinfo=UTC)


class Tables:
    """A warehouse that knows when the last game was, and on which date output is owed first.

    It knows of no other table: what is asked of one is what the reach must not depend on.
    """

    def __init__(self, played: date | None, owed: date | None) -> None:
        self._answers = {"last_played": played, "first_owed": owed}
        self.asked: list[str] = []

    def query(self, sql: str, _params: Mapping[str, Any]) -> QueryResult:
        """The answers that the statement asks for."""
        self.asked.append(sql)
        return QueryResult(rows=[{name: found for name, found in self._answers.items() if f"AS {name}" in sql}])


def context_with(played: date | None, owed: date | None = None) -> Context:
    made = Context(Settings())
    made.warehouse = Tables(played, owed)  # type: ignore[assignment]
    return made


@pytest.mark.parametrize("phase", [ANALYTICS, PRECOMPUTE], ids=lambda p: p.service)
def test_the_horizon_is_the_same_whatever_has_changed(phase: Phase) -> None:
    table = phase.processors[-1].inputs[0].table
    spans = (
        Span(PLAYED, PLAYED),
        Span(date(2024, 10, 22), date(2025, 4, 13)),
        Span(date(2025, 3, 1), date(2025, 3, 1)),
    )
    with clock.simulated(MORNING):
        found = {_reach(context_with(PLAYED), phase, phase.processors, {table: span})[0] for span in spans}
    assert found == {date(2024, 11, 14)}


@pytest.mark.parametrize("phase", [ANALYTICS, PRECOMPUTE], ids=lambda p: p.service)
def test_the_horizon_does_not_look_at_how_far_output_reaches(phase: Phase) -> None:
    context = context_with(PLAYED)
    table = phase.processors[-1].inputs[0].table
    _reach(context, phase, phase.processors, {table: Span(PLAYED, PLAYED)})
    (asked,) = context.warehouse.asked  # type: ignore[attr-defined]
    assert re.findall(r"MAX\(\w+\) FROM (\S+)", asked) == ["nba_raw.team_boxscores"]


def test_tomorrow_is_within_the_horizon_however_long_nobody_has_played() -> None:
    changed = {"nba_raw.schedule": Span(PLAYED, PLAYED)}
    with clock.simulated(MORNING):
        assert _reach(context_with(None), ANALYTICS, ANALYTICS.processors, changed) == (date(2024, 11, 9), {})
    with clock.simulated(datetime(2024, 11, 20, 15, tzinfo=UTC)):
        assert _reach(context_with(PLAYED), ANALYTICS, ANALYTICS.processors, changed) == (date(2024, 11, 21), {})


def test_what_is_owed_beyond_the_horizon_is_nobodys_work_yet() -> None:
    changed = {"nba_raw.injuries": Span(PLAYED, PLAYED)}
    with clock.simulated(MORNING):
        for owed, wanted in ((date(2024, 11, 15), {}), (PLAYED, {"nba_raw.schedule": Span(PLAYED, PLAYED)})):
            assert _reach(context_with(PLAYED, owed), ANALYTICS, ANALYTICS.processors, changed)[1] == wanted


@pytest.mark.stack
def test_games_of_which_nobody_told_get_their_rows_with_the_next_call(context: Context) -> None:
    """The message that named the season is lost; another one speaks of a single date."""
    games = [game("0023100001", "2031-11-01", "BOS", "NYK"), game("0023100002", "2031-11-03", "NYK", "BOS")]
    far = game("0023100003", "2031-12-24", "BOS", "NYK")
    insert(context.warehouse, "nba_raw.schedule", [*games, far])
    (processor,) = (p for p in ANALYTICS.processors if p.output == ANALYTICS.owing)
    with clock.simulated(datetime(2031, 11, 3, 15, tzinfo=UTC)):
        day = date(2031, 11, 3)
        changed = {"nba_raw.game_lines": Span(day, day)}
        assert process(context, ANALYTICS, changed, [processor], trigger="pubsub", publish=False).status == "success"
    rows = context.warehouse.query(
        f"SELECT DISTINCT game_id FROM {ANALYTICS.owing} WHERE game_date >= '2031-08-01' ORDER BY 1"
    ).rows
    assert [r["game_id"] for r in rows] == ["0023100001", "0023100002"]
    for table in ("nba_raw.schedule", ANALYTICS.owing):
        context.warehouse.execute(
            f"DELETE FROM {table} WHERE game_date >= '2031-08-01'", work=[day, table], table=table
        )
