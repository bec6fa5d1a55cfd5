"""Where and when the shots were taken: the columns of the league's shot chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scrapers.simulated.arrays import Floats, Ints
from scrapers.simulated.plays import Shots

# Distance from the basket by zone, feet; the arc is 23.75 ft away, 22 in the corners.
_NEAR: Floats = np.array([0.0, 4.2, 8.5, 22.1, 22.1, 24.0])
_FAR: Floats = np.array([3.9, 13.5, 21.5, 23.5, 23.5, 29.0])
# Angle from the baseline on the right, degrees: a mid-range shot from further inside than the paint is from the side.
_FROM: Floats = np.array([5.0, 60.0, 5.0, 173.0, 1.0, 25.0])
_TO: Floats = np.array([175.0, 120.0, 60.0, 179.0, 7.0, 155.0])
_RANGES = ("Less Than 8 ft.", "8-16 ft.", "16-24 ft.", "24+ ft.")
_AREAS = ("Right Side(R)", "Right Side Center(RC)", "Center(C)", "Left Side Center(LC)", "Left Side(L)")
_ACTIONS = (
    ("Driving Layup Shot", "Cutting Layup Shot", "Running Layup Shot", "Dunk Shot"),
    ("Driving Floating Jump Shot", "Turnaround Hook Shot", "Floating Jump shot"),
    ("Pullup Jump shot", "Turnaround Jump Shot", "Jump Shot"),
    ("Jump Shot", "Jump Shot", "Jump Shot", "Step Back Jump shot"),
)
_ACTION_OF_ZONE = (0, 1, 2, 3, 3, 3)


@dataclass(frozen=True)
class ShotChart:
    """One entry a shot of `Shots`, in another order: by game and then by time."""

    order: Ints
    event: Ints
    period: Ints
    seconds_left: Ints
    feet: Ints
    x: Ints
    y: Ints
    area: list[str]
    range_: list[str]
    action: list[str]


def make_chart(shots: Shots, rng: np.random.Generator) -> ShotChart:
    """Places and times for all shots; x and y in tenths of a foot from the basket, as the league has them."""
    count = len(shots.row)
    second = np.where(shots.overtime == 0, rng.integers(0, 2880, count), rng.integers(0, 300, count))
    period = np.where(shots.overtime == 0, 1 + second // 720, 4 + shots.overtime)
    left = np.where(shots.overtime == 0, 719 - second % 720, 299 - second)
    game = shots.row // 2
    order = np.lexsort((-left, period, game))
    games = game[order]
    first = np.searchsorted(games, games)
    zone = shots.zone[order]
    feet, angle = rng.uniform(_NEAR[zone], _FAR[zone]), rng.uniform(_FROM[zone], _TO[zone])
    # The two sides of the mid-range.
    angle = np.where((zone == 2) & (rng.random(count) < 0.5), 180 - angle, angle)
    draws = rng.random(count)
    distance = feet.astype(np.int64)
    return ShotChart(
        order=order,
        # Other events lie between the shots.
        event=4 + 5 * (np.arange(count) - first) // 2,
        period=period[order],
        seconds_left=left[order],
        feet=distance,
        x=np.rint(10 * feet * np.cos(np.radians(angle))).astype(np.int64),
        y=np.rint(10 * feet * np.sin(np.radians(angle))).astype(np.int64),
        area=[_AREAS[i] for i in _area(zone, angle).tolist()],
        range_=[_RANGES[i] for i in np.digitize(np.where(zone >= 3, 24, distance), (8, 16, 24)).tolist()],
        action=[_action(z, d) for z, d in zip(zone.tolist(), draws.tolist(), strict=True)],
    )


def _area(zone: Ints, angle: Floats) -> Ints:
    sector = np.digitize(angle, (36, 72, 108, 144))
    # Of the shots from the arc the outermost sectors are the corners'.
    return np.where(zone == 0, 2, np.where(zone == 5, np.clip(sector, 1, 3), sector))


def _action(zone: int, draw: float) -> str:
    actions = _ACTIONS[_ACTION_OF_ZONE[zone]]
    return actions[int(draw * len(actions))]
