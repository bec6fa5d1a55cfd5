"""Why something is missing: by the run ledger, the quarantine, the audits and the raw store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

from common import clock
from common.context import Context
from orchestration.sql_files import query_text

# The ledger and the audits grow for ever; a look at completeness reads their newest partitions.
_DAYS = 30
_GOOD = frozenset({"success", "unchanged"})
Kind = Literal[
    "quarantined",
    "failed",
    "not_ready",
    "source_has_nothing",
    "not_run",
    "waiting",
    "source_says",
    "source_contradicts",
]


@dataclass(frozen=True)
class Reason:
    """Why something is missing; `source_has_nothing` is nobody's failure, `source_says` is for a person to look at.

    With `source_contradicts` a source says two things of which one is known to be right.
    """

    kind: Kind
    words: str


@dataclass
class Evidence:
    """What is known of a range of dates beside its tables."""

    context: Context
    first: date
    last: date
    runs: list[dict[str, Any]] = field(default_factory=list)
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    failed_audits: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, context: Context, first: date, last: date) -> Evidence:
        """The evidence by three statements, whatever the range."""
        span = {"first": first, "last": last, "since": clock.wall_clock().date() - timedelta(days=_DAYS)}
        warehouse = context.warehouse
        return cls(
            context,
            first,
            last,
            runs=warehouse.query(query_text("runs_of_range"), span).rows,
            quarantine=warehouse.query(query_text("waiting")).rows,
            failed_audits=warehouse.query(query_text("failed_audits"), span).rows,
        )

    def of_feed(self, feed: str, day: date) -> Reason:
        """Why a date lacks rows of a feed: scraped? answered? read?"""
        for item in self.quarantine:
            if item["item_id"].startswith(f"{feed}/{day}/"):
                return Reason("quarantined", f"quarantined: {_short(item['error_message'])}")
        for phase in ("phase2", "phase1"):
            bad = self._bad_run(feed, day, phase)
            if bad is not None:
                return bad
        if self._stored[feed, str(day)]:
            return Reason("source_has_nothing", f"no answer yet: {feed} was asked and has nothing of it")
        if self._latest(feed, day, "phase1") is not None:
            return Reason("source_has_nothing", f"not in the archive: {feed} was asked and gave no answer")
        return Reason("not_run", f"{feed} was not scraped for this date")

    def of_processor(self, processor: str, day: date, waits_for: str | None = None) -> Reason:
        """Why a date lacks rows of a processor of phases 3 to 5 or grading; `waits_for` is what it reads and lacks."""
        for audit in self.failed_audits:
            if (
                audit["processor"] == processor
                and audit["blocking"]
                and audit["start_date"] <= day <= audit["end_date"]
            ):
                return Reason("failed", f"processor {processor} failed: {audit_words(audit)}")
        bad = self._bad_run(processor, day)
        if bad is not None:
            return bad
        if waits_for is not None:
            return Reason("waiting", f"waiting for {waits_for}")
        if self._latest(processor, day) is None:
            return Reason("not_run", f"processor {processor} has not run for this date")
        return Reason("waiting", f"processor {processor} has not run since what it reads changed")

    def _bad_run(self, processor: str, day: date, phase: str | None = None) -> Reason | None:
        run = self._latest(processor, day, phase)
        if run is None or run["status"] in _GOOD:
            return None
        words = _short(run["error_message"] or run["status"])
        if run["status"] == "not_ready":
            return Reason("not_ready", f"{processor} is waiting: {words}")
        if run["phase"] == "phase2" and run["status"] == "quarantined":
            # Another payload of the batch: it has its own entry.
            return None
        return Reason("failed", f"processor {processor} {run['status'].replace('_', ' ')}: {words}")

    def _latest(self, processor: str, day: date, phase: str | None = None) -> dict[str, Any] | None:
        """The latest run whose span holds the date: whatever came before it is history."""
        found = [
            r
            for r in self._by_processor[processor]
            if r["start_date"] <= day <= r["end_date"] and phase in (None, r["phase"])
        ]
        return max(found, key=lambda r: r["started_at"], default=None)

    @cached_property
    def _by_processor(self) -> defaultdict[str, list[dict[str, Any]]]:
        grouped: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for run in self.runs:
            grouped[run["processor"]].append(run)
        return grouped

    @cached_property
    def _stored(self) -> defaultdict[tuple[str, str], int]:
        """Payloads of the raw store by feed and scope; one listing a feed, made when first needed."""
        counts: defaultdict[tuple[str, str], int] = defaultdict(int)
        for feed in FEEDS:
            for path in self.context.raw_store.list(feed):
                counts[feed, path.split("/")[1]] += 1
        return counts


# The feeds that completeness asks about.
FEEDS = ("nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart", "oddsa_player_props")


def audit_words(audit: dict[str, Any]) -> str:
    """A failed audit in one line."""
    return f"{audit['audit']} of {audit['table_name']}: {audit['failures']} failed, e.g. {audit['examples']}"


def dates_of(audits: Sequence[dict[str, Any]]) -> list[str]:
    """The failed audits with their dates, for people."""
    return [f"{a['start_date']}..{a['end_date']}: {audit_words(a)}" for a in audits]


def _short(text: str) -> str:
    return " ".join(text.split())[:240]
