"""What broke off erases nothing; what a source takes back in earnest is let in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from common.errors import PayloadError
from data_processors.raw.landing import State
from data_processors.raw.raw_tables import (
    GAME_LINES,
    INJURIES,
    PLAYER_BOXSCORES,
    PLAYER_LIST,
    PLAYER_PROP_LINES,
    SCHEDULE,
    SHOTS,
    TEAM_BOXSCORES,
    RawTable,
    ScopeRows,
)
from data_processors.raw.reading import Parsed
from data_processors.raw.shrinking import refuse_shrinking
from tests.data_processors.raw.archive import payload

AT = datetime(2024, 11, 4, 15, tzinfo=UTC)  # when archive.payload's are fetched


def unit_of(table: RawTable, rows: int, path: str = "f/s/r/20241104T150000000000Z.json.gz") -> ScopeRows:
    return ScopeRows(table, "x", payload("f", b"{}", path=path), [{"n": n} for n in range(rows)])


def kept(*units: ScopeRows) -> Parsed:
    parsed = Parsed()
    for unit in units:
        parsed.keep(unit.payload, [unit])
    return parsed


def state_of(table: RawTable, rows: int, fetched_at: datetime = AT - timedelta(days=1)) -> State:
    slot = table.part, "x"
    return State({slot: {date(2024, 11, 4): ("digest", fetched_at)}}, frozenset(), {}, {slot: rows})


@pytest.mark.parametrize(
    ("table", "there", "come"),
    [
        (SCHEDULE, 1390, 3),
        (SCHEDULE, 1390, 1250),
        (PLAYER_BOXSCORES, 26, 13),
        (PLAYER_BOXSCORES, 26, 23),
        (TEAM_BOXSCORES, 2, 1),
        (SHOTS, 178, 150),
        (PLAYER_LIST, 570, 30),
        (PLAYER_LIST, 570, 0),
    ],
)
def test_an_answer_that_lost_much_is_set_apart_and_says_how_much(table: RawTable, there: int, come: int) -> None:
    parsed = kept(unit_of(table, come))
    (item,) = refuse_shrinking(parsed, state_of(table, there), ())
    assert isinstance(item.error, PayloadError)
    assert f"would remove {there - come} of {there} rows of {table.name}" in item.error.message
    assert "--accept-shrink" in str(item.error.remedy)
    assert (parsed.units, parsed.rows, parsed.waiting) == ([], {}, {})


@pytest.mark.parametrize(
    ("table", "there", "come"),
    [
        (SCHEDULE, 1390, 1380),  # needless playoff games
        (SCHEDULE, 2, 1),
        (PLAYER_BOXSCORES, 26, 25),  # a correction
        (PLAYER_BOXSCORES, 13, 26),
        (TEAM_BOXSCORES, 2, 2),
        (SHOTS, 178, 174),
        (PLAYER_LIST, 570, 560),
        (INJURIES, 100, 3),  # snapshots
        (PLAYER_PROP_LINES, 300, 0),
        (GAME_LINES, 10, 2),
        (SCHEDULE, 0, 0),
    ],
)
def test_what_sources_take_back_in_earnest_lands(table: RawTable, there: int, come: int) -> None:
    parsed = kept(unit_of(table, come))
    assert refuse_shrinking(parsed, state_of(table, there), ()) == []
    assert len(parsed.units) == 1


def test_what_a_person_allows_lands() -> None:
    unit = unit_of(SCHEDULE, 3)
    parsed = kept(unit)
    assert refuse_shrinking(parsed, state_of(SCHEDULE, 1390), {unit.payload.path}) == []


def test_an_older_answer_is_left_aside_anyway_and_accused_of_nothing() -> None:
    assert refuse_shrinking(kept(unit_of(SCHEDULE, 3)), state_of(SCHEDULE, 1390, AT + timedelta(days=1)), ()) == []


def test_an_older_answer_of_the_batch_takes_the_place_of_one_that_broke_off() -> None:
    whole = unit_of(SCHEDULE, 1390, "f/s/a/20241104T140000000000Z.json.gz")
    broken = unit_of(SCHEDULE, 3, "f/s/b/20241104T150000000000Z.json.gz")
    parsed = kept(whole, broken)
    (item,) = refuse_shrinking(parsed, state_of(SCHEDULE, 1390), ())
    assert item.raw_path == broken.payload.path
    assert parsed.units == [whole]
