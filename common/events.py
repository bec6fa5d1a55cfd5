"""The one message of the pipeline, and Pub/Sub's push envelope around it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from common import clock
from common.errors import InvalidEventError
from common.logging import correlation_id
from common.raw_paths import payload_path

SCHEMA_VERSION: Literal[1] = 1
Trigger = Literal["scheduler", "pubsub", "manual", "reconcile", "replay"]


class TableChange(BaseModel):
    """What one write did to a table: rows inserted, updated or deleted, and the content's version after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    table: str
    rows_changed: int
    content_hash: str


class Event(BaseModel):
    """A phase has finished for some game dates; a hint, never the truth.

    `simulated_at` carries the replay's clock to the next phase (None: real time). `payload` holds the data
    of a prediction request, or what a person allows beside the message (`accept_shrink`); other events leave it
    empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_version: Literal[1] = SCHEMA_VERSION
    event_id: str = Field(default_factory=lambda: uuid.uuid4().hex)
    correlation_id: str = Field(default_factory=lambda: correlation_id.get() or uuid.uuid4().hex)
    phase: Literal["phase1", "phase2", "phase3", "phase4", "phase5", "prediction_request", "predictions_staged"]
    source: str
    game_dates: list[date] = []
    tables: list[TableChange] = []
    raw_paths: list[Annotated[str, AfterValidator(payload_path)]] = []
    trigger: Trigger = "pubsub"
    status: str = "success"
    occurred_at: datetime = Field(default_factory=clock.now)
    simulated_at: datetime | None = Field(default_factory=clock.simulated_now)
    payload: dict[str, Any] = {}

    def attributes(self) -> dict[str, str]:
        """The message attributes: phase and dates, for filters and for people who look at a queue."""
        days = [str(min(self.game_dates)), str(max(self.game_dates))] if self.game_dates else ["", ""]
        return {
            "phase": self.phase,
            "source": self.source,
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


def parse_push(envelope: object) -> Push:
    """Read a Pub/Sub push envelope; InvalidEventError that names the field when it is not one of ours."""
    if not isinstance(envelope, Mapping) or not isinstance(envelope.get("message"), Mapping):
        raise InvalidEventError("the body is not a Pub/Sub push envelope", field="message")
    message = envelope["message"]
    try:
        data = base64.b64decode(message.get("data") or "", validate=True)
        event = Event.model_validate_json(data)
    except (binascii.Error, TypeError) as error:
        raise InvalidEventError("the message data is not base64", field="message.data") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidEventError(
            f"the message is no event of schema version {SCHEMA_VERSION}: {first['msg']}",
            field=".".join(str(p) for p in first["loc"]),
        ) from error
    return Push(
        event=event,
        message_id=str(message.get("messageId") or message.get("message_id") or ""),
        subscription=str(envelope.get("subscription", "")),
        attempt=int(envelope.get("deliveryAttempt") or 1),
    )
