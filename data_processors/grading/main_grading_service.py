"""The grading service: predictions of finished games, against what happened."""

from __future__ import annotations

from flask import Flask

from common.context import Context
from data_processors.grading.prediction_accuracy.prediction_accuracy_processor import PROCESSOR as PREDICTION_ACCURACY
from data_processors.phase_service import Phase, create_phase_app

PHASE = Phase(
    service="grading",
    event_phase="phase5",
    word="grading",
    processors=(PREDICTION_ACCURACY,),
    topic=None,  # nothing follows
    past_dates_only=True,
)


def create_app(context: Context) -> Flask:
    """The WSGI app."""
    return create_phase_app(context, PHASE)
