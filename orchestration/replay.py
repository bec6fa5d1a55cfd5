"""Past dates run again from the raw store alone, as if it were then: no source is asked.

Every look of `nba run` happens again at its moment, but for the scraping: Phase 2 reads what the raw store held by
then. Some phases alone may be run again, on the tables that the others have left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

from common import clock
from common.context import Context
from orchestration.day import DayWalker
from orchestration.moments import NIGHT_HOUR, Moment
from orchestration.session import Session
from orchestration.sql_files import query_text

RAW, ANALYTICS, PRECOMPUTE, PREDICTIONS, GRADING = PHASES = (2, 3, 4, 5, 6)
_NUMBER = {"raw": RAW, "analytics": ANALYTICS, "precompute": PRECOMPUTE, "grading": GRADING}
# What a phase reads of those before it, and a table by which one sees that it has been there.
_READS = {
    ANALYTICS: (RAW,),
    PRECOMPUTE: (RAW, ANALYTICS),
    PREDICTIONS: (RAW, ANALYTICS, PRECOMPUTE),
    GRADING: (RAW, PREDICTIONS),
}
_OUTPUT = {
    RAW: "nba_raw.schedule",
    ANALYTICS: "nba_analytics.upcoming_player_game_context",
    PRECOMPUTE: "nba_precompute.ml_feature_store",
    PREDICTIONS: "nba_predictions.player_prop_predictions",
}


class Replayer(DayWalker):
    """A walk without scraping; nothing that came after `as_of` is there, and no moment after it comes.

    With `phases` only these run, over exactly the dates, and tell no other phase; history before the dates is filled
    only where Phase 2 is among them and the datasets are a replay's own.
    """

    def __init__(
        self,
        session: Session,
        *,
        as_of: datetime | None = None,
        phases: Collection[int] | None = None,
        on_step: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    ) -> None:
        super().__init__(session, on_step=on_step)
        self._as_of = as_of
        self._phases = None if phases is None else frozenset(phases)
        self._done: set[tuple[str, date, date]] = set()

    def fill_history(self, first: date, history_from: date | None) -> None:
        beside = bool(self._session.context.settings.dataset_prefix)
        if self._phases is not None and not (beside and RAW in self._phases):
            return
        at = self._by(clock.eastern(first, NIGHT_HOUR))
        self._catch_up(first, first, at, ("raw",))
        start = history_from or self._season_start(first)
        if start is not None and start < first:
            self._catch_up(start, first - timedelta(days=1), at, ("raw", "analytics", "precompute"))

    def _scrape(
        self, scrapers: tuple[str, ...], first: date, last: date, at: datetime, *, optional: bool = False
    ) -> None:
        """No source is asked: Phase 2's own look, which follows, finds in the raw store what was there by then."""

    def _catch_up(self, first: date, last: date, at: datetime, services: tuple[str, ...]) -> None:
        if self._phases is None:
            super()._catch_up(first, last, at, services)
            return
        for service in services:
            if _NUMBER[service] not in self._phases:
                continue
            # Run again means once whatever the ledger says; at the date's later moments only what has changed by then.
            force = (service, first, last) not in self._done
            self._done.add((service, first, last))
            answer = self._session.services.process_dates(service, first, last, at=at, publish=False, force=force)
            self._note(service, answer)

    def _predict(self, day: date, at: datetime) -> None:
        if self._phases is None or PREDICTIONS in self._phases:
            super()._predict(day, at)

    def _moments(self, day: date) -> list[Moment]:
        found = super()._moments(day)
        if self._as_of is None or self._as_of >= found[-1].at:
            return found
        kept = [m for m in found if m.at <= self._as_of]
        if clock.eastern_date(self._as_of) >= day and self._as_of not in {m.at for m in kept}:
            # What came between the last look and that moment is seen, too.
            kept.append(Moment(self._as_of, day, "pregame"))
        return kept

    def _by(self, at: datetime) -> datetime:
        return at if self._as_of is None else min(at, self._as_of)


def missing_before(beside: Context, phases: Collection[int]) -> list[int]:
    """The phases that these read and that have left nothing in the datasets of `beside`; a statement each."""
    needed = sorted({n for phase in phases for n in _READS.get(phase, ())} - set(phases))
    return [n for n in needed if not _has_rows(beside, _OUTPUT[n])]


def _has_rows(context: Context, table: str) -> bool:
    if not context.warehouse.exists(table):
        return False
    sql = f"SELECT EXISTS (SELECT 1 FROM {table}) AS there"  # noqa: S608 - one of ours
    return bool(context.warehouse.query(sql).rows[0]["there"])


def earliest_box_score(live: Context) -> date | None:
    """The first game date that the live tables know: a replay's features need the same history."""
    found: date | None = live.warehouse.query(query_text("earliest_box_score")).rows[0]["first_date"]
    return found
