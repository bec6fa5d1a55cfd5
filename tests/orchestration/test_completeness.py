"""What the counts of a date say is missing, without a warehouse."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from orchestration.completeness import DaySummary, _off


def day(**counts: Any) -> DaySummary:
    nothing = {f.name: 0 for f in fields(DaySummary)}
    return DaySummary(**(nothing | {"game_date": date(2026, 11, 28), "season": "2026-27"} | counts))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"listed_games": 15, "postponed_games": 7}, []),
        ({"listed_games": 1, "postponed_games": 1}, []),  # news of the league
        ({"listed_games": 15, "postponed_games": 8}, ["8 of 15 games of the date are postponed"]),
        ({"listed_games": 2, "season_games": 1230, "season_postponed": 615}, []),
        (
            {"listed_games": 2, "postponed_games": 2, "season_games": 1230, "season_postponed": 1230},
            ["2 of 2 games of the date are postponed", "1230 of 1230 games of the season 2026-27 are postponed"],
        ),
        ({"listed_games": 15, "flagged_games": 7}, []),
    ],
)
def test_mostly_postponed_is_a_gap_of_the_schedule(counts: dict[str, int], words: list[str]) -> None:
    gaps = _off(day(**counts))
    assert [g.words.split(":")[0] for g in gaps] == words
    assert all(g.offered for g in gaps)


def test_flags_that_the_status_texts_contradict_are_told_and_the_date_is_complete_without() -> None:
    (gap,) = _off(day(listed_games=15, flagged_games=15))
    assert gap.words == (
        "15 of 15 games of the date are flagged as postponed: their status texts say otherwise, and count"
    )
    assert not gap.offered
