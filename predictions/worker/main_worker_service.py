"""The worker's service: a prediction request in, staged rows out. It computes; all it reads is its model, once."""

from __future__ import annotations

from flask import Flask

from common import clock
from common.context import Context
from common.deadline import Deadline, within
from common.events import Push
from common.run_ledger import Run
from common.service import Answer, ProcessorResult, create_service, event_after
from common.warehouse import labelled
from predictions.requests import parse_request
from predictions.training.serving import systems_of
from predictions.worker.staging_rows import staging_rows

TABLE = "nba_predictions.prediction_staging"
TOPIC = "nba-predictions-staged"
NAME = "prediction_worker"
# Below the subscription's acknowledgement deadline of 300 s.
LIMIT_SECONDS = 270.0


def create_app(context: Context) -> Flask:
    """The WSGI app."""
    return create_service("worker", context, on_push=on_request)


def on_request(context: Context, push: Push) -> Answer:
    """Predict a request's players with every system, stage all rows by one load job, then say so.

    The load job's name is the request's id: a doubled request loads once. Nothing is said unless the rows landed.
    """
    request = parse_request(push.event)
    day = request.batch.game_date
    run = Run("phase5", NAME, day, day, push.event.trigger, attempt=push.attempt, input_version=request.request_id)
    run.code_version = context.settings.code_version
    with (
        context.ledger.recording(run),
        within(Deadline(LIMIT_SECONDS, NAME)),
        labelled(phase="phase5", processor=NAME),
    ):
        run.rows_in = len(request.players)
        features = next((p.feature_version for p in request.players if p.feature_version is not None), None)
        systems = systems_of(context.settings.raw_url, request.batch.model_version, features)
        rows = staging_rows(request, systems, loaded_at=clock.wall_clock())
        run.rows_changed = context.warehouse.load(TABLE, rows, work=[request.request_id])
        event = event_after(
            push,
            phase="predictions_staged",
            source=NAME,
            game_dates=[day],
            payload={
                "batch_id": request.batch.batch_id,
                "request_id": request.request_id,
                "request_index": request.request_index,
                "rows": len(rows),
            },
        )
        context.publisher.publish(TOPIC, event)
    return Answer([ProcessorResult(NAME, run.status, run.rows_changed, run.seconds)])
