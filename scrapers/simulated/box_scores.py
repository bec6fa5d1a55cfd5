"""Box scores: the plays counted, and what goes with them. Whatever a team has is the sum of its players."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scrapers.simulated.arrays import Floats, Ints, rounded_to_sum
from scrapers.simulated.expectation import Expectation
from scrapers.simulated.players import ZONE_POINTS, Players
from scrapers.simulated.plays import Played, shot_totals

# How closely minutes follow the part in the plays, and how far they go their own way.
_MINUTES_FOLLOW, _MINUTES_NOISE = 0.6, 0.1
_REGULATION, _OVERTIME = 48, 5
# Of the misses the offence gets back a quarter; some go out of bounds and count for no player.
_OFFENSIVE, _DEFENSIVE = 0.245, 0.71
_ASSISTED, _STOLEN, _BLOCKED = 0.62, 0.56, 0.09
# Fouls besides those that led to free throws; a player has six at most.
_OTHER_FOULS, _MOST_FOULS = 9.0, 6


@dataclass(frozen=True)
class BoxScores:
    """Arrays over team-games and places in the rotation, named as the league's game log names them."""

    MIN: Ints
    FGM: Ints
    FGA: Ints
    FG3M: Ints
    FG3A: Ints
    FTM: Ints
    FTA: Ints
    OREB: Ints
    DREB: Ints
    REB: Ints
    AST: Ints
    STL: Ints
    BLK: Ints
    TOV: Ints
    PF: Ints
    PTS: Ints
    PLUS_MINUS: Ints


def make_box_scores(players: Players, known: Expectation, played: Played, rng: np.random.Generator) -> BoxScores:
    """The box scores of `played`."""
    shots, who = played.shots, known.player
    is_three = ZONE_POINTS[shots.zone] == 3
    made, attempts = shot_totals(played, shots.made), shot_totals(played, np.ones_like(shots.made))
    minutes = _minutes(known, played, rng)
    misses = (attempts - made).sum(axis=1)
    other = np.arange(len(misses)) ^ 1  # home and visitors of a game stand side by side
    offensive = rng.binomial(misses, _OFFENSIVE)
    defensive = rng.binomial(misses - offensive, _DEFENSIVE / (1 - _OFFENSIVE))[other]
    lost = played.turnovers.sum(axis=1)
    inside_misses = shot_totals(played, ~shots.made & ~is_three).sum(axis=1)
    fouls = (played.free_throw_attempts.sum(axis=1) // 2)[other] + rng.poisson(_OTHER_FOULS, len(misses))
    boards = _split(offensive, minutes * players.rebounding[who] ** 1.5, rng)
    far_boards = _split(defensive, minutes * players.rebounding[who], rng)
    return BoxScores(
        MIN=minutes,
        FGM=made,
        FGA=attempts,
        FG3M=shot_totals(played, shots.made & is_three),
        FG3A=shot_totals(played, is_three),
        FTM=played.free_throws,
        FTA=played.free_throw_attempts,
        OREB=boards,
        DREB=far_boards,
        REB=boards + far_boards,
        AST=_split(rng.binomial(made.sum(axis=1), _ASSISTED), minutes * players.passing[who], rng),
        STL=_split(rng.binomial(lost[other], _STOLEN), minutes.astype(np.float64), rng),
        BLK=_split(rng.binomial(inside_misses[other], _BLOCKED * 2), minutes * players.defence[who], rng),
        TOV=played.turnovers,
        PF=np.minimum(_split(fouls, minutes.astype(np.float64), rng), _MOST_FOULS),
        PTS=played.points,
        PLUS_MINUS=_plus_minus(played.points.sum(axis=1), minutes, played.overtimes, rng),
    )


def _split(totals: Ints, weights: Floats, rng: np.random.Generator) -> Ints:
    """A team's total among its players."""
    return rng.multinomial(totals, weights / weights.sum(axis=1, keepdims=True)).astype(np.int64)


def _minutes(known: Expectation, played: Played, rng: np.random.Generator) -> Ints:
    """Whole minutes that sum to 240 and 25 for every overtime, nobody's more than the game's."""
    totals = 5 * (_REGULATION + _OVERTIME * played.overtimes)
    longest = (_REGULATION + _OVERTIME * played.overtimes)[:, None].astype(np.float64)
    pull = np.clip(played.share / known.share, 0.2, 3) ** _MINUTES_FOLLOW
    weights = known.minutes * pull * np.exp(rng.normal(0, _MINUTES_NOISE, known.minutes.shape))
    minutes = weights * (totals / weights.sum(axis=1))[:, None]
    for _ in range(4):
        # What is cut off goes to those who have room, by their weights.
        minutes = np.clip(minutes, 1, longest - 2)
        room = np.where(minutes < longest - 2, minutes, 0)
        minutes = minutes + room * ((totals - minutes.sum(axis=1)) / room.sum(axis=1))[:, None]
    return rounded_to_sum(minutes, totals)


def _plus_minus(points: Ints, minutes: Ints, overtimes: Ints, rng: np.random.Generator) -> Ints:
    """The margin while a player was on: five times the game's margin over all players of a team."""
    margin = points - points[np.arange(len(points)) ^ 1]
    played = minutes / (_REGULATION + _OVERTIME * overtimes)[:, None]
    noise = rng.normal(0, 8, minutes.shape) * np.sqrt(played * (1 - played).clip(0))
    raw = margin[:, None] * played + noise - noise.mean(axis=1, keepdims=True)
    return rounded_to_sum(raw, 5 * margin)
