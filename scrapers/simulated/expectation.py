"""What can be known of the games before they are played: who plays, his part in his team's plays, his points.

A team's game is N plays (about 108: possessions and second chances). Each is one player's: by a Dirichlet draw
of the players' shares, then a multinomial one of the plays. A play ends in a turnover, two free throws, or a
shot from a zone, made or missed, and-one at times. So a player's number of plays is beta-binomial, and his
points are a compound of it: their distribution is known exactly, see `points_distributions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scrapers.simulated.arrays import Bools, Complexes, Floats, Ints, stream
from scrapers.simulated.players import ZONE_ACCURACY, ZONE_POINTS, Players
from scrapers.simulated.rosters import Rosters
from scrapers.simulated.schedule import Game

# Expected minutes by place in the depth chart; a team's regulation has 240.
_CHART: Floats = np.array([34.5, 33.0, 31.0, 29.0, 26.0, 22.0, 19.5, 16.0, 13.0, 9.0, 7.0])
ROTATION = len(_CHART)
PLAYS = 108.5
# Plays a team's game vary by the game's pace, which both teams share, and by their own second chances.
PACE_SD, OWN_PLAYS_SD = 3.0, 2.0
# Concentration of the Dirichlet draw of shares: a star's 0.23 has a standard deviation of 0.038.
CONCENTRATION = 120.0
# A whistle with the make, after which there is one free throw.
AND_ONE = 0.045
_HOME, _TIRED = 0.03, -0.025
_TEAM_ACCURACY, _TEAM_DEFENCE, _TEAM_PACE = 0.045, 0.045, 1.6
# Standard deviation of a game's margin around its expectation, points; for the chance of a tie.
_MARGIN_SD = 14.0
OVERTIME = 5 / 48
_MOST_PLAYS, _POINTS = 72, 128
_NODES: Floats = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
_NODE_WEIGHTS: Floats = np.array([1 / 6, 2 / 3, 1 / 6])


@dataclass(frozen=True)
class Expectation:
    """Arrays over team-games (2g is game g's home team, 2g+1 the visitors) and places in the rotation.

    `outcomes` are a play's probabilities: turnover, free throws, then the zones. `free_throws` and `accuracy`
    (by zone) are the chances to make one.
    """

    player: Ints
    minutes: Floats
    share: Floats
    outcomes: Floats
    accuracy: Floats
    free_throws: Floats
    plays: Floats

    def take(self, rows: Ints) -> Expectation:
        """The same for some team-games, in their order."""
        return replace(self, **{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def expect(seed: int, year: int, games: list[Game], players: Players, rosters: Rosters, is_out: Bools) -> Expectation:
    """What the games look like when those in `is_out` (player x day) don't play."""
    rng = stream("teams", seed, year)
    attack, defence = rng.normal(0, _TEAM_ACCURACY, 30), rng.normal(0, _TEAM_DEFENCE, (30, 3))
    pace = rng.normal(0, _TEAM_PACE, 30)
    team = np.array([[g.home, g.away] for g in games]).ravel()
    other = np.array([[g.away, g.home] for g in games]).ravel()
    day = np.repeat([g.day for g in games], 2)
    player = _rotation(team, day, players, rosters, is_out)
    weights = _CHART * np.exp(0.12 * np.clip(players.role[player] - players.role[player].mean(axis=1)[:, None], -1, 1))
    minutes = 240 * weights / weights.sum(axis=1, keepdims=True)
    load = minutes * players.usage[player] * np.exp(rosters.usage_form[player, day[:, None]])
    lift = attack[team] + np.where(np.arange(len(team)) % 2 == 0, _HOME, 0) + _TIRED * _is_tired(team, day, games)
    lift = lift[:, None] + players.accuracy[player] + rosters.accuracy_form[player, day[:, None]]
    # Defences differ at the rim and in the paint, in the mid-range, and beyond the arc.
    allowed = defence[other][:, (0, 0, 1, 2, 2, 2)]
    logit = np.log(ZONE_ACCURACY / (1 - ZONE_ACCURACY)) + lift[:, :, None] + allowed[:, None, :]
    turnovers, trips = players.turnovers[player], players.trips[player]
    shots = players.zones[player] * (1 - turnovers - trips)[:, :, None]
    return Expectation(
        player=player,
        minutes=minutes,
        share=load / load.sum(axis=1, keepdims=True),
        outcomes=np.concatenate([turnovers[:, :, None], trips[:, :, None], shots], axis=2),
        accuracy=1 / (1 + np.exp(-logit)),
        free_throws=players.free_throws[player],
        plays=PLAYS + pace[team] + pace[other],
    )


def _rotation(team: Ints, day: Ints, players: Players, rosters: Rosters, is_out: Bools) -> Ints:
    """The best of those who can play, by the depth chart's order; the injured play when there are too few."""
    rotations = np.empty((len(team), ROTATION), dtype=np.int64)
    order = np.argsort(-players.role, kind="stable")
    for row, (t, d) in enumerate(zip(team.tolist(), day.tolist(), strict=True)):
        squad = order[rosters.team[order, d] == t]
        out = is_out[squad, d]
        rotations[row] = np.concatenate([squad[~out], squad[out]])[:ROTATION]
    return rotations


def _is_tired(team: Ints, day: Ints, games: list[Game]) -> Floats:
    played = np.zeros((30, games[-1].day + 2), dtype=bool)
    played[team, day + 1] = True
    tired: Floats = played[team, day].astype(np.float64)
    return tired


def points_distributions(known: Expectation) -> Floats:
    """P(points = 0 … 127) by team-game and place in the rotation, given what is known before the game.

    By the generating function of a play's points on the unit circle, put into that of the beta-binomial
    number of plays, mixed over the game's pace and the chance of an overtime; then one Fourier transform.
    """
    one_play = _play_transform(known)
    counts = _plays_distribution(known, np.zeros(len(known.plays)))
    counts = _plays_distribution(known, _tie_chance(_means(counts, one_play)))
    transform = np.zeros_like(one_play)
    for number in range(_MOST_PLAYS - 1, -1, -1):
        transform = transform * one_play + counts[:, :, number, None]
    found: Floats = np.fft.irfft(np.conj(transform), n=_POINTS, axis=2)
    found = np.clip(found, 0, None)
    return found / found.sum(axis=2, keepdims=True)


def _play_transform(known: Expectation) -> Complexes:
    """E[w^points] of one play at the 65 roots of unity that a real transform needs."""
    w = np.exp(2j * np.pi * np.arange(_POINTS // 2 + 1) / _POINTS)
    shot = known.free_throws[:, :, None] * (w - 1) + 1
    found = known.outcomes[:, :, :1] + known.outcomes[:, :, 1:2] * shot**2
    for zone, points in enumerate(ZONE_POINTS.tolist()):
        made = known.accuracy[:, :, zone, None]
        worth = w**points * (1 - AND_ONE + AND_ONE * shot)
        found = found + known.outcomes[:, :, 2 + zone, None] * (1 - made + made * worth)
    transform: Complexes = found
    return transform


def _plays_distribution(known: Expectation, tie: Floats) -> Floats:
    """P(a player has n plays): beta-binomial, mixed over three paces and over an overtime."""
    spread = np.hypot(PACE_SD, OWN_PLAYS_SD)
    mixed = np.zeros((*known.share.shape, _MOST_PLAYS))
    for node, weight in zip(_NODES, _NODE_WEIGHTS, strict=True):
        mixed += (weight * (1 - tie))[:, None, None] * _beta_binomial(known.share, known.plays + node * spread)
    return mixed + tie[:, None, None] * _beta_binomial(known.share, known.plays * (1 + OVERTIME))


def _beta_binomial(share: Floats, plays: Floats) -> Floats:
    """By the ratio of neighbouring probabilities, normalised at the end; rows are team-games."""
    a, b = CONCENTRATION * share, CONCENTRATION * (1 - share)
    total = np.rint(plays)[:, None]
    log_p = np.zeros((*share.shape, _MOST_PLAYS))
    for n in range(_MOST_PLAYS - 1):
        ratio = (total - n) * (n + a) / ((n + 1) * (total - n - 1 + b))
        log_p[:, :, n + 1] = log_p[:, :, n] + np.log(ratio)
    p: Floats = np.exp(log_p - log_p.max(axis=2, keepdims=True))
    return p / p.sum(axis=2, keepdims=True)


def _means(counts: Floats, one_play: Complexes) -> Floats:
    """Expected points by team-game."""
    plays = counts @ np.arange(_MOST_PLAYS)
    angle = 2 * np.pi / _POINTS
    # The slope of the transform at 1 is the mean; the first root is near enough for the chance of a tie.
    return (plays * np.angle(one_play[:, :, 1]) / angle).sum(axis=1)


def _tie_chance(team_means: Floats) -> Floats:
    """The chance of an overtime, for both teams of each game: a normal margin's density at 0."""
    margin = team_means[0::2] - team_means[1::2]
    density = np.exp(-(margin**2) / (2 * _MARGIN_SD**2)) / (_MARGIN_SD * np.sqrt(2 * np.pi))
    return np.repeat(density, 2)
