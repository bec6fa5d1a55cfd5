"""From staged rows to versions: once, when the rows of all of a batch's requests are there."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from common.content import TableRange, versions
from common.context import Context
from common.deadline import Deadline, within
from common.errors import InvalidEventError, NotReadyError
from common.events import Push, TableChange
from common.run_ledger import Run
from common.service import Answer, ProcessorResult, event_after
from common.warehouse import labelled
from predictions.coordinator.batches import StagedBatch, date_state, with_changes

log = logging.getLogger(__name__)
TABLE = "nba_predictions.player_prop_predictions"
DISTRIBUTIONS = "nba_predictions.predictive_distributions"
TOPIC = "nba-phase5-predictions-complete"
NAME = "prediction_consolidation"
# Below the subscription's acknowledgement deadline of 300 s.
LIMIT_SECONDS = 270.0
_FOLDER = Path(__file__).parent


def on_staged(context: Context, push: Push) -> Answer:
    """Consolidate the date of a `predictions_staged` event, if its batch is complete.

    The event is a hint: requests are counted in the staging table. Whatever batch it speaks of, the newest complete
    one of the date is consolidated, so that late and reordered messages change nothing.
    """
    event = push.event
    batch_id = event.payload.get("batch_id")
    if event.phase != "predictions_staged" or len(event.game_dates) != 1 or not isinstance(batch_id, str):
        raise InvalidEventError("not an event of a staged request", field="payload.batch_id", phase=event.phase)
    game_date = event.game_dates[0]
    run = Run("phase5", NAME, game_date, game_date, event.trigger, attempt=push.attempt, input_version=batch_id)
    run.code_version = context.settings.code_version
    try:
        with (
            context.ledger.recording(run),
            within(Deadline(LIMIT_SECONDS, NAME)),
            labelled(phase="phase5", processor=NAME),
            # One at a time in this process: the requests of a batch end together, and the first to come does the work.
            _turn(context, game_date),
        ):
            _consolidate(context, push, run, batch_id)
    except NotReadyError as waiting:
        return Answer([ProcessorResult(NAME, "not_ready", seconds=run.seconds, error=str(waiting))])
    return Answer([ProcessorResult(NAME, run.status, run.rows_changed, run.seconds)])


def _turn(context: Context, game_date: date) -> AbstractContextManager[bool]:
    return context.turns.of([f"{NAME} of {game_date}"], LIMIT_SECONDS)


def make_up_for_lost_message(context: Context, run: Run, batch_id: str) -> ProcessorResult:
    """Consolidate a batch whose rows are all staged, though nobody said so: its message may have been lost."""
    mine = Run("phase5", NAME, run.start_date, run.end_date, run.trigger, input_version=batch_id)
    mine.code_version = run.code_version
    with context.ledger.recording(mine), labelled(processor=NAME), _turn(context, run.start_date):
        _consolidate(context, None, mine, batch_id)
    return ProcessorResult(NAME, mine.status, mine.rows_changed, mine.seconds)


def _consolidate(context: Context, push: Push | None, run: Run, batch_id: str) -> None:
    game_date = run.start_date
    state = date_state(context.warehouse, game_date)
    mine = state.batch(batch_id)
    if mine is None or not mine.is_complete:
        staged, wanted = (mine.requests_staged, mine.requests_in_batch) if mine else (0, None)
        raise NotReadyError("requests of the batch are missing", batch_id=batch_id, staged=staged, wanted=wanted)
    joined = False
    if state.pending_changes:
        run.rows_changed, joined = _merge(context, game_date, state.newest_complete or mine, state.target_version)
    run.status = "success" if run.rows_changed else "unchanged"
    # A joined job has another owner, who publishes; if he died, his message comes again and is `redelivered`.
    if (run.rows_changed and not joined) or (push is not None and push.redelivered):
        _publish(context, push, run)


def _merge(context: Context, game_date: date, newest: StagedBatch, target_version: str) -> tuple[int, bool]:
    work = [game_date, newest.batch_id, target_version]
    # First, so that no prediction ever names a distribution that is not there.
    context.warehouse.execute(
        (_FOLDER / "store_distributions.sql").read_text(encoding="utf-8"),
        {"game_date": game_date, "batch_id": newest.batch_id},
        work=["distributions", *work],
        table=DISTRIBUTIONS,
    )
    done = context.warehouse.execute(
        with_changes("consolidate.sql"),
        {"game_date": game_date},
        # The table's version is part of the name: two at once join in one job, while a later call is a new one.
        work=["consolidate", *work],
        table=TABLE,
    )
    log.info(
        "batch consolidated",
        extra={
            "batch_id": newest.batch_id,
            "rows_changed": done.rows_changed,
            "no_history": newest.no_history,
            "joined": done.joined,
        },
    )
    return done.rows_changed, done.joined


def _publish(context: Context, push: Push | None, run: Run) -> None:
    day = TableRange(TABLE, run.start_date, run.start_date)
    run.content_hash = versions(context.warehouse, [day])[day].hash
    change = TableChange(table=TABLE, rows_changed=run.rows_changed, content_hash=run.content_hash)
    event = event_after(push, phase="phase5", source=NAME, game_dates=[run.start_date], tables=[change])
    context.publisher.publish(TOPIC, event)
