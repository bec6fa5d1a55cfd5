"""The body of POST /scrape, and the answer to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from common.errors import NbaError, TransientError
from common.events import Trigger
from scrapers.scraper_base import DayOutcome

# The status of a scraper over several dates: the first of these that any date has.
_PRECEDENCE = ("failed", "stored_unreadable", "not_ready", "success", "not_in_archive", "no_games")


class ScrapeRequest(BaseModel):
    """What to scrape: scrapers in the order given, dates both included (`end_date` defaults to `start_date`).

    `simulated_at` is the clock of a replay. With `post_game` each date is asked at 04:00 Eastern of the day
    after, as the nightly run would, so that bulk history lands on the same paths; a live request at real
    time cannot do that, and ignores it. Without `publish` Phase 2 is not told: a backfill calls it itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    scrapers: list[str] = Field(min_length=1)
    start_date: date
    end_date: date
    trigger: Trigger = "manual"
    simulated_at: AwareDatetime | None = None
    post_game: bool = False
    publish: bool = True

    @model_validator(mode="before")
    @classmethod
    def _one_date(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("end_date") is None and "start_date" in data:
            return {**data, "end_date": data["start_date"]}
        return data

    @model_validator(mode="after")
    def _ordered(self) -> ScrapeRequest:
        if self.end_date < self.start_date:
            raise ValueError("end_date is before start_date")
        return self


@dataclass
class ScraperResult:
    """What one scraper did over the dates: its outcomes, by date, and the seconds it took."""

    scraper: str
    seconds: float = 0.0
    outcomes: dict[date, DayOutcome] = field(default_factory=dict)

    @property
    def paths(self) -> list[str]:
        """The raw paths of all its payloads."""
        return [path for outcome in self.outcomes.values() for path in outcome.paths]

    @property
    def errors(self) -> list[NbaError]:
        """The errors of the dates that failed or were not ready, failures first."""
        found = [o for o in self.outcomes.values() if o.error is not None]
        return [o.error for o in sorted(found, key=lambda o: o.status != "failed") if o.error is not None]

    @property
    def status(self) -> str:
        """failed when any date failed, whatever the others brought; else the first of the order above."""
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
        return [r for r in self.results if r.status == "failed"]

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
