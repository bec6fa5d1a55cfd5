"""The coordinator's service.

/process follows Phase 4, /consolidate the workers; /start and /process-date-range are for people and schedulers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from pydantic import BaseModel, ConfigDict, model_validator

from common import clock
from common.context import Context
from common.date_words import with_dates
from common.events import Push, Trigger
from common.request_body import body_as
from common.request_dates import GameDate, Moment
from common.service import Answer, DateRangeRequest, ProcessorResult, create_service
from predictions.coordinator.consolidation import on_staged
from predictions.coordinator.dispatch import NAME, Dispatched, dispatch_date


class StartRequest(BaseModel):
    """The body of /start; `game_date` may be a word, as in schedules: today."""

    model_config = ConfigDict(extra="forbid")
    game_date: GameDate
    trigger: Trigger = "manual"
    simulated_at: Moment | None = None
    force: bool = False

    @model_validator(mode="before")
    @classmethod
    def _words(cls, body: object) -> object:
        return with_dates(body, ("game_date",))


def create_app(context: Context) -> Flask:
    """The WSGI app."""
    return create_service(
        "coordinator",
        context,
        on_push=on_features,
        on_range=on_range,
        routes=[("/start", on_start)],
        pushes=[("/consolidate", on_staged)],
    )


def on_features(context: Context, push: Push) -> Answer:
    """Features have changed: predict today's games, once the day's window is open. Other dates wait for theirs."""
    today = clock.today()
    if today not in push.event.game_dates:
        return _nothing("unchanged", "none of the event's dates is today")
    opens = clock.eastern(today, context.settings.prediction_window_hour)
    if clock.now() < opens:
        return _nothing("not_ready", f"the window of {today} opens at {clock.iso_utc(opens)}")
    done = dispatch_date(context, today, trigger=push.event.trigger, redelivered=push.redelivered, attempt=push.attempt)
    return _answer([done])


def on_range(context: Context, wanted: DateRangeRequest) -> Answer:
    """Predict every date of the range, as far as games have not started."""
    days = clock.dates_between(wanted.start_date, wanted.end_date)
    return _answer([dispatch_date(context, day, trigger=wanted.trigger, force=wanted.force) for day in days])


def on_start(context: Context) -> Any:
    """Predict one date: {game_date, trigger?, simulated_at?, force?}; 400 that names the wrong field."""
    wanted = body_as(StartRequest)
    simulated_at: datetime | None = wanted.simulated_at
    with clock.simulated(simulated_at):
        return _answer([dispatch_date(context, wanted.game_date, trigger=wanted.trigger, force=wanted.force)])


def _answer(dates: list[Dispatched]) -> Answer:
    return Answer([d.result for d in dates], {"dates": [d.as_json() for d in dates]})


def _nothing(status: str, note: str) -> Answer:
    return Answer([ProcessorResult(NAME, status)], {"note": note})
