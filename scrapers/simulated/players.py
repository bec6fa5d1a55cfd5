"""The players of a season: careers of several years in 450 roster places, with what they can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scrapers.simulated.arrays import Floats, Ints, stream
from scrapers.simulated.names import full_name

FIRST_ID = 9_000_000
ROSTER = 15
SLOTS = 30 * ROSTER
_CAREERS_A_SLOT = 30
# Zones of the shot chart, in the order of all arrays by zone, and what a make counts.
ZONES = (
    "Restricted Area",
    "In The Paint (Non-RA)",
    "Mid-Range",
    "Left Corner 3",
    "Right Corner 3",
    "Above the Break 3",
)
ZONE_POINTS: Ints = np.array([2, 2, 2, 3, 3, 3])
# League means of the NBA's seasons of the 2020s: share of the attempts and accuracy by zone.
_ZONE_SHARES = np.array([0.285, 0.195, 0.115, 0.05, 0.05, 0.305])
ZONE_ACCURACY: Floats = np.array([0.665, 0.435, 0.415, 0.39, 0.39, 0.352])
_FREE_THROWS = 0.78
_TURNOVERS, _FREE_THROW_TRIPS = 0.121, 0.078


@dataclass(frozen=True)
class Players:
    """Arrays over the 450 players. Accuracy is logit, relative to the league; the others as named.

    `role` orders a team's depth chart; `usage` is a player's plays a minute against his team's mean;
    `turnovers` and `trips` are shares of his plays, `zones` shares of his shots.
    """

    player_id: Ints
    name: tuple[str, ...]
    home_team: Ints
    role: Floats
    usage: Floats
    accuracy: Floats
    zones: Floats
    free_throws: Floats
    turnovers: Floats
    trips: Floats
    rebounding: Floats
    passing: Floats
    defence: Floats


def make_players(seed: int, year: int) -> Players:
    """The players of the season that starts in `year`; a player keeps his id, name and nature over his years."""
    careers = [_career(seed, slot, year) for slot in range(SLOTS)]
    numbers = [slot * _CAREERS_A_SLOT + career % _CAREERS_A_SLOT for slot, (career, _) in enumerate(careers)]
    nature = np.array([_nature(seed, slot, career) for slot, (career, _) in enumerate(careers)])
    best_years = np.array([1 - abs(share - 0.5) for _, share in careers])
    season = stream("players", seed, year).normal(size=(SLOTS, 3))
    talent = nature[:, 0] + 0.9 * (best_years - 0.75) + 0.25 * season[:, 0]
    inside = nature[:, 1]
    return Players(
        player_id=FIRST_ID + np.array(numbers),
        name=tuple(full_name(n, draw) for n, draw in zip(numbers, nature[:, 8] % 1, strict=True)),
        home_team=np.arange(SLOTS) // ROSTER,
        role=talent + 0.35 * season[:, 1],
        usage=np.exp(np.clip(0.3 * talent + 0.14 * nature[:, 2], -0.7, 0.68)),
        accuracy=np.clip(0.06 * talent + 0.07 * nature[:, 3] + 0.04 * season[:, 2], -0.3, 0.3),
        zones=_zone_shares(inside, nature[:, 4]),
        free_throws=np.clip(_FREE_THROWS - 0.04 * inside + 0.05 * nature[:, 5], 0.5, 0.93),
        turnovers=np.clip(_TURNOVERS + 0.02 * nature[:, 6], 0.05, 0.2),
        trips=np.clip(_FREE_THROW_TRIPS * np.exp(0.25 * nature[:, 7] + 0.12 * talent), 0.02, 0.2),
        rebounding=np.exp(0.45 * inside),
        passing=np.exp(0.35 * talent - 0.45 * inside + 0.25 * nature[:, 2]),
        defence=np.exp(0.2 * nature[:, 6] + 0.3 * inside),
    )


def _career(seed: int, slot: int, year: int) -> tuple[int, float]:
    """Which career the slot is in, and how much of it is behind, 0-1."""
    length, offset = stream("players", seed, slot, 1, 0).integers((4, 0), (13, 13)).tolist()
    return (year + offset) // length, ((year + offset) % length + 0.5) / length


def _nature(seed: int, slot: int, career: int) -> list[float]:
    """What does not change over a career: eight standard normal traits, and a draw for the name."""
    rng = stream("players", seed, slot, 2, career)
    return [*rng.normal(size=8).tolist(), float(rng.random())]


def _zone_shares(inside: Floats, taste: Floats) -> Floats:
    """Big men at the rim, shooters outside; rows sum to 1."""
    lean = np.stack([0.6 * inside, 0.45 * inside, 0.45 * taste, -0.55 * inside, -0.55 * inside, -0.45 * inside], axis=1)
    shares: Floats = _ZONE_SHARES * np.exp(lean)
    return shares / shares.sum(axis=1, keepdims=True)
