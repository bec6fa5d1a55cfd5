"""From a date to requests on their way: read, compare with what is staged, split, publish."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common import clock
from common.context import Context
from common.deadline import Deadline, within
from common.errors import ModelError
from common.events import Event, Trigger
from common.run_ledger import Run
from common.service import ProcessorResult
from common.warehouse import labelled
from predictions.coordinator.batches import content_hash, cut_batch, date_state, split
from predictions.coordinator.consolidation import make_up_for_lost_message
from predictions.coordinator.inputs import load_inputs
from predictions.requests import PlayerInput
from predictions.systems import features_needed, versions
from predictions.training.serving import Serving, refused, serving_for

log = logging.getLogger(__name__)
TOPIC = "nba-prediction-requests"
NAME = "prediction_coordinator"
# Below the subscription's acknowledgement deadline of 600 s: work must end before its message comes again.
LIMIT_SECONDS = 540.0


@dataclass(frozen=True)
class Dispatched:
    """What was done for a date: the answer's entry, and in words why there was nothing to do."""

    game_date: date
    result: ProcessorResult
    note: str
    batch_id: str | None = None
    players: int = 0
    requests: int = 0

    def as_json(self) -> dict[str, object]:
        """The date's detail in an answer."""
        return {
            "game_date": str(self.game_date),
            "note": self.note,
            "batch_id": self.batch_id,
            "players": self.players,
            "requests": self.requests,
        }


def dispatch_date(
    context: Context,
    game_date: date,
    *,
    trigger: Trigger,
    redelivered: bool = False,
    force: bool = False,
    attempt: int = 1,
) -> Dispatched:
    """Send the date's players to the workers, for the games that have not started by the pipeline's clock.

    Two statements, whatever the number of players. Nothing is sent for inputs that were predicted and
    consolidated already, unless the message is a redelivery (its first delivery may have died half-way) or forced.
    """
    if game_date < clock.today():
        result = ProcessorResult(NAME, "unchanged")
        return Dispatched(game_date, result, "nothing to predict: all games of this date have started")
    run = Run("phase5", NAME, game_date, game_date, trigger, attempt=attempt)
    run.code_version = context.settings.code_version
    with (
        context.ledger.recording(run),
        within(Deadline(LIMIT_SECONDS, NAME)),
        labelled(phase="phase5", processor=NAME),
    ):
        done = _dispatch(context, run, redelivered=redelivered, force=force)
    log.info("date dispatched", extra=done.as_json())
    return done


def _dispatch(context: Context, run: Run, *, redelivered: bool, force: bool) -> Dispatched:
    game_date, settings = run.start_date, context.settings
    now, cut_at = clock.now(), clock.wall_clock()
    serving = serving_for(settings.raw_url, game_date)
    players = load_inputs(context.warehouse, game_date, now, features_needed(serving.systems))
    serving = _fitting(serving, players)
    run.rows_in = len(players)
    if not players:
        run.status = "unchanged"
        return Dispatched(game_date, _entry(run), "nothing to predict: no player of a game that has not started")
    content = content_hash(players, versions(serving.systems), settings.code_version, settings.prediction_request_size)
    state = date_state(context.warehouse, game_date)
    cut = cut_batch(state, game_date=game_date, content=content, now=now, cut_at=cut_at, force=force)
    run.input_version = cut.batch.batch_id
    if not force and not redelivered and (cut.up_to_date or cut.superseded):
        run.status = "unchanged"
        note = "a batch of a later moment stands" if cut.superseded else "these inputs are predicted already"
        return Dispatched(game_date, _entry(run), note, cut.batch.batch_id, len(players))
    staged = state.batch(cut.batch.batch_id)
    if staged is not None and staged.is_complete and not force and not redelivered:
        done = make_up_for_lost_message(context, run, cut.batch.batch_id)
        run.status = "unchanged"
        return Dispatched(game_date, done, "staged rows consolidated", cut.batch.batch_id, len(players))
    batch = cut.batch.model_copy(update={"model_version": serving.model_version})
    requests = split(batch, players, settings.prediction_request_size)
    for request in requests:
        event = Event(
            phase="prediction_request",
            source=NAME,
            game_dates=[game_date],
            trigger=run.trigger,
            payload=request.model_dump(mode="json"),
        )
        context.publisher.publish(TOPIC, event)
    run.rows_changed = 0  # requests are on their way; the rows are counted where they land
    return Dispatched(
        game_date, _entry(run), f"requests sent; {serving.note}", cut.batch.batch_id, len(players), len(requests)
    )


def _fitting(serving: Serving, players: Sequence[PlayerInput]) -> Serving:
    """`serving`, or the systems without training where its model knows other features than the store has."""
    found = {p.feature_version for p in players if p.feature_version is not None}
    if serving.model_version is None or found <= {serving.feature_version}:
        return serving
    error = ModelError(
        "the feature store has other features", model_has=serving.feature_version, store_has=sorted(found)
    )
    return refused(serving.model_version, error)


def _entry(run: Run) -> ProcessorResult:
    return ProcessorResult(NAME, run.status, run.rows_changed, run.seconds)
