"""Which systems predict a date: those of the newest model that had not seen it, or those that need no training."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from common.errors import ModelError
from predictions.systems import SYSTEMS, PredictionSystem
from predictions.training.artefact import LoadedModel, ModelStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Serving:
    """The systems of a batch, the model that they were made of (None: untrained ones only), and why."""

    systems: tuple[PredictionSystem, ...]
    model_version: str | None
    feature_version: str | None
    note: str


UNTRAINED = Serving(SYSTEMS, None, None, "no model is trained through an earlier date: nba train --through DATE")


def serving_for(raw_url: str, game_date: date) -> Serving:
    """The systems for `game_date`: of the newest model trained through an earlier date: no replay looks ahead.

    A model that does not fit this code or its libraries is refused: the systems without training go on, and the note
    says so.
    """
    version = ModelStore(raw_url).newest(before=game_date)
    if version is None:
        return UNTRAINED
    try:
        model = _model(raw_url, version)
    except ModelError as error:
        return refused(version, error)
    return Serving(model.systems, version, str(model.manifest["feature_version"]), f"model {version}")


def refused(version: str, error: ModelError) -> Serving:
    """The systems without training, because the model `version` can't be served."""
    log.warning("model refused; only the systems without training predict", extra={"model": version, "why": str(error)})
    return Serving(SYSTEMS, None, None, f"model {version} refused, untrained systems only: {error}")


def systems_of(raw_url: str, model_version: str | None, feature_version: str | None) -> tuple[PredictionSystem, ...]:
    """The systems that a batch was cut for; ModelError when this process can't serve its model.

    The model is read once a process. `feature_version` is that of the features in the request.
    """
    if model_version is None:
        return SYSTEMS
    model = _model(raw_url, model_version)
    if feature_version is not None and feature_version != model.manifest["feature_version"]:
        raise ModelError(
            "the model was trained on other features",
            version=model_version,
            field="feature_version",
            model_has=model.manifest["feature_version"],
            wanted=feature_version,
            remedy="train again: nba train --through DATE",
        )
    return model.systems


@lru_cache(maxsize=4)
def _model(raw_url: str, version: str) -> LoadedModel:
    store = ModelStore(raw_url)
    return store.load(version)
