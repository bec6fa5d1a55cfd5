"""The Phase 2 service: raw payloads to `nba_raw`, by push (Phase 1's events) or for a range of dates."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask

from common import clock
from common.context import Context
from common.errors import InvalidEventError
from common.events import Push
from common.service import Answer, DateRangeRequest, create_service
from data_processors.raw.feed_outcome import Origin
from data_processors.raw.feeds import named_feeds
from data_processors.raw.processor_base import RawProcessor
from data_processors.raw.reading import newest_answers, paths_of_range

log = logging.getLogger(__name__)


def create_app(context: Context) -> Flask:
    """The WSGI app of Phase 2."""
    return create_service("raw", context, on_push=on_push, on_range=on_range)


def on_push(context: Context, push: Push) -> Answer:
    """Process the payloads that a Phase 1 event names."""
    event = push.event
    if event.phase != "phase1":
        raise InvalidEventError(f"Phase 2 reads events of phase1, not of {event.phase}", field="phase")
    if not event.raw_paths:
        return Answer(detail={"skipped": "the event names no payloads"})
    paths = newest_answers(context.raw_store, event.raw_paths, clock.simulated_now())
    origin = Origin(
        trigger=event.trigger,
        push=push,
        tell_all=push.redelivered,
        dates=tuple(event.game_dates),
        # Only what a person has named, not a newer answer to the same request.
        accept_shrink=frozenset(event.raw_paths) if event.payload.get("accept_shrink") is True else frozenset(),
    )
    return _answer(context, origin, paths)


def on_range(context: Context, wanted: DateRangeRequest) -> Answer:
    """Process all that the raw store has for a range of dates; `processors` are names of feeds."""
    feeds = named_feeds(wanted.processors)
    as_of = clock.simulated_now()
    paths = paths_of_range(context.raw_store, feeds, wanted.start_date, wanted.end_date, as_of)
    if not paths:
        return Answer(detail={"skipped": "the raw store has nothing for these dates"})
    origin = Origin(
        trigger=wanted.trigger,
        tell_all=wanted.force,
        publish=wanted.publish,
        dates=(wanted.start_date, wanted.end_date),
        as_of=as_of,
    )
    return _answer(context, origin, paths)


def _answer(context: Context, origin: Origin, paths: Sequence[str]) -> Answer:
    """Process `paths`; equal calls at once share their work."""
    key = ("raw", tuple(paths), origin.dates, origin.tell_all, origin.publish, origin.as_of, clock.simulated_now())
    limit = context.settings.processor_timeout
    return context.equal_calls.answer(key, lambda: RawProcessor(context, origin).process(paths), limit)
