"""What a batch did for one feed, and how that is told: in the answer and in the run ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from common import clock
from common.content import Version
from common.errors import NbaError, NotReadyError
from common.events import Push, Trigger, deterministic_id
from common.quarantine import QuarantinedPayload
from common.run_ledger import Run
from common.service import ProcessorResult, as_error_result
from data_processors.raw.landing import Landed
from data_processors.raw.players import TABLE as PLAYERS
from data_processors.raw.registry_tables import PLAYERS as REGISTRY
from data_processors.raw.registry_tables import SPELLS

# They follow from other tables.
DERIVED = frozenset({PLAYERS, REGISTRY, SPELLS})


@dataclass(frozen=True)
class Origin:
    """Why a batch is processed.

    `tell_all` publishes every table that was looked at, changed or not; payloads fetched after `as_of` are not there
    yet. Without `publish` nobody is told. `accept_shrink` are payloads that a person allows to take away most of what
    is there.
    """

    trigger: Trigger
    push: Push | None = None
    tell_all: bool = False
    publish: bool = True
    dates: tuple[date, ...] = ()
    as_of: datetime | None = None
    accept_shrink: frozenset[str] = frozenset()


@dataclass
class FeedOutcome:
    """The payloads of one feed and what became of them."""

    name: str
    paths: list[str] = field(default_factory=list)
    landed: list[Landed] = field(default_factory=list)
    quarantined: list[QuarantinedPayload] = field(default_factory=list)
    not_ready: list[NotReadyError] = field(default_factory=list)
    error: NbaError | None = None
    started_at: datetime = field(default_factory=clock.wall_clock)

    @property
    def rows_changed(self) -> int:
        """Rows inserted, updated and deleted; those that follow from other tables are not counted."""
        return sum(t.rows_changed for t in self.landed if t.table not in DERIVED)

    @property
    def problems(self) -> list[NbaError]:
        """What went wrong, the worst first."""
        failed = [self.error] if self.error is not None else []
        return [*failed, *(i.error for i in self.quarantined), *self.not_ready]

    def as_run(self, origin: Origin, content: Mapping[str, Version], code_version: str) -> Run:
        """The entry of the run ledger."""
        dates = sorted({d for t in self.landed for d in t.game_dates} or set(origin.dates) or {clock.today()})
        run = Run("phase2", self.name, dates[0], dates[-1], origin.trigger, started_at=self.started_at)
        run.attempt = origin.push.attempt if origin.push is not None else 1
        run.code_version = code_version
        run.input_version = deterministic_id(sorted(self.paths))[:16]
        run.rows_in = sum(t.rows_in for t in self.landed)
        run.rows_changed = self.rows_changed
        run.bytes_processed = sum(t.bytes_processed for t in self.landed)
        run.content_hash = next((content[t.table].hash for t in self.landed if t.table in content), None)
        if self.problems:
            run.failed(self.problems[0])
            if self.error is None and self.quarantined:
                # Unreadable, or refused by an audit: the payload is set apart, the feed has gone well.
                run.status = "quarantined"
        else:
            run.status = "success" if self.rows_changed else "unchanged"
        return run

    def as_result(self, run: Run) -> ProcessorResult:
        """The entry of the answer."""
        if self.error is not None:
            return as_error_result(self.name, self.error, run.seconds)
        words = [
            f"{len(errors)} {kind}, first: {errors[0]}"
            for kind, errors in (
                ("in quarantine", [i.error for i in self.quarantined]),
                ("not ready", self.not_ready),
            )
            if errors
        ]
        return ProcessorResult(self.name, run.status, self.rows_changed, run.seconds, "; ".join(words) or None)
