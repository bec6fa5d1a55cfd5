"""Dates in words, for callers whose request is written once and sent every day: Cloud Scheduler's body is static."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from common import clock
from common.request_dates import moment

_WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WORD = re.compile(r"(yesterday|today|tomorrow)(?:([+-])(\d{1,3}))?", re.ASCII)


def is_date_word(text: object) -> bool:
    """Whether `text` is today, yesterday or tomorrow, maybe with a number of days: today-3."""
    return isinstance(text, str) and _WORD.fullmatch(text) is not None


def eastern_day(word: str, today: date) -> date:
    """The date that `word` means where the Eastern date is `today`; ValueError that lists the words for another."""
    found = _WORD.fullmatch(word)
    if found is None:
        raise ValueError(f"{word!r} is none of {', '.join(_WORDS)}, nor one of them with +N or -N days")
    days = int(f"{found[2]}{found[3]}") if found[2] else 0
    return today + timedelta(days=_WORDS[found[1]] + days)


def with_dates(body: object, fields: tuple[str, ...], *, clock_field: str = "simulated_at") -> object:
    """A request's body with the words in its date `fields` made dates, by the body's own clock where it brings one.

    Whatever is no word is left to the request's own checks.
    """
    if not isinstance(body, Mapping) or not any(is_date_word(body.get(f)) for f in fields):
        return body
    today = _today(body.get(clock_field))
    made: dict[str, Any] = dict(body)
    for name in fields:
        if is_date_word(made.get(name)):
            made[name] = eastern_day(made[name], today)
    return made


def _today(simulated_at: object) -> date:
    """The Eastern date of the request's clock; a clock that is none of ours is refused by the request itself."""
    if simulated_at is None:
        return clock.today()
    try:
        return clock.eastern_date(moment(simulated_at))
    except ValueError:
        return clock.today()
