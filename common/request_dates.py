"""Dates and moments as requests and events may bring them: one rule for all of them.

A date is of a season that there was or may be; so that no sum of days and no time zone leads out of the calendar later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

# The league's first season begins on the one, simulated leagues play years ahead.
FIRST_DATE = date(1946, 8, 1)
LAST_DATE = date(2099, 12, 31)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST_MOMENT = 40


def is_league_date(day: date) -> bool:
    """Whether `day` may be a game date."""
    return FIRST_DATE <= day <= LAST_DATE


def _date(value: object) -> object:
    """A number is no date here, nor is a moment: pydantic would take both."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError("a date is written YYYY-MM-DD")
    if isinstance(value, str):
        if _DATE.fullmatch(value) is None:
            raise ValueError("a date is written YYYY-MM-DD")
        return date.fromisoformat(value)
    return value


def _bounded_date(day: date) -> date:
    if not is_league_date(day):
        raise ValueError(f"a game date is between {FIRST_DATE} and {LAST_DATE}")
    return day


def moment(value: object) -> datetime:
    """`value` (text or datetime) in UTC; ValueError where it is no moment, names no zone or is of no league date."""
    if isinstance(value, str) and len(value) <= _LONGEST_MOMENT:
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError("a moment is written YYYY-MM-DDTHH:MM:SSZ")
    if value.tzinfo is None:
        raise ValueError("a moment names its zone: Z, or an offset from UTC")
    # Before it is turned into UTC: at the calendar's ends that overflows.
    if not FIRST_DATE < value.date() < LAST_DATE:
        raise ValueError(f"a moment is between {FIRST_DATE} and {LAST_DATE}")
    return value.astimezone(UTC)


GameDate = Annotated[date, BeforeValidator(_date), AfterValidator(_bounded_date)]
Moment = Annotated[datetime, BeforeValidator(moment)]


def check_dates(days: Iterable[date], limit: int) -> None:
    """ValueError if `days` are more than `limit`, or lie further apart than `limit` days, both ends included."""
    given = list(days)
    if not given:
        return
    span = (max(given) - min(given)).days + 1
    if max(span, len(given)) > limit:
        raise ValueError(f"{len(given)} dates over {span} days; at most {limit} days at once")


def portions(days: Iterable[date], limit: int) -> list[list[date]]:
    """`days` in order, in as few runs as `check_dates` lets through one by one."""
    found: list[list[date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][0] < timedelta(days=limit):
            found[-1].append(day)
        else:
            found.append([day])
    return found
