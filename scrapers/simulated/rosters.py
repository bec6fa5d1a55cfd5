"""Who belongs to which team on which day, who can play, and in what form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scrapers.simulated.arrays import Bools, Floats, Ints, stream
from scrapers.simulated.players import SLOTS, Players
from scrapers.simulated.schedule import Game

# Pairs of players who change places for a season, beside the new careers; and pairs traded until early February.
_SUMMER_MOVES = 20
_TRADES = 7
_FIRST_TRADE_DAY, _LAST_TRADE_DAY = 40, 106
_INJURY_A_DAY = 0.011
_MEAN_LOG_DAYS, _SD_LOG_DAYS = 1.85, 1.0
_REST_ON_BACK_TO_BACK = 0.07
_LATE_NEWS = 0.7
# Form is an autoregression a day: it takes about three weeks to be forgotten by half.
_FORM_KEPT = 0.967
_USAGE_FORM, _ACCURACY_FORM = 0.06, 0.03


@dataclass(frozen=True)
class Rosters:
    """Arrays player x day (since the opening night).

    `is_out`: does not play that day. `is_late`: out, but known only on the day itself, at `news_hour` Eastern.
    """

    team: Ints
    is_out: Bools
    is_late: Bools
    news_hour: Floats
    usage_form: Floats
    accuracy_form: Floats


def make_rosters(seed: int, year: int, players: Players, games: list[Game]) -> Rosters:
    """The rosters of a season's days."""
    days = games[-1].day + 1
    team = _teams(seed, year, players, days)
    rng = stream("health", seed, year)
    is_hurt, first_day = _injuries(days, rng)
    resting = _resting(players, team, games, rng)
    is_out = is_hurt | resting
    return Rosters(
        team=team,
        is_out=is_out,
        is_late=is_out & (first_day | resting) & (rng.random((SLOTS, days)) < _LATE_NEWS),
        news_hour=rng.uniform(10.5, 18.0, (SLOTS, days)),
        usage_form=_form(_USAGE_FORM, days, stream("form", seed, year, 0)),
        accuracy_form=_form(_ACCURACY_FORM, days, stream("form", seed, year, 1)),
    )


def _teams(seed: int, year: int, players: Players, days: int) -> Ints:
    rng = stream("moves", seed, year)
    start = players.home_team.copy()
    movers = rng.permutation(SLOTS)[: 2 * _SUMMER_MOVES].reshape(2, -1)
    start[movers[0]], start[movers[1]] = start[movers[1]].copy(), start[movers[0]].copy()
    team = np.repeat(start[:, None], days, axis=1)
    for day in sorted(rng.integers(_FIRST_TRADE_DAY, _LAST_TRADE_DAY, _TRADES).tolist()):
        first, second = rng.choice(SLOTS, 2, replace=False).tolist()
        here, there = int(team[first, day]), int(team[second, day])
        team[first, day:], team[second, day:] = there, here
    return team


def _injuries(days: int, rng: np.random.Generator) -> tuple[Bools, Bools]:
    """Whether a player is hurt on a day, and whether it is the first day of it."""
    begins = rng.random((SLOTS, days)) < _INJURY_A_DAY
    lengths = np.ceil(rng.lognormal(_MEAN_LOG_DAYS, _SD_LOG_DAYS, (SLOTS, days))).astype(np.int64)
    back_on = np.where(begins, np.arange(days) + lengths, 0)
    is_hurt = np.maximum.accumulate(back_on, axis=1) > np.arange(days)
    before = np.concatenate([np.zeros((SLOTS, 1), dtype=bool), is_hurt[:, :-1]], axis=1)
    return is_hurt, is_hurt & ~before


def _resting(players: Players, team: Ints, games: list[Game], rng: np.random.Generator) -> Bools:
    """The best players sit out some second games of two on consecutive days."""
    plays = np.zeros((30, team.shape[1]), dtype=bool)
    for game in games:
        plays[[game.home, game.away], game.day] = True
    again = np.zeros_like(plays)
    again[:, 1:] = plays[:, 1:] & plays[:, :-1]
    stars = players.role > np.quantile(players.role, 0.85)
    draws = rng.random(team.shape) < _REST_ON_BACK_TO_BACK
    return draws & stars[:, None] & again[team, np.arange(team.shape[1])]


def _form(size: float, days: int, rng: np.random.Generator) -> Floats:
    """Stationary, with standard deviation `size`."""
    steps = rng.normal(0, size, (SLOTS, days))
    form = steps.copy()
    for day in range(1, days):
        form[:, day] = _FORM_KEPT * form[:, day - 1] + np.sqrt(1 - _FORM_KEPT**2) * steps[:, day]
    return form
