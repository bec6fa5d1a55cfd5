"""What the coordinator sends to the workers: everything that is needed to predict, inside the message."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.errors import InvalidEventError
from common.events import Event
from common.request_dates import GameDate, Moment
from common.validation_words import first_problem


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quote(_Model):
    """A bookmaker's main line on a player's points; decimal prices, None where a side is not offered."""

    bookmaker: str
    line: float
    over_price: float | None = Field(None, gt=1)
    under_price: float | None = Field(None, gt=1)
    snapshot_at: Moment


class PlayerInput(_Model):
    """A player of a game that has not started: his features (None: no row in the feature store) and his quotes."""

    game_id: str
    player_id: int
    player_name: str | None
    team: str | None
    opponent: str | None
    tip_off: Moment
    feature_version: str | None
    features_quality: float | None
    features: dict[str, float | None] | None
    quotes: tuple[Quote, ...]


class Batch(_Model):
    """Everything predicted of a date from one reading of the inputs.

    `created_at` is the cut-off by the pipeline's clock, `cut_at` the real time of the same moment. `model_version`
    names the trained model; None where only the systems without training predict.
    """

    batch_id: str
    content: str
    game_date: GameDate
    created_at: Moment
    cut_at: Moment
    model_version: str | None = None


class PredictionRequest(_Model):
    """A part of a batch, small enough for one message and one load job."""

    batch: Batch
    request_id: str
    request_index: int = Field(ge=0)
    requests_in_batch: int = Field(ge=1)
    players: tuple[PlayerInput, ...] = Field(min_length=1)


def parse_request(event: Event) -> PredictionRequest:
    """The request inside `event`; InvalidEventError that names the field when there is none."""
    if event.phase != "prediction_request":
        raise InvalidEventError("the event is not a prediction request", field="phase", phase=event.phase)
    try:
        return PredictionRequest.model_validate(event.payload)
    except ValidationError as error:
        where, words = first_problem(error)
        raise InvalidEventError(f"the prediction request does not parse: {words}", field=f"payload.{where}") from error
