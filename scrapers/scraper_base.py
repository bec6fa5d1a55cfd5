"""What every scraper shares: whether it applies, fetching its requests, keeping the answers.

A scraper module says what it asks (URL, parameters, headers), when it applies and which raw tables it
feeds. Everything else is here and in `fetcher`.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from common import clock, ids
from common.context import Context
from common.errors import DeadlineExceededError, NbaError, NotReadyError, RequestError, TransientError
from scrapers import stored
from scrapers.fetcher import Fetcher
from scrapers.made_response import NO_ENTRY, NOT_YET
from scrapers.source_request import SourceRequest

log = logging.getLogger(__name__)
Status = Literal["success", "no_games", "not_in_archive", "stored_unreadable", "not_ready", "failed"]
_NOT_FOUND = 404


@dataclass
class DayOutcome:
    """What one scraper did for one date.

    `paths` are payloads in the raw store, also those that were there already. `not_offered` counts requests
    that the source has nothing for, `not_in_archive` those that a recorded archive does not know.
    """

    paths: list[str] = field(default_factory=list)
    no_games: bool = False
    not_offered: int = 0
    not_in_archive: int = 0
    unreadable: int = 0
    error: NbaError | None = None

    @property
    def status(self) -> Status:
        """In one word; what went wrong comes before what went well."""
        if self.error is not None:
            return "not_ready" if isinstance(self.error, NotReadyError) else "failed"
        if self.no_games:
            return "no_games"
        if self.unreadable:
            return "stored_unreadable"
        return "not_in_archive" if self.not_in_archive and not self.paths else "success"


class Scraper(ABC):
    """One feed. `name` is also the feed's folder in the raw store."""

    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    # The unit of the raw store that an answer belongs to; a season's feed is asked once a season.
    scope_unit: ClassVar[Literal["date", "season"]] = "date"
    # Whether a date without games has nothing to ask for.
    needs_games: ClassVar[bool] = True
    # Whether a 404 to one of its requests is an answer ("not offered") and no failure.
    may_be_missing: ClassVar[bool] = False
    # Name of the setting that holds the source's key.
    key_setting: ClassVar[str | None] = None

    @abstractmethod
    def requests(self, context: Context, day: date) -> Sequence[SourceRequest]:
        """The requests of a date (of its season); without the key. NotReadyError when what they need is missing."""

    def scope(self, day: date) -> str:
        """The raw store's scope for a date."""
        return ids.season_of_date(day) if self.scope_unit == "season" else day.isoformat()

    def run(self, context: Context, fetcher: Fetcher, day: date, outcome: DayOutcome | None = None) -> DayOutcome:
        """Ask and keep the answers; an error is in the outcome, beside what was kept in spite of it.

        An `outcome` that is given is filled as the work goes on, so that it can be read when time is up.

        A request that failed for the moment does not stop those after it; a refusal (a wrong key) does.
        """
        outcome = outcome or DayOutcome()
        try:
            if self.needs_games and stored.game_ids_on(context.raw_store, day) == []:
                outcome.no_games = True
                return outcome
            for request in self.requests(context, day):
                try:
                    self._fetch_and_keep(context, fetcher, day, request, outcome)
                except DeadlineExceededError:
                    raise
                except TransientError as error:
                    log.warning("request failed", extra={"scraper": self.name, "date": str(day), "error": str(error)})
                    outcome.error = outcome.error or error
        except NbaError as error:
            outcome.error = error
        return outcome

    def _fetch_and_keep(
        self, context: Context, fetcher: Fetcher, day: date, request: SourceRequest, outcome: DayOutcome
    ) -> None:
        try:
            answer = fetcher.fetch(self._with_key(context, fetcher, request))
        except RequestError as error:
            self._count_missing(error, day, request, outcome)
            return
        path = context.raw_store.put(
            feed=self.name,
            scope=self.scope(day),
            request=request.name,
            url=request.url,
            params=request.params,
            status=answer.status,
            content_type=answer.content_type,
            body=answer.body,
            fetched_at=clock.now(),
        )
        outcome.paths.append(path)
        outcome.unreadable += not answer.readable

    def _count_missing(self, error: RequestError, day: date, request: SourceRequest, outcome: DayOutcome) -> None:
        """Count a 404 that is an answer; raise what is none."""
        missing = error.attributes.get("missing")
        if error.status == _NOT_FOUND and self.may_be_missing:
            outcome.not_offered += 1
        elif missing == NO_ENTRY:
            outcome.not_in_archive += 1
        elif missing == NOT_YET:
            raise NotReadyError(error.message, scraper=self.name, date=str(day)) from error
        else:
            raise error
        log.info(
            "nothing to get",
            extra={"scraper": self.name, "date": str(day), "request": request.name, "answer": error.message},
        )

    def _with_key(self, context: Context, fetcher: Fetcher, request: SourceRequest) -> SourceRequest:
        """The request as it is sent; only real sites are given our keys."""
        if self.key_setting is None or not fetcher.real_sites:
            return request
        return self.authenticated(request, context.settings.secret(self.key_setting))

    def authenticated(self, request: SourceRequest, key: str) -> SourceRequest:
        """`request` with the source's key in it; a scraper with a `key_setting` says how."""
        raise NotImplementedError(f"{type(self).__name__} names a key but not where it goes")
