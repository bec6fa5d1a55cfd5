"""The one message of the pipeline, and Pub/Sub's push envelope around it."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationError

from common import clock, strict_json
from common.errors import InvalidEventError
from common.logging import correlation_id
from common.raw_paths import payload_path
from common.request_dates import GameDate, Moment, check_dates
from common.validation_words import first_problem

SCHEMA_VERSION: Literal[1] = 1
Trigger = Literal["scheduler", "pubsub", "manual", "reconcile", "replay"]
# Ids and words that go into tables and logs.
Word = Annotated[str, Field(max_length=200)]
_MOST_ATTEMPTS = 1_000_000


class TableChange(BaseModel):
    """What one write did to a table: rows inserted, updated or deleted, and the content's version after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    table: Word
    rows_changed: int = Field(ge=0)
    content_hash: Word


class Event(BaseModel):
    """A phase has finished for some game dates; a hint, never the truth.

    `simulated_at` carries the replay's clock to the next phase (None: real time). `payload` holds the data
    of a prediction request, or what a person allows beside the message (`accept_shrink`); other events leave it
    empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_version: Literal[1] = SCHEMA_VERSION
    event_id: Word = Field(default_factory=lambda: uuid.uuid4().hex)
    correlation_id: Word = Field(default_factory=lambda: correlation_id.get() or uuid.uuid4().hex)
    phase: Literal["phase1", "phase2", "phase3", "phase4", "phase5", "prediction_request", "predictions_staged"]
    source: str
    # The first wrong entry ends the check: there may be millions.
    game_dates: Annotated[list[GameDate], FailFast()] = []
    tables: Annotated[list[TableChange], FailFast()] = []
    raw_paths: Annotated[list[Annotated[str, AfterValidator(payload_path)]], FailFast()] = []
    trigger: Trigger = "pubsub"
    status: Word = "success"
    occurred_at: Moment = Field(default_factory=clock.now)
    simulated_at: Moment | None = Field(default_factory=clock.simulated_now)
    payload: dict[str, Any] = {}

    def attributes(self) -> dict[str, str]:
        """The message attributes: phase and dates, for filters and for people who look at a queue."""
        days = [str(min(self.game_dates)), str(max(self.game_dates))] if self.game_dates else ["", ""]
        return {
            "phase": self.phase,
            # Pub/Sub takes 1,024 bytes; all scrapers together have more.
            "source": self.source[:200],
            "first_game_date": days[0],
            "last_game_date": days[1],
            "correlation_id": self.correlation_id,
        }


def deterministic_id(*parts: object) -> str:
    """A 32-digit id that the same work always gets; the base of job ids and of request ids."""
    text = json.dumps(parts, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Push:
    """One delivery of a message by Pub/Sub push. `attempt` counts from 1."""

    event: Event
    message_id: str
    subscription: str
    attempt: int

    @property
    def redelivered(self) -> bool:
        """Whether an earlier delivery of this message did not end in an acknowledgement."""
        return self.attempt > 1


class _Message(BaseModel):
    """Pub/Sub's message; its other fields are none of ours."""

    model_config = ConfigDict(strict=True, frozen=True)
    data: str = ""
    messageId: Word | None = None
    message_id: Word | None = None


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)
    message: _Message
    subscription: Word = ""
    # 0 or absent where the subscription has no dead-letter policy.
    deliveryAttempt: Annotated[int, Field(ge=0, le=_MOST_ATTEMPTS)] | None = None


def parse_push(envelope: object, *, max_date_span: int | None = None) -> Push:
    """Read a Pub/Sub push envelope; InvalidEventError that names the field when it is not one of ours.

    With `max_date_span` an event whose dates lie further apart, or are more, is none of ours either.
    """
    if not isinstance(envelope, Mapping) or not isinstance(envelope.get("message"), Mapping):
        raise InvalidEventError("the body is not a Pub/Sub push envelope", field="message")
    try:
        read = _Envelope.model_validate(dict(envelope))
    except ValidationError as error:
        where, words = first_problem(error)
        raise InvalidEventError(f"the body is not a Pub/Sub push envelope: {words}", field=where) from error
    event = _event(read.message.data)
    if max_date_span is not None:
        try:
            check_dates(event.game_dates, max_date_span)
        except ValueError as error:
            raise InvalidEventError(f"the event speaks of too much: {error}", field="game_dates") from error
    return Push(
        event=event,
        message_id=read.message.messageId or read.message.message_id or "",
        subscription=read.subscription,
        attempt=read.deliveryAttempt or 1,
    )


def _event(data: str) -> Event:
    try:
        return Event.model_validate(strict_json.parse(base64.b64decode(data, validate=True)))
    except strict_json.NotStrictJsonError as error:
        raise InvalidEventError(f"the message data: {error}", field="message.data") from error
    except ValidationError as error:
        where, words = first_problem(error)
        raise InvalidEventError(
            f"the message is no event of schema version {SCHEMA_VERSION}: {words}", field=where
        ) from error
    except ValueError as error:
        raise InvalidEventError("the message data is not base64", field="message.data") from error
    except (RecursionError, OverflowError) as error:
        raise InvalidEventError(
            f"the message data can't be read: {type(error).__name__}", field="message.data"
        ) from error
