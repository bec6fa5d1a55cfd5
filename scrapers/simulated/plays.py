"""Plays the games: every team's plays drawn, all games at once, overtimes until nobody is level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scrapers.simulated.arrays import Bools, Floats, Ints
from scrapers.simulated.expectation import AND_ONE, CONCENTRATION, OVERTIME, OWN_PLAYS_SD, PACE_SD, Expectation
from scrapers.simulated.players import ZONE_POINTS

# Share of the shots that are drawn in pairs of which one tends to go in and the other not: a team's points
# then vary by 12 from game to game, as the NBA's do; independent shots give 14. Each shot by itself, and so
# each player's points, keep their distribution: the two of a pair are never one player's.
_PAIRED = 0.62


@dataclass(frozen=True)
class Shots:
    """One entry a field goal attempt, sorted by team-game; `overtime` is 0 in regulation."""

    row: Ints
    place: Ints
    zone: Ints
    made: Bools
    and_one: Bools
    overtime: Ints

    @property
    def points(self) -> Ints:
        """Points of the field goals themselves."""
        return np.where(self.made, ZONE_POINTS[self.zone], 0)


@dataclass(frozen=True)
class Played:
    """What happened; arrays over team-games and places in the rotation. `share` is the part in the plays."""

    shots: Shots
    share: Floats
    turnovers: Ints
    free_throws: Ints
    free_throw_attempts: Ints
    points: Ints
    overtimes: Ints


def play(known: Expectation, rng: np.random.Generator) -> Played:
    """One outcome of every game of `known` (home team and visitors in turn)."""
    draws = rng.gamma(CONCENTRATION * known.share)
    share = draws / draws.sum(axis=1, keepdims=True)
    games = len(known.plays) // 2
    pace = np.repeat(rng.normal(0, PACE_SD, games), 2)
    number = np.rint(known.plays + pace + rng.normal(0, OWN_PLAYS_SD, 2 * games)).astype(np.int64)
    played = _period(known, share, number, np.arange(2 * games), 0, rng)
    overtime = 0
    while (level := _level(played.points)).any():
        overtime += 1
        rows = np.flatnonzero(np.repeat(level, 2))
        extra = np.rint(number[rows] * OVERTIME).astype(np.int64)
        played = _added(played, _period(known, share, extra, rows, overtime, rng))
    return replace(played, shots=_sorted(played.shots))


def _sorted(shots: Shots) -> Shots:
    order = np.lexsort((shots.overtime, shots.row))
    return replace(shots, **{name: getattr(shots, name)[order] for name in shots.__dataclass_fields__})


def _level(points: Ints) -> Bools:
    totals = points.sum(axis=1)
    found: Bools = totals[0::2] == totals[1::2]
    return found


def _period(
    known: Expectation, share: Floats, number: Ints, rows: Ints, overtime: int, rng: np.random.Generator
) -> Played:
    """Regulation, or one overtime of the games that are level; arrays over all team-games."""
    by_player = np.zeros(share.shape, dtype=np.int64)
    by_player[rows] = rng.multinomial(number, share[rows])
    kinds = rng.multinomial(by_player, known.outcomes)
    shots = _shots(known, kinds[:, :, 2:], overtime, rng)
    attempts = 2 * kinds[:, :, 1] + _count(shots, shots.and_one, share.shape)
    made = rng.binomial(attempts, known.free_throws)
    return Played(
        shots=shots,
        share=share,
        turnovers=kinds[:, :, 0],
        free_throws=made,
        free_throw_attempts=attempts,
        points=made + _count(shots, shots.points, share.shape),
        overtimes=np.where(np.isin(np.arange(len(share)), rows), overtime, 0),
    )


def _shots(known: Expectation, attempts: Ints, overtime: int, rng: np.random.Generator) -> Shots:
    row, place, zone = (np.repeat(i.ravel(), attempts.ravel()) for i in np.indices(attempts.shape))
    made = _uniforms(row, len(attempts), rng) < known.accuracy[row, place, zone]
    and_one = made & (rng.random(len(row)) < AND_ONE)
    return Shots(row, place, zone, made, and_one, np.full(len(row), overtime))


def _uniforms(row: Ints, rows: int, rng: np.random.Generator) -> Floats:
    """Uniform draws; a shot and the one half a team's list further on, another player's, may be opposites."""
    drawn = rng.random(len(row))
    count = np.bincount(row, minlength=rows)
    half = (count // 2)[row]
    position = np.arange(len(row)) - (np.cumsum(count) - count)[row]
    second = (position >= half) & (position < 2 * half)
    partner = np.where(second, np.arange(len(row)) - half, np.arange(len(row)))
    paired = second & (rng.random(len(row)) < _PAIRED)
    return np.where(paired, 1 - drawn[partner], drawn)


def _count(shots: Shots, values: Ints | Bools, shape: tuple[int, ...]) -> Ints:
    """The sum of a value of the shots by team-game and place."""
    cells = np.bincount(shots.row * shape[1] + shots.place, weights=values, minlength=shape[0] * shape[1])
    return cells.astype(np.int64).reshape(shape)


def shot_totals(played: Played, values: Ints | Bools) -> Ints:
    """The sum of a value of the shots (e.g. `made`) by team-game and place in the rotation."""
    return _count(played.shots, values, played.points.shape)


def _added(before: Played, more: Played) -> Played:
    joined = {
        name: np.concatenate([getattr(before.shots, name), getattr(more.shots, name)])
        for name in before.shots.__dataclass_fields__
    }
    return Played(
        shots=Shots(**joined),
        share=before.share,
        turnovers=before.turnovers + more.turnovers,
        free_throws=before.free_throws + more.free_throws,
        free_throw_attempts=before.free_throw_attempts + more.free_throw_attempts,
        points=before.points + more.points,
        overtimes=np.maximum(before.overtimes, more.overtimes),
    )
