"""Past dates run again from the raw store alone, as if it were then: no source is asked.

Every look of `nba run` happens again at its moment, but for the scraping: Phase 2 reads what the raw store held by
then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from common import clock
from common.context import Context
from orchestration.day import DayWalker
from orchestration.moments import NIGHT_HOUR, Moment
from orchestration.session import Session
from orchestration.sql_files import query_text


class Replayer(DayWalker):
    """A walk without scraping; nothing that came after `as_of` is there, and no moment after it comes."""

    def __init__(
        self,
        session: Session,
        *,
        as_of: datetime | None = None,
        on_step: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    ) -> None:
        super().__init__(session, on_step=on_step)
        self._as_of = as_of

    def fill_history(self, first: date, history_from: date | None) -> None:
        at = self._by(clock.eastern(first, NIGHT_HOUR))
        self._catch_up(first, first, at, ("raw",))
        start = history_from or self._season_start(first)
        if start is not None and start < first:
            self._catch_up(start, first - timedelta(days=1), at, ("raw", "analytics", "precompute"))

    def _scrape(
        self, scrapers: tuple[str, ...], first: date, last: date, at: datetime, *, optional: bool = False
    ) -> None:
        """No source is asked: Phase 2's own look, which follows, finds in the raw store what was there by then."""

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


def earliest_box_score(live: Context) -> date | None:
    """The first game date that the live tables know: a replay's features need the same history."""
    found: date | None = live.warehouse.query(query_text("earliest_box_score")).rows[0]["first_date"]
    return found
