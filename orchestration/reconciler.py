"""Compares what dates should have with what they have, names each gap, and sends exactly the missing work.

Tables are the truth: a lost message, a processor that failed, a payload that no batch has read, a late correction
and a phase that ran before its inputs all look the same from here. Phases are looked at in their order, each after
the work of the one before it, so that one round heals a chain. What waits for a person is named and left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from common import clock
from common.context import Context
from common.events import Event
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.grading.main_grading_service import PHASE as GRADING
from data_processors.phase_service import Phase
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from orchestration.client import ServiceClient
from orchestration.completeness import completeness
from orchestration.moments import NIGHT_HOUR
from orchestration.raw_accounts import reconcile as raw_accounts
from orchestration.sql_files import query_text
from orchestration.staleness import Stale, stale

RAW_TOPIC = "nba-phase1-scrapers-complete"
# The ledger is read this far back, real time: what has not run since is taken as not run.
LEDGER_DAYS = 30
_PAYLOADS_A_MESSAGE = 500
_NAMED = 3
_FEEDS = {
    "nba_raw.team_boxscores": ("nbac_team_boxscore",),
    "nba_raw.player_boxscores": ("nbac_player_boxscore",),
    "nba_raw.shots": ("nbac_shot_chart",),
    "nba_raw.player_prop_lines": ("oddsa_events", "oddsa_player_props"),
}
_PERSON = frozenset({"quarantined"})
_ASK = frozenset({"not_run", "failed"})
Sent = Literal["scrape", "message", "call", "requests", "nothing: a person must look", "nothing: only looking"]


@dataclass(frozen=True)
class Need:
    """A gap: dates, phase, what is missing and why in words, and what was sent for it."""

    first: date
    last: date
    phase: str
    what: str
    why: str
    sent: Sent
    answer: str | None = None

    @property
    def waits(self) -> bool:
        """Whether only a person can go on."""
        return self.sent == "nothing: a person must look"

    def as_json(self) -> dict[str, Any]:
        """All of it, dates as text."""
        return {**asdict(self), "first": str(self.first), "last": str(self.last)}


@dataclass
class Reconciler:
    """One round over some dates. `settle` waits until what was sent has gone through, where that can be known."""

    context: Context
    client: ServiceClient
    trigger: str = "reconcile"
    dry_run: bool = False
    settle: Callable[[], None] = lambda: None
    needs: list[Need] = field(default_factory=list)

    def run(self, first: date, last: date) -> list[Need]:
        """What the dates lacked, and what was sent for it; nothing where nothing was missing."""
        self.needs = []
        at = self._moment(last)
        with clock.simulated(at):
            days = clock.dates_between(first, last)
            self._raw_files(first, last)
            self._sources(first, last, at)
            self._phase(ANALYTICS, days, at)
            self._phase(PRECOMPUTE, days, at)
            self._predictions(first, last, at)
            self._phase(GRADING, [d for d in days if d < clock.today()], at)
        return self.needs

    def _moment(self, last: date) -> datetime | None:
        # An archive and a simulated league are looked at as of the night after the dates; a live site as of now.
        if clock.simulated_now() is not None or self.context.settings.source == "live":
            return clock.simulated_now()
        return clock.eastern(last + timedelta(days=1), NIGHT_HOUR)

    # -- payloads -----------------------------------------------------------------------------------------

    def _raw_files(self, first: date, last: date) -> None:
        left = raw_accounts(self.context, first, last).left_over
        for start in range(0, len(left), _PAYLOADS_A_MESSAGE):
            portion = left[start : start + _PAYLOADS_A_MESSAGE]
            names = ", ".join(f.path for f in portion[:_NAMED]) + (" …" if len(portion) > _NAMED else "")
            if not self.dry_run:
                paths = [f.path for f in portion]
                event = Event(phase="phase1", source="reconcile", raw_paths=paths, trigger="reconcile")
                self.context.publisher.publish(RAW_TOPIC, event)
            what = f"{len(portion)} payloads never reached a table: {names}"
            self._add(first, last, "phase2", what, portion[0].reason, "message")
        if left and not self.dry_run:
            self.settle()

    def _sources(self, first: date, last: date, at: datetime | None) -> None:
        found = completeness(self.context, first, last, at)
        for item in found.quarantine:
            what = f"{item['item_id']} lies in quarantine"
            self.needs.append(Need(first, last, "phase2", what, item["error_message"], "nothing: a person must look"))
        for day in found.days:
            for gap in day.lacking:
                if gap.phase != "phase2" or gap.reason.kind not in _ASK:
                    continue
                answer = None
                if not self.dry_run:
                    scrapers = _FEEDS[gap.table]
                    body = self.client.scrape(
                        scrapers, day.game_date, day.game_date, at=at, post_game=True, trigger="reconcile"
                    )
                    answer = _told(body)
                    self.settle()
                what = f"{gap.missing} {gap.what} ({gap.table})"
                self._add(day.game_date, day.game_date, "phase1", what, gap.reason.words, "scrape", answer)

    # -- what is computed -----------------------------------------------------------------------------------

    def _phase(self, phase: Phase, days: Sequence[date], at: datetime | None) -> None:
        found = self._stale(phase, days)
        if not found:
            return
        by_processor: dict[tuple[str, str], list[date]] = {}
        for item in found:
            by_processor.setdefault((item.processor, item.why), []).append(item.game_date)
        first, last = min(s.game_date for s in found), max(s.game_date for s in found)
        answer = None
        if not self.dry_run:
            body = {
                "start_date": str(first),
                "end_date": str(last),
                "processors": sorted({s.processor for s in found}),
                "trigger": "reconcile",
                "downstream": True,
                "simulated_at": clock.iso_utc(at) if at else None,
            }
            answer = _told(self.client.post(phase.service, "process-date-range", body))
            self.settle()
        for (processor, why), dates in by_processor.items():
            self._add(min(dates), max(dates), phase.service, processor, why, "call", answer)

    def _stale(self, phase: Phase, days: Sequence[date]) -> list[Stale]:
        if not days:
            return []
        since = clock.wall_clock().date() - timedelta(days=LEDGER_DAYS)
        span = {"first": min(days), "last": max(days), "since": since}
        runs = self.context.warehouse.query(query_text("runs_of_range"), span).rows
        return stale(self.context.warehouse, phase.processors, days, runs)

    def _predictions(self, first: date, last: date, at: datetime | None) -> None:
        """Games to come: the coordinator knows itself whether its inputs have been predicted."""
        opens = self.context.settings.prediction_window_hour
        for day in clock.dates_between(max(first, clock.today()), max(last, clock.today())):
            if day > last or clock.now() < clock.eastern(day, opens) or self.dry_run:
                continue
            body = {"game_date": str(day), "trigger": "reconcile", "simulated_at": clock.iso_utc(at) if at else None}
            answer = self.client.post("coordinator", "start", body)
            requests = sum(d.get("requests", 0) for d in answer.get("dates", []))
            if requests:
                why = "the inputs that stand now had no predictions"
                self._add(day, day, "predictions", f"{requests} requests", why, "requests", _told(answer))
                self.settle()

    def _add(
        self, first: date, last: date, phase: str, what: str, why: str, sent: Sent, answer: str | None = None
    ) -> None:
        self.needs.append(
            Need(first, last, phase, what, why, "nothing: only looking" if self.dry_run else sent, answer)
        )


def _told(body: dict[str, Any]) -> str:
    """What a service answered, in a few words."""
    results = body.get("results", [])
    if not results:
        return str(body.get("error") or f"HTTP {body['http_status']}")
    bad = [f"{r['processor']} {r['status']}: {r.get('error')}" for r in results if r.get("error")]
    rows = sum(r.get("rows") or 0 for r in results)
    return "; ".join(bad) or f"{rows} rows changed"
