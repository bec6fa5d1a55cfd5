"""A backfill is cut so that no call holds two seasons, and phases come one after the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from common import ids
from orchestration.backfill_chunks import Chunk, cut


def spans(chunks: list[Chunk], phase: int) -> list[tuple[str, str]]:
    return [(str(c.first), str(c.last)) for c in chunks if c.phase == phase]


def test_landing_goes_by_month_and_computing_by_season() -> None:
    chunks = cut(date(2024, 3, 20), date(2024, 10, 25), (2, 3))
    assert spans(chunks, 2)[:2] == [("2024-03-20", "2024-03-31"), ("2024-04-01", "2024-04-30")]
    assert spans(chunks, 2)[-1] == ("2024-10-01", "2024-10-25")
    assert spans(chunks, 3) == [("2024-03-20", "2024-07-31"), ("2024-08-01", "2024-10-25")]


@pytest.mark.parametrize("size", [None, "week", "month", "season"])
def test_the_chunks_of_a_phase_hold_every_date_once_and_no_two_seasons(size: str | None) -> None:
    first, last = date(2021, 10, 19), date(2024, 12, 31)
    for phase in (1, 2, 3, 4):
        mine = [c for c in cut(first, last, (1, 2, 3, 4), size) if c.phase == phase]  # type: ignore[arg-type]
        dates = [d for c in mine for d in c.dates]
        assert dates == [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert all(ids.season_of_date(c.first) == ids.season_of_date(c.last) for c in mine)
        # BigQuery takes at most 4,000 partitions a job; the services take 400 days a call.
        assert all(len(c.dates) <= 366 for c in mine)


def test_a_phase_is_over_before_the_next_begins_whatever_the_order_of_the_words() -> None:
    chunks = cut(date(2024, 1, 1), date(2024, 3, 31), (4, 1, 2, 2))
    assert [c.phase for c in chunks] == [1, 1, 1, 2, 2, 2, 4]
