"""When a backtest trains anew: blocks of dates that one model predicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from predictions.training.out_of_sample import blocks

Retrain = Literal["weekly", "monthly", "never"]


@dataclass(frozen=True, order=True)
class Block:
    """Game dates `first` … `last`, predicted by a model trained on the games before `first`."""

    first: date
    last: date

    @property
    def trained_through(self) -> date:
        """The last date that its model may learn from."""
        return self.first - timedelta(days=1)


def retraining_blocks(first: date, last: date, retrain: Retrain) -> list[Block]:
    """The blocks of `first` … `last`: weeks from Monday, months, or one; the outer ones cut to the range."""
    if retrain == "never":
        return [Block(first, last)]
    if retrain == "monthly":
        return [Block(*ends) for ends in blocks(first, last)]
    return list(_weeks(first, last))


def _weeks(first: date, last: date) -> Iterator[Block]:
    start = first
    while start <= last:
        sunday = start + timedelta(days=6 - start.weekday())
        yield Block(start, min(sunday, last))
        start = sunday + timedelta(days=1)
