"""Which batch a reading of the inputs is: one that is there already, or the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from common.events import deterministic_id
from common.warehouse import Warehouse
from predictions.requests import Batch, PlayerInput, PredictionRequest

_FOLDER = Path(__file__).parent


@cache
def with_changes(name: str) -> str:
    """The statement in the file `name`, with the WITH clause of the pending changes put in."""
    changes = (_FOLDER / "consolidation_changes.sql").read_text(encoding="utf-8").strip()
    return (_FOLDER / name).read_text(encoding="utf-8").replace("{changes}", changes)


@dataclass(frozen=True)
class StagedBatch:
    """A batch as the staging table shows it. Times are UTC."""

    batch_id: str
    content: str
    created_at: datetime
    cut_at: datetime
    requests_staged: int
    requests_in_batch: int
    is_complete: bool
    no_history: int


@dataclass(frozen=True)
class DateState:
    """A date's batches, newest first; what is left to do for the newest complete one; the table's version."""

    batches: tuple[StagedBatch, ...]
    pending_changes: int
    target_version: str

    def batch(self, batch_id: str) -> StagedBatch | None:
        """The batch of this id; None while nothing of it is staged."""
        return next((b for b in self.batches if b.batch_id == batch_id), None)

    @property
    def newest_complete(self) -> StagedBatch | None:
        """The newest batch whose requests are all there."""
        return next((b for b in self.batches if b.is_complete), None)


def date_state(warehouse: Warehouse, game_date: date) -> DateState:
    """The state of a date, counted in the tables, by one statement."""
    rows = warehouse.query(with_changes("batch_states.sql"), {"game_date": game_date}).rows
    if not rows:
        return DateState((), 0, "")
    return DateState(
        batches=tuple(
            StagedBatch(
                batch_id=r["batch_id"],
                content=r["batch_content"],
                created_at=r["created_at"],
                cut_at=r["cut_at"],
                requests_staged=r["requests_staged"],
                requests_in_batch=r["requests_in_batch"],
                is_complete=r["is_complete"],
                no_history=r["no_history"],
            )
            for r in rows
        ),
        pending_changes=rows[0]["pending_changes"],
        target_version=deterministic_id(rows[0]["target_rows"], rows[0]["target_latest"])[:16],
    )


def content_hash(players: Sequence[PlayerInput], *versions: object) -> str:
    """The hash of what decides the predictions. When a snapshot was taken does not: an unmoved line is no news."""
    told = [p.model_dump(mode="json", exclude={"quotes": {"__all__": {"snapshot_at"}}}) for p in players]
    return deterministic_id(told, *versions)


@dataclass(frozen=True)
class Cut:
    """The batch that a reading of the inputs is, and whether there is anything to do for it."""

    batch: Batch
    up_to_date: bool = False
    superseded: bool = False


def cut_batch(
    state: DateState, *, game_date: date, content: str, now: datetime, cut_at: datetime, force: bool = False
) -> Cut:
    """The batch for inputs of this `content`, read at `now` (pipeline's clock) and `cut_at` (real time).

    Inputs equal to the newest batch's are that batch: a doubled trigger makes none. Otherwise the id is made of the
    content and of the batch before, not of the clock, so that two triggers at once make one batch, while inputs
    that return to an earlier content (A, B, A) make a new one. `force` makes a new one in any case.
    """
    before = next((b for b in state.batches if b.created_at <= now), None)
    superseded = bool(state.batches) and state.batches[0].created_at > now
    if before is not None and before.content == content and not force:
        batch = Batch(
            batch_id=before.batch_id,
            content=content,
            game_date=game_date,
            created_at=before.created_at,
            cut_at=before.cut_at,
        )
        done = before.is_complete and (superseded or state.pending_changes == 0)
        return Cut(batch, up_to_date=done, superseded=superseded)
    predecessor = before.batch_id if before else None
    batch_id = deterministic_id("batch", game_date, content, predecessor, cut_at if force else None)
    batch = Batch(batch_id=batch_id, content=content, game_date=game_date, created_at=now, cut_at=cut_at)
    return Cut(batch, superseded=superseded)


def split(batch: Batch, players: Sequence[PlayerInput], size: int) -> list[PredictionRequest]:
    """The batch in requests of at most `size` players, in order; ids say batch and number."""
    parts = [tuple(players[n : n + size]) for n in range(0, len(players), size)]
    return [
        PredictionRequest(
            batch=batch,
            request_id=deterministic_id("request", batch.batch_id, index, len(parts)),
            request_index=index,
            requests_in_batch=len(parts),
            players=part,
        )
        for index, part in enumerate(parts)
    ]
