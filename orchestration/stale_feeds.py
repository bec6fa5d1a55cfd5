"""Which feeds are older than `workflows.yaml` says they should be by now, on dates with games.

Only what is asked before and between the games is looked at here: whether anything is missing after them is counted in
the tables (`completeness.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from common import clock
from common.context import Context
from orchestration.sql_files import query_text
from orchestration.workflow import Workflow, workflows
from orchestration.workflow_conditions import slots_of, window_of

# So long before the first game a report that is looked for until it is found should be there.
LEAD = timedelta(hours=1)
_STAMP = "%Y%m%dT%H%M%S"
_LEDGER_DAYS = 30


@dataclass(frozen=True)
class StaleFeed:
    """A feed that should have been answered since `due`; `newest` is when it last was, None for never."""

    feed: str
    game_date: date
    due: datetime
    newest: datetime | None


def stale_feeds(context: Context, tip_offs: Mapping[date, Sequence[datetime]]) -> list[StaleFeed]:
    """The feeds that are stale for game dates (with their tip-offs) by the pipeline's clock; one statement."""
    now = clock.now()
    due = {day: _due(day, tuple(tips), now) for day, tips in tip_offs.items() if tips}
    feeds = sorted({feed for of_day in due.values() for feed in of_day})
    if not feeds:
        return []
    span = {"first": min(due), "last": max(due), "since": clock.wall_clock().date() - timedelta(days=_LEDGER_DAYS)}
    rows = context.warehouse.query(query_text("feed_freshness"), {**span, "feeds": feeds}).rows
    found = []
    for day, of_day in due.items():
        for feed, (moment, answered) in of_day.items():
            newest = max(_moments(rows, feed, day, answered), default=None)
            if newest is None or newest < moment:
                found.append(StaleFeed(feed, day, moment, newest))
    return found


def _due(day: date, tip_offs: tuple[datetime, ...], now: datetime) -> dict[str, tuple[datetime, bool]]:
    """By feed the latest moment since which it should have been asked, and whether it must have had an answer."""
    found: dict[str, tuple[datetime, bool]] = {}
    for workflow in workflows().values():
        moment = _latest_due(workflow, day, tip_offs, now)
        if moment is None:
            continue
        for feed in {name for step in workflow.steps for name in step.critical_scrapers()}:
            found[feed] = max(found.get(feed, (moment, False)), (moment, workflow.when.until_found))
    return found


def _latest_due(workflow: Workflow, day: date, tip_offs: tuple[datetime, ...], now: datetime) -> datetime | None:
    """The newest slot of the workflow whose time for being done is over; None while there is none."""
    when = workflow.when
    if when.next_day or when.ended_games_only or when.early_start:
        return None
    slots, (_, ends) = slots_of(when, day, tip_offs), window_of(when, day)
    if when.until_found:
        # Asked until it is found and never again: since the first slot it should be there, by the games at the latest.
        return slots[0] if min(ends, min(tip_offs) - LEAD) <= now else None
    if when.hours_before_first_game is not None:
        opens = min(tip_offs) - timedelta(hours=when.hours_before_first_game)
        slots = [s for s in slots if s >= opens]
    # A slot's work may be tried again until the next slot comes.
    over = [slot for slot, until in zip(slots, [*slots[1:], ends], strict=True) if until <= now]
    return over[-1] if over else None


def _moments(rows: Sequence[Mapping[str, Any]], feed: str, day: date, answered: bool) -> Iterator[datetime]:
    for row in rows:
        if row["feed"] != feed:
            continue
        if row["stamp"] is not None:
            yield datetime.strptime(row["stamp"], _STAMP).replace(tzinfo=UTC)
        elif row["start_date"] is not None and row["start_date"] <= day <= row["end_date"]:
            moment = row["answered_at"] if answered else row["asked_at"]
            if moment is not None:
                yield moment
