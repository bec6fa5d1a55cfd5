"""Array types, and random streams that do not depend on the order of questions."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Complexes = NDArray[np.complex128]

# Each part of the league draws from a stream of its own: a change in one leaves the others' draws.
Stream = Literal["players", "moves", "schedule", "health", "form", "teams", "games", "box", "shots", "books", "reports"]
_STREAMS: tuple[Stream, ...] = (
    "players", "moves", "schedule", "health", "form", "teams", "games", "box", "shots", "books", "reports",
)  # fmt: skip


def stream(name: Stream, seed: int, *parts: int) -> np.random.Generator:
    """The generator of one part of the league; `parts` are a season's first year, a slot, a career …"""
    return np.random.default_rng([_STREAMS.index(name), seed, *parts])


def rounded_to_sum(values: Floats, totals: Ints) -> Ints:
    """Rows of whole numbers near `values` whose sums are exactly `totals` (largest remainders first).

    `values` must sum to `totals` up to rounding.
    """
    floors = np.floor(values).astype(np.int64)
    missing = totals - floors.sum(axis=1)
    order = np.argsort(np.argsort(-(values - floors), axis=1, kind="stable"), axis=1, kind="stable")
    return floors + (order < missing[:, None])
