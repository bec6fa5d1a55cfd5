"""What every scraper shares: whether it applies, fetching its requests, keeping the answers.

A scraper module says what it asks (URL, parameters, headers), when it applies and which raw tables it
feeds. Everything else is here and in `fetcher`.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Literal

from common import clock, deadline, ids
from common.context import Context
from common.errors import DeadlineExceededError, NbaError, NotReadyError, RequestError, TransientError
from scrapers import stored
from scrapers.day_outcome import DayOutcome as DayOutcome
from scrapers.fetcher import Fetcher
from scrapers.made_response import NO_ENTRY, NOT_YET
from scrapers.source_request import SourceAnswer, SourceRequest

log = logging.getLogger(__name__)
# No feed of a date has more; a source that goes on and on is not followed further.
MAX_PAGES = 100
_NOT_FOUND = 404


class Scraper(ABC):
    """One feed. `name` is also the feed's folder in the raw store."""

    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    # The site, the path asked for, and when, in words, for `docs/sources.md`.
    site: ClassVar[str]
    asks: ClassVar[str]
    when: ClassVar[str]
    # The unit of the raw store that an answer belongs to; a season's feed is asked once a season.
    scope_unit: ClassVar[Literal["date", "season"]] = "date"
    # Whether a date without games has nothing to ask for.
    needs_games: ClassVar[bool] = True
    # The statuses that are an answer ("not offered") and no failure: 404, and 403 where a bucket says so of a
    # file that is not there.
    missing_statuses: ClassVar[frozenset[int]] = frozenset()
    # Whether the requests are tried in turn until one is answered, as for the newest of several reports.
    first_answer_only: ClassVar[bool] = False
    # Whether the site tells the state of now and nothing of the past: a replay may not ask it, for it would learn
    # on a past date what is known today.
    tells_only_now: ClassVar[bool] = False
    # Name of the setting that holds the source's key.
    key_setting: ClassVar[str | None] = None

    @abstractmethod
    def requests(self, context: Context, day: date) -> Sequence[SourceRequest]:
        """The requests of a date (of its season); without the key. NotReadyError when what they need is missing."""

    def next_page(self, request: SourceRequest, body: bytes) -> SourceRequest | None:
        """The request for the page after this one; None for the last, and where a feed has no pages."""
        return None

    def instead(self, request: SourceRequest, answer: SourceAnswer) -> SourceRequest | None:
        """What to ask in place of `request`, whose answer is then not kept; None when the answer counts.

        RequestError with status 404 where the answer says that there is nothing.
        """
        return None

    def scope(self, day: date) -> str:
        """The raw store's scope for a date."""
        return ids.season_of_date(day) if self.scope_unit == "season" else day.isoformat()

    def run(self, context: Context, fetcher: Fetcher, day: date, outcome: DayOutcome | None = None) -> DayOutcome:
        """Ask and keep the answers; an error is in the outcome, beside what was kept in spite of it.

        An `outcome` that is given is filled as the work goes on, so that it can be read when time is up.

        A request that failed for the moment, or for something that is not there, does not stop those after it;
        a refusal (a wrong key) does.
        """
        outcome = outcome or DayOutcome()
        if self.tells_only_now and fetcher.real_sites and _in_the_past():
            log.info("the site has no history", extra={"scraper": self.name, "date": str(day)})
            outcome.not_offered += 1
            return outcome
        try:
            if self.needs_games and stored.game_ids_on(context.raw_store, day) == []:
                outcome.no_games = True
                return outcome
            for request in self.requests(context, day):
                try:
                    self._fetch_pages(context, fetcher, day, request, outcome)
                except DeadlineExceededError:
                    raise
                except (TransientError, RequestError) as error:
                    if isinstance(error, RequestError) and error.status != _NOT_FOUND:
                        raise
                    log.warning("request failed", extra={"scraper": self.name, "date": str(day), "error": str(error)})
                    outcome.error = outcome.error or error
                if self.first_answer_only and outcome.paths:
                    break
        except NbaError as error:
            outcome.error = error
        return outcome

    def _fetch_pages(
        self, context: Context, fetcher: Fetcher, day: date, request: SourceRequest, outcome: DayOutcome
    ) -> None:
        """Fetch a request and the pages that follow it; every page is a payload of its own."""
        asked: set[str] = set()
        page: SourceRequest | None = request
        while page is not None:
            if page.name in asked or len(asked) == MAX_PAGES:
                raise RequestError("the source pages without end", url=page.url, page=page.name, pages=len(asked))
            asked.add(page.name)
            body = self._fetch_and_keep(context, fetcher, day, page, outcome)
            page = None if body is None else self.next_page(page, body)

    def _fetch_and_keep(
        self, context: Context, fetcher: Fetcher, day: date, request: SourceRequest, outcome: DayOutcome
    ) -> bytes | None:
        """The body of the answer, which is kept then; None without one that can be read."""
        # Only real sites say whether an answer still holds.
        known = stored.answer_to(context.raw_store, self.name, self.scope(day), request) if fetcher.real_sites else None
        sent = replace(request, validators=known.validators) if known else request
        try:
            answer = fetcher.fetch(self._with_key(context, fetcher, sent))
            other = None if answer.not_modified else self.instead(request, answer)
        except RequestError as error:
            self._count_missing(error, day, request, outcome)
            return None
        if other is not None:
            return self._fetch_and_keep(context, fetcher, day, other, outcome)
        if limit := deadline.current():
            # Nothing is kept of work that was given up meanwhile.
            limit.check()
        if known is not None and answer.not_modified:
            outcome.paths.append(known.path)
            outcome.not_modified += 1
            return known.body
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
            validators=answer.validators,
        )
        outcome.paths.append(path)
        outcome.unreadable += not answer.readable
        return answer.body if answer.readable else None

    def _count_missing(self, error: RequestError, day: date, request: SourceRequest, outcome: DayOutcome) -> None:
        """Count a refusal that is an answer; raise what is none."""
        missing = error.attributes.get("missing")
        if missing == NO_ENTRY:
            outcome.not_in_archive += 1
        elif error.status in self.missing_statuses:
            outcome.not_offered += 1
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


def _in_the_past() -> bool:
    """Whether the clock is that of a replay of an earlier date."""
    return clock.today() < clock.eastern_date(clock.wall_clock())
