"""What a scrape did: an entry a scraper, and the answer to POST /scrape that they make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.errors import DeadlineExceededError, TransientError
from scrapers.scraper_base import DayOutcome

# The status of a scraper over several dates: the first of these that any date has.
_PRECEDENCE = ("failed", "stored_unreadable", "not_ready", "success", "not_in_archive", "no_games")


@dataclass
class ScraperResult:
    """What one scraper did over the dates: its outcomes, by date, the seconds it took, its attempts.

    `error` is what ended the scraper as a whole: its limit of time, or a fault of its own.
    """

    scraper: str
    seconds: float = 0.0
    attempts: int = 1
    outcomes: dict[date, DayOutcome] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def paths(self) -> list[str]:
        """The raw paths of all its payloads, each once."""
        return list(dict.fromkeys(path for outcome in self.outcomes.values() for path in outcome.paths))

    @property
    def errors(self) -> list[Exception]:
        """What ended it as a whole, then the errors of the dates that failed, then of those not ready."""
        found = [o for o in self.outcomes.values() if o.error is not None]
        of_dates = [o.error for o in sorted(found, key=lambda o: o.status != "failed") if o.error is not None]
        return [*([self.error] if self.error is not None else []), *of_dates]

    @property
    def status(self) -> str:
        """timed_out, or failed when any date failed, whatever the others brought; else the first of the order above."""
        if any(isinstance(error, DeadlineExceededError) for error in self.errors):
            return "timed_out"
        if self.error is not None:
            return "failed"
        statuses = {o.status for o in self.outcomes.values()}
        return next((s for s in _PRECEDENCE if s in statuses), "success")

    @property
    def transient(self) -> bool:
        """Whether asking again could mend what failed."""
        return any(isinstance(error, TransientError) for error in self.errors)

    def as_json(self) -> dict[str, Any]:
        """The entry of the answer, in the shape of every service's; `dates` counts the dates by status."""
        errors = self.errors
        return {
            "processor": self.scraper,
            "status": self.status,
            "payloads": len(self.paths),
            "seconds": round(self.seconds, 3),
            "attempts": self.attempts,
            "error": str(errors[0]) if errors else None,
            "dates": dict(Counter(o.status for o in self.outcomes.values())),
            "not_offered": sum(o.not_offered for o in self.outcomes.values()),
        }


@dataclass
class ScrapeAnswer:
    """What a scrape did; `event_id` of the message it sent, None when there was no payload to tell of."""

    results: list[ScraperResult]
    event_id: str | None = None

    @property
    def bad(self) -> list[ScraperResult]:
        """The scrapers that lack data that they asked for."""
        return [r for r in self.results if r.status in {"failed", "timed_out"}]

    @property
    def status(self) -> str:
        """success, partial or failed; not_ready when nothing could start."""
        if self.bad:
            return "failed" if not any(r.paths for r in self.results) else "partial"
        if any(r.status == "stored_unreadable" for r in self.results):
            return "partial"
        return "not_ready" if all(r.status == "not_ready" for r in self.results) else "success"

    def code(self) -> int:
        """The HTTP status: 200 when all went well, 503 where asking again could help, else 207."""
        if not self.bad:
            return 200
        return 503 if all(r.transient for r in self.bad) else 207

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"status": self.status, "event_id": self.event_id, "results": [r.as_json() for r in self.results]}
