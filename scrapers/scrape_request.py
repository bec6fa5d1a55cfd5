"""The body of POST /scrape."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.events import Trigger
from common.request_dates import GameDate, Moment

ScraperName = Annotated[str, Field(min_length=1, max_length=100)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Retries = Annotated[int, Field(ge=0, le=5)]


class ScrapeRequest(BaseModel):
    """What to scrape: scrapers in the order given, dates both included (`end_date` defaults to `start_date`).

    `simulated_at` is the clock of a replay. With `post_game` each date is asked at 04:00 Eastern of the day
    after, as the nightly run would, so that bulk history lands on the same paths; a live request at real
    time cannot do that, and ignores it. Without `publish` Phase 2 is not told: a backfill calls it itself.

    With `parallel` all scrapers start at once; without it a scraper may read what those before it stored.
    `timeouts` bounds a scraper over all its dates and attempts, in seconds (default: the setting
    scraper_timeout). `retries` is how often a scraper asks again for the dates that failed for the moment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    scrapers: list[ScraperName] = Field(min_length=1, max_length=100)
    start_date: GameDate
    end_date: GameDate
    trigger: Trigger = "manual"
    simulated_at: Moment | None = None
    post_game: bool = False
    parallel: bool = False
    timeouts: dict[str, Seconds] = {}
    retries: dict[str, Retries] = {}
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
        repeated = sorted({name for name in self.scrapers if self.scrapers.count(name) > 1})
        if repeated:
            raise ValueError(f"scrapers: named more than once: {', '.join(repeated)}")
        for field, given in (("timeouts", self.timeouts), ("retries", self.retries)):
            unasked = sorted(set(given) - set(self.scrapers))
            if unasked:
                raise ValueError(f"{field}: not among the scrapers asked for: {', '.join(unasked)}")
        return self
