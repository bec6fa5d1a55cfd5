from __future__ import annotations

import click
import pytest

from orchestration.commands.options import Phases

BACKFILL = Phases("a backfill", (1, 2, 3, 4))
REPLAY = Phases("a replay", (2, 3, 4, 5, 6), {"grading": 6})


@pytest.mark.parametrize(
    ("option", "text", "numbers"),
    [(BACKFILL, "2, 1,2", (1, 2)), (REPLAY, "5,3", (3, 5)), (REPLAY, "grading,4,6", (4, 6))],
)
def test_phases_are_numbers_each_once_and_in_order(option: Phases, text: str, numbers: tuple[int, ...]) -> None:
    assert option.convert(text, None, None) == numbers


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [
        (BACKFILL, "5", "a backfill has 1, 2, 3 and 4, separated by commas"),
        (BACKFILL, "grading", "names no phases"),
        (REPLAY, "1", "a replay has 2, 3, 4, 5 and 6 (grading), separated by commas"),
        (REPLAY, "", "names no phases"),
        (REPLAY, "3-4", "names no phases"),
    ],
)
def test_what_names_no_phase_is_refused_with_those_that_there_are(option: Phases, text: str, words: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        option.convert(text, None, None)
    assert words in refused.value.message
