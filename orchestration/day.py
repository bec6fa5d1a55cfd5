"""Walks a clock through game days: scrape, let the cascade settle, catch up, move on. As production would."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from common import clock, ids
from common.errors import TransientError
from orchestration.moments import NIGHT_HOUR, Moment, moments_of
from orchestration.session import Session
from orchestration.sql_files import query_text

log = logging.getLogger(__name__)
# Who is who, and what is played: before anything that names players.
REGISTRIES = ("nbac_schedule", "nbac_player_list")
PREGAME_FIRST = (*REGISTRIES, "oddsa_events")
PREGAME_THEN = ("oddsa_player_props", "oddsa_game_lines", "nbac_injury_report")
POST_GAME = ("nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart")
# A season of history goes through the cascade as one batch.
SETTLE_SECONDS = 1800
# Each catch-up may send work on; two rounds without news are the rule, more than this is a circle.
MAX_CATCH_UPS = 8


@dataclass
class DayRun:
    """When a date's work was done (real time), and what did not go well on the way."""

    game_date: date
    started_at: datetime
    finished_at: datetime
    problems: list[str] = field(default_factory=list)


class DayWalker:
    """Drives the services through dates on a simulated clock.

    `on_step` is told what is being done and how far it is (steps done, steps in all).
    """

    def __init__(
        self,
        session: Session,
        *,
        every: timedelta | None = None,
        on_step: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    ) -> None:
        self._session = session
        self._every = every
        self._on_step = on_step
        self._problems: list[str] = []

    def walk(self, first: date, last: date, history_from: date | None) -> list[DayRun]:
        """Fill the history before `first`, then walk day by day; one record a date."""
        dates = clock.dates_between(first, last)
        total = 1 + 3 * len(dates)
        self._on_step("history", 0, total)
        self.fill_history(first, history_from)
        runs = []
        for number, day in enumerate(dates):
            run = DayRun(day, clock.wall_clock(), clock.wall_clock())
            self._problems = run.problems
            self._walk_day(day, 1 + 3 * number, total)
            run.finished_at = clock.wall_clock()
            runs.append(run)
        self._on_step("done", total, total)
        return runs

    # -- steps ---------------------------------------------------------------------------------------

    def fill_history(self, first: date, history_from: date | None) -> None:
        """Box scores and shots before `first`, each date as it stood in the night after it."""
        at = clock.eastern(first, NIGHT_HOUR)
        self._scrape(REGISTRIES, first, first, at)
        self._catch_up(first, first, at, ("raw",))
        start = history_from or self._season_start(first)
        if start is None or start >= first:
            return
        seasons = {ids.season_of_date(d) for d in clock.dates_between(start, first)} - {ids.season_of_date(first)}
        for season in sorted(seasons):
            # Seasons without a stored schedule are known by their box scores.
            self._scrape(("nbac_schedule",), ids.season_start(season), ids.season_start(season), at, optional=True)
        yesterday = first - timedelta(days=1)
        answer = self._session.services.scrape(POST_GAME, start, yesterday, at=at, post_game=True)
        self._note("history", answer)
        self._settle()
        self._catch_up(start, yesterday, at, ("raw", "analytics", "precompute"))

    def _walk_day(self, day: date, done: int, total: int) -> None:
        moments = self._moments(day)
        for number, moment in enumerate(moments):
            stamp = moment.at.astimezone(clock.EASTERN)
            self._on_step(f"{day} {stamp:%H:%M}", done + min(number, 2), total)
            if moment.kind == "pregame":
                self._pregame(moment)
            else:
                self._postgame(moment)

    def _pregame(self, moment: Moment) -> None:
        day, at = moment.game_date, moment.at
        self._scrape(PREGAME_FIRST, day, day, at)
        self._scrape(PREGAME_THEN, day, day, at)
        self._catch_up(day, day, at, ("raw", "analytics", "precompute"))
        if self._is_over(moment):
            # A run that was killed at a later look walks this one again, and features reach to the latest quote: what
            # was predicted here stays as it was, and nothing is predicted with what nobody knew then.
            log.info("a later look at %s has been there; nothing predicted as of %s", day, at)
            return
        self._predict(day, at)

    def _predict(self, day: date, at: datetime) -> None:
        """Ask for the date's predictions until there is nothing left to send."""
        body = {"game_date": str(day), "trigger": "scheduler", "simulated_at": clock.iso_utc(at)}
        for _ in range(MAX_CATCH_UPS):
            answer = self._session.services.post("coordinator", "start", body)
            self._note("predictions", answer)
            self._settle()
            if not any(d["requests"] for d in answer.get("dates", [])):
                return

    def _postgame(self, moment: Moment) -> None:
        self._scrape(POST_GAME, moment.game_date, moment.game_date, moment.at)
        day = moment.game_date
        self._catch_up(day, day, moment.at, ("raw", "analytics", "precompute", "grading"))

    def _catch_up(self, first: date, last: date, at: datetime, services: tuple[str, ...]) -> None:
        """Ask each phase to look for itself: a message may have been lost, and tables are the truth."""
        for service in services:
            for _ in range(MAX_CATCH_UPS):
                answer = self._session.services.process_dates(service, first, last, at=at, downstream=True)
                self._note(service, answer)
                self._settle()
                if not any(r.get("rows") for r in answer.get("results", [])):
                    break

    def _moments(self, day: date) -> list[Moment]:
        return moments_of(day, self._tip_offs(day), self._every)

    # -- how --------------------------------------------------------------------------------------------

    def _scrape(
        self, scrapers: tuple[str, ...], first: date, last: date, at: datetime, *, optional: bool = False
    ) -> None:
        answer = self._session.services.scrape(scrapers, first, last, at=at)
        if not optional:
            self._note("scrape", answer)
        self._settle()

    def _settle(self) -> None:
        if not self._session.stack.broker.wait_idle(SETTLE_SECONDS):
            raise TransientError("the cascade did not settle", seconds=SETTLE_SECONDS)

    def _note(self, what: str, answer: dict[str, Any]) -> None:
        """Keep what went wrong; a phase that is not ready yet, or a game without odds, is no problem."""
        if answer["http_status"] >= 400 and not answer.get("results"):
            self._problems.append(f"{what}: {answer.get('error') or answer['http_status']}")
        for result in answer.get("results", []):
            if result.get("status") in {"failed", "timed_out", "quarantined"}:
                self._problems.append(f"{what}: {result['processor']} {result['status']}: {result.get('error')}")

    def _is_over(self, moment: Moment) -> bool:
        told = {"game_date": moment.game_date, "moment": moment.at}
        return bool(self._session.context.warehouse.query(query_text("later_told"), told).rows[0]["told"])

    def _tip_offs(self, day: date) -> list[datetime]:
        rows = self._session.context.warehouse.query(query_text("tip_offs"), {"game_date": day}).rows
        return [r["tip_off"] for r in rows]

    def _season_start(self, day: date) -> date | None:
        rows = self._session.context.warehouse.query(
            query_text("season_start"), {"season": ids.season_of_date(day)}
        ).rows
        found: date | None = rows[0]["first_date"]
        return found
