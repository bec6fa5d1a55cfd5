"""What a person should know of some dates: each finding once, under a key that stays the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from common import clock
from common.context import Context
from common.logging import redact
from orchestration.completeness import Completeness, completeness
from orchestration.sql_files import query_text
from orchestration.stale_feeds import LEAD, StaleFeed, stale_feeds

Kind = Literal["missing_date", "failed_phase", "dead_letter", "stale_source", "quarantined"]
_BAD = frozenset({"failed", "timed_out"})
# Phases whose runs count deliveries of a message; elsewhere `attempt` counts requests.
_BY_MESSAGE = frozenset({"phase2", "phase3", "phase4", "phase5", "grading"})
_DELIVERIES = 5  # then a message goes to its dead-letter topic (topology.yaml)
_WORDS = 400


@dataclass(frozen=True)
class Finding:
    """Something that a person should know: of which date, about what, in words that hold no secret."""

    kind: Kind
    game_date: date
    subject: str
    words: str

    @property
    def key(self) -> str:
        """What makes it the same finding at the next look: how much is missing may have changed by then."""
        return f"{self.kind}/{self.game_date}/{self.subject}"

    def as_json(self) -> dict[str, Any]:
        """All of it, the date as text."""
        named = {"kind": self.kind, "game_date": str(self.game_date), "subject": self.subject}
        return {"key": self.key, **named, "words": self.words}


def findings(context: Context, first: date, last: date) -> list[Finding]:
    """What is amiss on the dates (both included) by the pipeline's clock, in seven statements whatever the range."""
    span = {"first": first, "last": last}
    tip_offs: dict[date, list[datetime]] = defaultdict(list)
    for row in context.warehouse.query(query_text("tip_offs_of_range"), span).rows:
        tip_offs[row["game_date"]].append(row["tip_off"])
    counted = completeness(context, first, last)
    failed = list(_failed(counted.runs, clock.dates_between(first, last)))
    told = {(f.game_date, f.subject) for f in failed}
    stale = [s for s in stale_feeds(context, tip_offs) if (s.game_date, f"phase1 {s.feed}") not in told]
    found = [
        *_missing(counted, tip_offs),
        *failed,
        *(_stale(s, counted.runs) for s in stale),
        *_quarantined(counted, first, last),
    ]
    return list({f.key: f for f in found}.values())


def _missing(counted: Completeness, tip_offs: Mapping[date, Sequence[datetime]]) -> Iterator[Finding]:
    """What the dates lack. What is computed for games to come is owed an hour before the first of them."""
    now = clock.now()
    for day in counted.days:
        tips = tip_offs.get(day.game_date, ())
        owed = day.game_date < clock.today() or bool(tips and min(tips) - LEAD <= now)
        for gap in day.lacking:
            if gap.offered and (owed or gap.phase == "phase2"):
                yield _finding("missing_date", day.game_date, gap.table, gap.words)


def _failed(runs: Sequence[Mapping[str, Any]], days: Sequence[date]) -> Iterator[Finding]:
    """Processors whose latest run over a date failed: what came before it is history."""
    for day in days:
        latest: dict[tuple[str, str], Mapping[str, Any]] = {}
        for run in sorted(runs, key=lambda r: r["started_at"]):
            if run["start_date"] <= day <= run["end_date"]:
                latest[run["phase"], run["processor"]] = run
        for (phase, processor), run in sorted(latest.items()):
            if run["status"] not in _BAD:
                continue
            dead = phase in _BY_MESSAGE and (run["attempt"] or 0) >= _DELIVERIES
            how = f"{run['status'].replace('_', ' ')}: {run['error_message'] or 'no reason told'}"
            tail = f" (delivered {run['attempt']} times, nobody tries again)" if dead else ""
            kind: Kind = "dead_letter" if dead else "failed_phase"
            yield _finding(kind, day, f"{phase} {processor}", f"{phase} {processor} {how}", tail)


def _stale(stale: StaleFeed, runs: Sequence[Mapping[str, Any]]) -> Finding:
    mine = [
        r
        for r in runs
        if (r["phase"], r["processor"]) == ("phase1", stale.feed)
        and r["start_date"] <= stale.game_date <= r["end_date"]
    ]
    latest = max(mine, key=lambda r: r["started_at"], default=None)
    since = f"nothing since {_shown(stale.newest)}" if stale.newest else "nothing for days"
    why = f": {latest['error_message']}" if latest and latest["error_message"] else ""
    words = f"{stale.feed} is stale: {since}, due from {_shown(stale.due)} on{why}"
    return _finding("stale_source", stale.game_date, stale.feed, words)


def _quarantined(counted: Completeness, first: date, last: date) -> Iterator[Finding]:
    """What waits for a person: payloads of these dates, and what belongs to no single date."""
    for item in counted.quarantine:
        parts = item["item_id"].split("/")
        day = _as_date(parts[1]) if len(parts) > 1 else None
        if day is None or first <= day <= last:
            words = f"{item['item_id']} lies in quarantine: {item['error_message']}"
            yield _finding("quarantined", day or clock.today(), item["item_id"], words)


def _finding(kind: Kind, day: date, subject: str, words: str, tail: str = "") -> Finding:
    # Words of errors may quote a request: they leave the pipeline, so no secret may be in them.
    short = redact(" ".join(words.split()))
    return Finding(kind, day, subject, (short if len(short) <= _WORDS else short[: _WORDS - 1] + "…") + tail)


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(clock.EASTERN):%Y-%m-%d %H:%M} ET"
