from datetime import date

import pytest

from common import clock
from common.date_words import eastern_day, is_date_word, with_dates

TODAY = date(2024, 11, 4)


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("today", date(2024, 11, 4)),
        ("yesterday", date(2024, 11, 3)),
        ("tomorrow", date(2024, 11, 5)),
        ("today-3", date(2024, 11, 1)),
        ("today+7", date(2024, 11, 11)),
    ],
)
def test_a_word_is_a_date(word: str, day: date) -> None:
    assert is_date_word(word)
    assert eastern_day(word, TODAY) == day


@pytest.mark.parametrize("text", ["Today", "2024-11-04", "today-", "last week", "", "today-1000"])
def test_other_texts_are_no_words(text: str) -> None:
    assert not is_date_word(text)
    with pytest.raises(ValueError, match="yesterday, today, tomorrow"):
        eastern_day(text, TODAY)


def test_the_day_is_the_eastern_one_of_the_clock() -> None:
    with clock.simulated(clock.parse_utc("2024-11-05T03:00:00Z")):
        assert with_dates({"d": "today"}, ("d",)) == {"d": TODAY}


def test_what_is_no_word_is_left_to_the_request_itself() -> None:
    assert with_dates({"d": "2024-13-01", "e": 3}, ("d", "e")) == {"d": "2024-13-01", "e": 3}
    assert with_dates(None, ("d",)) is None
    left = with_dates({"d": "today", "simulated_at": "noon"}, ("d",))
    assert isinstance(left, dict)
    assert left["simulated_at"] == "noon"
