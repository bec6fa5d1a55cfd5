"""The moments of a game day at which the pipeline looks at its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from common import clock

MORNING_HOUR = 10
NIGHT_HOUR = 4
BEFORE_TIP_OFF = timedelta(minutes=30)


@dataclass(frozen=True, order=True)
class Moment:
    """A point of the simulated clock, the game date that it serves, and whether its games are over."""

    at: datetime
    game_date: date
    kind: Literal["pregame", "postgame"]


def moments_of(game_date: date, tip_offs: Sequence[datetime], every: timedelta | None = None) -> list[Moment]:
    """10:00, half an hour before the first tip-off, and 04:00 Eastern the next day.

    `every` adds looks from 10:00 on until the first tip-off. Without games only the morning and the night are
    left. A tip-off before 10:30 moves the first look before the morning's.
    """
    looks = {clock.eastern(game_date, MORNING_HOUR)}
    if tip_offs:
        last_look = min(tip_offs) - BEFORE_TIP_OFF
        looks.add(last_look)
        at = clock.eastern(game_date, MORNING_HOUR)
        while every and at < last_look:
            looks.add(at)
            at += every
    night = clock.eastern(game_date + timedelta(days=1), NIGHT_HOUR)
    return [Moment(at, game_date, "pregame") for at in sorted(looks)] + [Moment(night, game_date, "postgame")]


def parse_interval(text: str) -> timedelta:
    """An interval such as "2h" or "30m"; ValueError for anything else."""
    units = {"h": "hours", "m": "minutes"}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdigit() or int(number) == 0:
        raise ValueError(f"{text!r} is not an interval like 2h or 30m")
    return timedelta(**{units[unit]: int(number)})
