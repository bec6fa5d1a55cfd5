"""A backfill: ranges of dates through phases 1 to 4, set-based, chunk by chunk, each known when it is done.

The services do the work, by the calls that people and schedulers make; they are asked to tell nobody, so that no
phase runs that was not asked for. A killed backfill is started again with the same words: what it finished costs a
look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from common import clock
from common.run_ledger import Run
from orchestration.backfill_chunks import SERVICE, Chunk
from orchestration.backfill_state import SCRAPERS, BackfillState, ChunkState
from orchestration.moments import NIGHT_HOUR
from orchestration.session import Session

_BAD = frozenset({"failed", "timed_out", "quarantined", "stored_unreadable"})


@dataclass
class ChunkOutcome:
    """What a chunk did: payloads (phase 1) or rows changed, seconds, what went wrong, what the source lacks.

    `done_before`: an earlier run had done it, or nothing had to change.
    """

    chunk: Chunk
    done_before: bool = False
    payloads: int = 0
    rows: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """One line for people."""
        what = f"{self.payloads} payloads" if self.chunk.phase == 1 else f"{self.rows} rows changed"
        how = "done before" if self.done_before else f"{what}, {self.seconds:.1f} s"
        return f"phase {self.chunk.phase} {self.chunk.first}..{self.chunk.last}: {'; '.join([how, *self.problems])}"


class Backfiller:
    """Runs chunks in order; `on_chunk` is told of each that is about to start and of each that has ended."""

    def __init__(
        self,
        session: Session,
        *,
        force: bool = False,
        on_chunk: Callable[[Chunk, ChunkOutcome | None], None] = lambda _chunk, _outcome: None,
    ) -> None:
        self._session = session
        self._force = force
        self._on_chunk = on_chunk
        self._live = session.context.settings.source == "live"

    def run(self, chunks: Sequence[Chunk]) -> list[ChunkOutcome]:
        """All chunks, one after the other. One that went wrong leaves the others of its phase their turn."""
        outcomes: list[ChunkOutcome] = []
        last = max(c.last for c in chunks)
        for phase in sorted({c.phase for c in chunks}):
            mine = [c for c in chunks if c.phase == phase]
            # Asked at the phase's turn: the phase before it has just filled the raw store.
            state = BackfillState(self._session.context)
            done = state.done(state.of(mine)) if phase <= 2 and not self._force else set()
            for chunk in mine:
                self._on_chunk(chunk, None)
                outcome = ChunkOutcome(chunk, done_before=True) if chunk in done else self._one(chunk, last, state)
                outcomes.append(outcome)
                self._on_chunk(chunk, outcome)
        return outcomes

    def _one(self, chunk: Chunk, last: date, state: BackfillState) -> ChunkOutcome:
        outcome = ChunkOutcome(chunk)
        run = Run("backfill", chunk.name, chunk.first, chunk.last, "manual")
        began = time.monotonic()
        answer = self._call(chunk, last)
        outcome.seconds = time.monotonic() - began
        self._read(answer, outcome)
        if chunk.phase <= 2:
            after: ChunkState = state.of([chunk])[chunk]
            run.input_version, run.content_hash = after.input_version, after.content
            run.rows_in, run.rows_changed = outcome.payloads or len(after.payloads), outcome.rows
            # A live source may have tomorrow what it lacks today; an archive that changes is another source.
            if outcome.problems or (self._live and outcome.lacking):
                run.status = "failed" if outcome.problems else "not_ready"
                run.error_message = "; ".join([*outcome.problems, *outcome.lacking])[:2000]
            self._session.context.ledger.add(run)
            self._session.context.ledger.flush()
        else:
            outcome.done_before = not outcome.problems and outcome.rows == 0
        return outcome

    def _call(self, chunk: Chunk, last: date) -> dict[str, Any]:
        # An archive and a simulated league are asked as of the night after the last date; a live site as of now.
        at = None if self._live else clock.iso_utc(clock.eastern(last + timedelta(days=1), NIGHT_HOUR))
        body: dict[str, Any] = {
            "start_date": str(chunk.first),
            "end_date": str(chunk.last),
            "trigger": "manual",
            "simulated_at": at,
            "publish": False,
        }
        if chunk.phase == 1:
            body |= {"scrapers": list(SCRAPERS), "post_game": True}
            return self._session.services.post("scrapers", "scrape", body)
        return self._session.services.post(SERVICE[chunk.phase], "process-date-range", {**body, "force": self._force})

    @staticmethod
    def _read(answer: dict[str, Any], outcome: ChunkOutcome) -> None:
        results = answer.get("results", [])
        if answer["http_status"] >= 400 and not results:
            outcome.problems.append(str(answer.get("error") or f"HTTP {answer['http_status']}"))
        for result in results:
            status, words = result.get("status"), result.get("error")
            outcome.payloads += result.get("payloads", 0)
            outcome.rows += result.get("rows", 0)
            if status in _BAD:
                outcome.problems.append(f"{result['processor']} {status}: {words}")
            elif status == "not_ready":
                # In phase 1 the source has nothing (no odds of old seasons); later an input is missing.
                kept = outcome.lacking if outcome.chunk.phase == 1 else outcome.problems
                kept.append(f"{result['processor']} not ready: {words}")
            elif lacks := result.get("dates", {}).get("not_in_archive"):
                outcome.lacking.append(f"{result['processor']}: {lacks} dates not in the archive")
