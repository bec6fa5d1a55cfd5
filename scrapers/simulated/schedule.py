"""A season's 1,230 games: dates with back-to-backs and days off, and tip-offs by the home team's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from common import clock
from scrapers.simulated.arrays import Floats, Ints, stream
from scrapers.simulated.teams import pairings, teams

_PLANNED_DAYS = 164
_GAMES = 82
# The share of an average day's games by weekday, Monday first: full Wednesdays and Fridays, few on Thursdays.
_WEEKDAYS = (1.0, 0.85, 1.45, 0.45, 1.45, 1.0, 0.8)
# A game the day after another, as a debt of games that a team must have before it plays on.
_BACK_TO_BACK_COST = 0.05
_THREE_IN_A_ROW_COST = 100.0


@dataclass(frozen=True)
class Game:
    """A game. `index` is its place in the season's arrays, `day` the number of days since the opening night."""

    index: int
    game_id: str
    home: int
    away: int
    day: int
    game_date: date
    tip_off: datetime


def opening_night(year: int) -> date:
    """The first Tuesday from 18 October on, as the NBA opens."""
    first = date(year, 10, 18)
    return first + timedelta(days=(1 - first.weekday()) % 7)


def make_schedule(seed: int, year: int) -> list[Game]:
    """The games of the season that starts in `year`, in the order of their tip-offs."""
    rng = stream("schedule", seed, year)
    pairs = np.array(pairings(int(rng.integers(5))))
    days = _days_of(pairs, opening_night(year), rng)
    listed = []
    for (home, away), day in zip(pairs.tolist(), days.tolist(), strict=True):
        game_date = opening_night(year) + timedelta(days=day)
        listed.append((_tip_off(game_date, teams()[home].hours_behind, rng), home, away, day, game_date))
    listed.sort()
    return [
        Game(number, f"002{year % 100:02d}{number + 1:05d}", home, away, day, game_date, tip_off)
        for number, (tip_off, home, away, day, game_date) in enumerate(listed)
    ]


def _days_of(pairs: Ints, opening: date, rng: np.random.Generator) -> Ints:
    """The day of each game: each day those whose teams are furthest behind an even pace."""
    days = np.full(len(pairs), -1)
    played = np.zeros(30)
    last, before_last = np.full(30, -9), np.full(30, -9)
    due, number = 0.0, -1
    while (days < 0).any():
        number += 1
        weight = _weight(opening + timedelta(days=number))
        if weight == 0:
            continue
        due = min(_GAMES, due + weight * _GAMES / _PLANNED_DAYS)
        cost = _BACK_TO_BACK_COST * (last == number - 1)
        cost = cost + _THREE_IN_A_ROW_COST * ((last == number - 1) & (before_last == number - 2))
        for game in _chosen(pairs, np.flatnonzero(days < 0), due - played - cost, rng):
            days[game] = number
            for team in pairs[game]:
                played[team] += 1
                before_last[team], last[team] = last[team], number
    return days


def _chosen(pairs: Ints, left: Ints, behind: Floats, rng: np.random.Generator) -> list[int]:
    urgency = behind[pairs[left]].sum(axis=1) + rng.normal(0, 0.35, len(left))
    busy: set[int] = set()
    found = []
    for place in np.argsort(-urgency):
        home, away = pairs[left[place]].tolist()
        if urgency[place] <= 0:
            break
        if home in busy or away in busy or min(behind[home], behind[away]) < -1:
            continue
        busy |= {home, away}
        found.append(int(left[place]))
    return found


def _weight(day: date) -> float:
    """0 on the days without games: Thanksgiving, Christmas Eve, and the All-Star break of six days."""
    thanksgiving = day.month == 11 and day.weekday() == 3 and 22 <= day.day <= 28
    # Friday before the third Sunday of February to the Wednesday after it.
    sunday = day + timedelta(days=(2 - (day.weekday() - 4) % 7))
    all_star = (day.weekday() - 4) % 7 <= 5 and sunday.month == 2 and 15 <= sunday.day <= 21
    if thanksgiving or all_star or (day.month, day.day) == (12, 24):
        return 0.0
    return _WEEKDAYS[day.weekday()]


def _tip_off(day: date, hours_behind: int, rng: np.random.Generator) -> datetime:
    """19:00 to 20:00 on the home team's clock; on Saturdays and Sundays some games in the afternoon."""
    draw = rng.random()
    if day.weekday() >= 5 and draw < 0.2:
        hour, minute = ((13, 0), (15, 30), (18, 0))[int(draw * 15)]
        return clock.eastern(day, max(hour, 12 + hours_behind), minute)
    late = int(30 * (draw > 0.55))
    return clock.eastern(day, 19 + hours_behind, late)
