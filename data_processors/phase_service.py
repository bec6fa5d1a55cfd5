"""The service of a phase that is made of SQL processors: analytics, precompute and grading differ in their lists.

A Pub/Sub push and a manual `/process-date-range` call go through the same function.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flask import Flask

from common import clock
from common.context import Context
from common.errors import TerminalError
from common.events import Push, Trigger
from common.ids import season_of_date, season_start
from common.request_dates import portions
from common.service import Answer, DateRangeRequest, create_service, event_after
from data_processors.runner import Outcome, ProcessorRunner, Task
from data_processors.spans import Span, concerned_spans
from data_processors.sql_processor import SqlProcessor

log = logging.getLogger(__name__)

# Output for games to come reaches this many days past the last game played: the All-Star break is shorter.
HORIZON_DAYS = 7
_SCHEDULE = "nba_raw.schedule"
_LAST_PLAYED = "(SELECT MAX(game_date) FROM nba_raw.team_boxscores WHERE game_date >= @since) AS last_played"
# The first scheduled game of a season of which a table has no row.
_FIRST_OWED = """
(
  SELECT MIN(s.game_date)
  FROM nba_raw.schedule AS s
  LEFT JOIN (SELECT DISTINCT game_id FROM {table} WHERE game_date BETWEEN @season_first AND @season_last) AS o
    ON o.game_id = s.game_id
  WHERE s.game_date BETWEEN @season_first AND @season_last AND o.game_id IS NULL
    AND s.season_type IN ('Regular Season', 'Playoffs', 'PlayIn', 'IST Final') AND NOT s.postponed
) AS first_owed
"""
# Before the first game on record: a partitioned table is asked for a range.
_EVER = date(1946, 11, 1)


@dataclass(frozen=True)
class Phase:
    """A phase of SQL processors: its name, its processors, and the topic that says it has finished."""

    service: str
    event_phase: Literal["phase3", "phase4", "phase5"]
    word: str
    processors: tuple[SqlProcessor, ...]
    topic: str | None
    # Predictions of games to come are no work for grading: it is called again when results are there.
    past_dates_only: bool = False
    # A table that owes a row to every scheduled game of the season up to the horizon.
    owing: str | None = None

    def named(self, names: Sequence[str]) -> list[SqlProcessor]:
        """The processors of these names, all when there are none; TerminalError that lists the right ones."""
        known = {p.name: p for p in self.processors}
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise TerminalError(f"no such processor: {', '.join(unknown)}; there are {', '.join(known)}")
        return [known[n] for n in known if not names or n in names]


def create_phase_app(context: Context, phase: Phase) -> Flask:
    """The WSGI app of `phase`."""

    def on_push(ctx: Context, push: Push) -> Answer:
        event = push.event
        if not event.game_dates or not event.tables:
            return Answer(detail={"skipped": "the event names no dates or no tables"})
        if phase.past_dates_only and min(event.game_dates) >= clock.today():
            return Answer(detail={"skipped": "the games of these dates are not over"})
        span = Span(min(event.game_dates), max(event.game_dates))
        changed = {t.table: span for t in event.tables}
        return process(ctx, phase, changed, phase.processors, trigger=event.trigger, push=push)

    def on_range(ctx: Context, wanted: DateRangeRequest) -> Answer:
        processors = phase.named(wanted.processors)
        span = Span(wanted.start_date, wanted.end_date)
        if wanted.downstream:
            own = {p.output for p in phase.processors}
            changed = {i.table: span for p in processors for i in p.inputs if i.table not in own}
            return process(
                ctx, phase, changed, processors, trigger=wanted.trigger, force=wanted.force, publish=wanted.publish
            )
        return process_dates(
            ctx, phase, span, processors, trigger=wanted.trigger, force=wanted.force, publish=wanted.publish
        )

    return create_service(phase.service, context, on_push=on_push, on_range=on_range)


def process(
    context: Context,
    phase: Phase,
    changed: dict[str, Span],
    processors: Sequence[SqlProcessor],
    *,
    trigger: Trigger,
    push: Push | None = None,
    force: bool = False,
    publish: bool = True,
) -> Answer:
    """Run the processors that `changed` tables concern, over all dates that they concern.

    Equal calls at once share their work.
    """

    def work() -> Answer:
        frontier, owed = _reach(context, phase, processors, changed)
        spans = concerned_spans(processors, changed | owed, frontier)
        return _run(context, phase, spans, processors, trigger=trigger, push=push, force=force, publish=publish)

    redelivered = push is not None and push.redelivered
    key = (phase.service, tuple(sorted(changed.items(), key=str)), *_named(processors), force, publish, redelivered)
    return context.equal_calls.answer((*key, clock.simulated_now()), work, _limit(context))


def process_dates(
    context: Context,
    phase: Phase,
    span: Span,
    processors: Sequence[SqlProcessor],
    *,
    trigger: Trigger,
    force: bool = False,
    publish: bool = True,
) -> Answer:
    """Run `processors` over exactly the dates of `span`. Equal calls at once share their work."""

    def work() -> Answer:
        spans = {p.name: span for p in processors}
        return _run(context, phase, spans, processors, trigger=trigger, push=None, force=force, publish=publish)

    key = (phase.service, span, *_named(processors), force, publish, clock.simulated_now())
    return context.equal_calls.answer(key, work, _limit(context))


def _named(processors: Sequence[SqlProcessor]) -> list[str]:
    return sorted(p.name for p in processors)


def _limit(context: Context) -> float:
    """Seconds that an equal call's run may take: two processors one after the other, as a phase's longest way is."""
    return 2 * context.settings.processor_timeout


def _run(
    context: Context,
    phase: Phase,
    spans: dict[str, Span],
    processors: Sequence[SqlProcessor],
    *,
    trigger: Trigger,
    push: Push | None,
    force: bool,
    publish: bool,
) -> Answer:
    attempt = push.attempt if push else 1
    tasks = [Task(p, spans[p.name], trigger, attempt, force) for p in processors if p.name in spans]
    if not tasks:
        return Answer(detail={"skipped": "nothing here reads the tables that changed"})
    log.info("Running %d %s processors in PARALLEL", len(tasks), phase.word)
    outcome = ProcessorRunner(context).run(tasks)
    if publish:
        _publish(context, phase, spans, outcome, push)
    return Answer(results=outcome.results)


def _publish(context: Context, phase: Phase, spans: dict[str, Span], outcome: Outcome, push: Push | None) -> None:
    # A redelivery may follow a death between write and publish: it says all it touched.
    telling = outcome.touched if push is not None and push.redelivered else outcome.changes
    if not telling or phase.topic is None:
        return
    dates: set[date] = set()
    for name in telling:
        dates |= set(clock.dates_between(spans[name].first, spans[name].last))
    # A change of long ago reaches to today: more dates than one event may speak of.
    for portion in portions(dates, context.settings.max_date_span):
        event = event_after(
            push,
            phase=phase.event_phase,
            source=phase.service,
            game_dates=portion,
            tables=list(telling.values()),
            status="partial" if any(r.status in {"failed", "timed_out"} for r in outcome.results) else "success",
        )
        context.publisher.publish(phase.topic, event)


def _reach(
    context: Context, phase: Phase, processors: Sequence[SqlProcessor], changed: dict[str, Span]
) -> tuple[date, dict[str, Span]]:
    """The last date that has output, and the schedule's dates that lack theirs, as if it had changed there.

    The last date is a week past the last game played, and tomorrow at the least. Both follow from the tables and the
    clock alone, not from what changed or from what output there is: so the same rows come of the same data, whatever
    calls there were before and whoever first told of the games. Where no change reaches later dates, the last date is
    simply the last that changed.
    """
    reaching = any(i.effect == "later" for p in processors for i in p.inputs)
    if not reaching or not any(p.reads(list(changed)) for p in processors):
        return max(s.last for s in changed.values()), {}
    asked = [_LAST_PLAYED]
    params: dict[str, date] = {"since": _EVER}
    if phase.owing in {p.output for p in processors}:
        first = season_start(season_of_date(min(s.first for s in changed.values())))
        asked.append(_FIRST_OWED.format(table=phase.owing))
        params |= {"season_first": first, "season_last": first + timedelta(days=365)}
    (found,) = context.warehouse.query(f"SELECT {', '.join(asked)}", params).rows
    frontier = clock.today() + timedelta(days=1)
    if found["last_played"] is not None:
        frontier = max(frontier, found["last_played"] + timedelta(days=HORIZON_DAYS))
    owed = found.get("first_owed")
    if owed is None or owed > frontier:
        return frontier, {}
    return frontier, {_SCHEDULE: Span(owed, owed).union(changed.get(_SCHEDULE))}
