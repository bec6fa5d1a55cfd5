"""Walks the schedules as they are written through a night, on a simulated clock: what production would have done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from common import clock
from common.errors import TransientError
from orchestration.schedules import Schedule, Schedules
from orchestration.session import Session

_MINUTE = timedelta(minutes=1)
# Scheduled work is small; more than this is a circle.
SETTLE_SECONDS = 600.0


@dataclass(frozen=True)
class Fired:
    """One call of a schedule: the moment it was due (UTC), the last attempt's answer, and how many there were."""

    moment: datetime
    schedule: str
    http_status: int
    status: str
    note: str
    attempts: int

    @property
    def went_well(self) -> bool:
        """Whether the scheduler would have been content."""
        return self.http_status < 500

    def as_json(self) -> dict[str, Any]:
        """All of it; the moment as text."""
        return {**asdict(self), "moment": clock.iso_utc(self.moment)}


def calls_between(schedules: Schedules, begin: datetime, end: datetime) -> list[tuple[datetime, Schedule]]:
    """Every call due in (begin, end], in order; unlike a clock that has slept, none is left out."""
    calls = []
    now = begin
    while now < end:
        calls += schedules.due(now + _MINUTE, now)
        now += _MINUTE
    return calls


class NightWalker:
    """Makes the schedules' calls one after the other, each at its moment, and lets the cascade settle behind it.

    An answer of 5xx is asked again as the schedule's retry says, without waiting in real time. Schedules named in
    `skip` do not fire. `on_call` is told what is called and how far it is (calls made, calls in all).
    """

    def __init__(
        self,
        session: Session,
        schedules: Schedules,
        *,
        skip: Sequence[str] = (),
        on_call: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    ) -> None:
        self._session = session
        self._schedules = schedules
        self._skip = frozenset(skip)
        self._on_call = on_call

    def walk(self, begin: datetime, end: datetime) -> list[Fired]:
        """All calls due in (begin, end]; both moments are aware."""
        calls = [c for c in calls_between(self._schedules, begin, end) if c[1].name not in self._skip]
        fired = []
        for number, (moment, schedule) in enumerate(calls):
            shown = moment.astimezone(self._schedules.zone)
            self._on_call(f"{shown:%m-%d %H:%M} {schedule.name}", number, len(calls))
            fired.append(self._fire(moment, schedule))
            if not self._session.stack.broker.wait_idle(SETTLE_SECONDS):
                raise TransientError("the cascade did not settle", schedule=schedule.name, seconds=SETTLE_SECONDS)
        self._on_call("done", len(calls), len(calls))
        return fired

    def _fire(self, moment: datetime, schedule: Schedule) -> Fired:
        pause = schedule.retry.min_backoff_seconds
        at = moment
        attempts = 0
        while attempts <= schedule.retry.attempts:
            attempts += 1
            body = {**schedule.body, "simulated_at": clock.iso_utc(at)}
            try:
                answer = self._session.services.post(schedule.service, schedule.path.lstrip("/"), body)
            except TransientError as error:
                answer = {"status": "failed", "error": str(error), "http_status": 503}
            if answer["http_status"] < 500:
                break
            at += timedelta(seconds=pause)
            pause = min(2 * pause, schedule.retry.max_backoff_seconds)
        status = str(answer.get("status", "ok"))
        return Fired(moment, schedule.name, answer["http_status"], status, _note(answer), attempts)


def _note(answer: dict[str, Any]) -> str:
    """What came of a call, in a few words."""
    if answer.get("error") or answer.get("status") == "not_due":
        return str(answer.get("error") or answer.get("reason"))
    if "needs" in answer:
        needs = answer["needs"]
        return f"{len(needs)} needs: {', '.join(sorted({n['phase'] for n in needs}))}" if needs else "nothing needed"
    if "steps" in answer:
        told = [f"{s.get('step')} {s.get('status')}" for s in answer["steps"]]
        return ", ".join(told)
    results = answer.get("results", [])
    rows = sum(r.get("rows") or 0 for r in results)
    return f"{len(results)} processors, {rows} rows changed" if results else ""
