from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import BaseModel, ValidationError

from common import clock
from common.request_dates import FIRST_DATE, LAST_DATE, GameDate, Moment, check_dates, portions

DAY = date(2024, 11, 4)


class Body(BaseModel):
    day: GameDate = DAY
    at: Moment | None = None


def test_the_first_and_the_last_date_are_dates() -> None:
    for day in (FIRST_DATE, DAY, LAST_DATE):
        assert Body(day=day).day == Body.model_validate({"day": str(day)}).day == day


@pytest.mark.parametrize("day", [FIRST_DATE - timedelta(days=1), LAST_DATE + timedelta(days=1), date.min, date.max])
def test_a_date_of_no_season_is_refused(day: date) -> None:
    with pytest.raises(ValidationError, match="between 1946-08-01 and 2099-12-31"):
        Body(day=day)


def test_a_moment_is_taken_in_utc_wherever_it_was_written() -> None:
    noon = datetime(2024, 11, 4, 17, tzinfo=UTC)
    for text in ("2024-11-04T17:00:00Z", "2024-11-04T12:00:00-05:00", "2024-11-04T17:00:00.000000+00:00"):
        assert Body.model_validate({"at": text}).at == noon
    assert Body(at=noon).at == noon
    assert Body.model_validate({"at": None}).at is None


def test_no_moment_that_is_taken_leads_out_of_the_calendar() -> None:
    for text in ("1946-08-02T00:00:00+14:00", "2099-12-30T23:59:59-14:00"):
        at = Body.model_validate({"at": text}).at
        assert at is not None
        assert abs(clock.eastern_date(at - timedelta(days=1000)) - at.date()) < timedelta(days=1002)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_utc_does_not_have_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        clock.parse_utc(text)


def test_dates_that_are_told_are_cut_so_that_each_part_is_taken() -> None:
    three_years = clock.dates_between(date(2022, 1, 1), date(2024, 12, 31))
    parts = portions(reversed(three_years), 400)
    assert [d for part in parts for d in part] == three_years
    assert [len(p) for p in parts] == [400, 400, 296]
    for part in parts:
        check_dates(part, 400)
    with pytest.raises(ValueError, match="401 days; at most 400"):
        check_dates(three_years[:401], 400)
    assert portions([date(2020, 1, 1), DAY, DAY], 400) == [[date(2020, 1, 1)], [DAY]]
    assert portions([], 400) == []
