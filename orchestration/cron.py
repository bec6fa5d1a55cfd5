"""The five fields of a cron line (minute hour day-of-month month day-of-week), as Cloud Scheduler reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))


@dataclass(frozen=True)
class Cron:
    """When to fire, by the wall clock of a time zone. Build with `parse`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    # Sunday is 0, as in cron.
    weekdays: frozenset[int]
    # Where both days are restricted, cron takes a date that fits either.
    either_day: bool

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read "0 8-20/2 * * *": numbers, lists, ranges and steps; ValueError that names the field."""
        parts = text.split()
        if len(parts) != len(_FIELDS):
            raise ValueError(f"{text!r} has {len(parts)} fields; a cron line has five")
        found = [_values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)]
        weekdays = frozenset(0 if d == 7 else d for d in found[4])
        return cls(found[0], found[1], found[2], found[3], weekdays, parts[2] != "*" and parts[4] != "*")

    def on(self, day: date) -> bool:
        """Whether it fires on `day` at all."""
        if day.month not in self.months:
            return False
        by_month, by_week = day.day in self.days, (day.weekday() + 1) % 7 in self.weekdays
        return by_month or by_week if self.either_day else by_month and by_week

    def last_between(self, after: datetime, until: datetime, zone: ZoneInfo) -> datetime | None:
        """The last moment (UTC) in (after, until] at which it fires; None where there is none.

        A wall-clock time that a change of clocks leaves out does not fire; one that comes twice fires the first time.
        """
        first, day = after.astimezone(zone).date(), until.astimezone(zone).date()
        while day >= first:
            if self.on(day):
                for moment in self._moments_backwards(day, zone):
                    if moment <= until:
                        if moment > after:
                            return moment
                        return None
            day -= timedelta(days=1)
        return None

    def _moments_backwards(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        moments = []
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime.combine(day, time(hour, minute), zone)
                moment = local.astimezone(UTC)
                if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                    moments.append(moment)
        yield from sorted(moments, reverse=True)


def _values(text: str, field: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        whole, slash, step = part.partition("/")
        first, dash, last = whole.partition("-")
        if whole == "*":
            first, last = str(low), str(high)
        elif not dash:
            last = str(high) if slash else first
        numbers = (first, last, step) if slash else (first, last)
        if not all(n.isdigit() for n in numbers):
            raise ValueError(f"{field}: {part!r} is no number, list, range or step")
        a, b, s = int(first), int(last), int(step) if slash else 1
        if not low <= a <= b <= high or s < 1:
            raise ValueError(f"{field}: {part!r} is not within {low}-{high}")
        values |= set(range(a, b + 1, s))
    return frozenset(values)
