"""The one clock. Game dates are Eastern; nothing else in the project asks the system what time it is.

A replay runs under a simulated clock: `with simulated(at): ...` holds for the code inside, in this
context only. Events carry the simulated time on, so that every phase of a replay agrees on "now".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The current moment, UTC; the simulated one inside `simulated`."""
    return _simulated.get() or wall_clock()


def wall_clock() -> datetime:
    """The real time, UTC, whatever is simulated; for load times and durations, never for decisions."""
    return datetime.now(UTC)


def simulated_now() -> datetime | None:
    """The simulated moment, or None when the clock is real."""
    return _simulated.get()


def today() -> date:
    """The current Eastern date."""
    return eastern_date(now())


@contextmanager
def simulated(at: datetime | None) -> Iterator[None]:
    """Run the block as if it were `at` (aware); None leaves the clock as it is."""
    if at is None:
        yield
        return
    if at.tzinfo is None:
        raise ValueError(f"a simulated clock needs a time zone: {at!r}")
    token = _simulated.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)


def eastern(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC moment of an Eastern wall-clock time, daylight saving included."""
    return datetime.combine(day, time(hour, minute), EASTERN).astimezone(UTC)


def eastern_date(moment: datetime) -> date:
    """The Eastern calendar date of an aware moment: the game date of a tip-off."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone has no Eastern date: {moment!r}")
    return moment.astimezone(EASTERN).date()


def parse_utc(text: str) -> datetime:
    """Parse an ISO 8601 moment that states its zone ("Z" or an offset); returned in UTC. ValueError for any other."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} states no time zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the calendar in UTC") from error


def iso_utc(moment: datetime) -> str:
    """ISO 8601 in UTC with a trailing Z; microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def dates_between(first: date, last: date) -> list[date]:
    """All dates from `first` to `last`, both included; empty when `last` is earlier."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
