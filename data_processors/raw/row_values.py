"""What a column of the warehouse can hold; a payload with anything else is refused before its rows leave.

One such value would have the load job of a whole batch refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime

from common.errors import PayloadError
from common.storable_text import storable
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import ScopeRows

# The longest text of any feed, a play's description, has some two hundred.
LONGEST_TEXT = 10_000
_INT64 = range(-(2**63), 2**63)
# Of a partition: no game, report or contract lies outside.
_YEARS = range(1946, 2200)


def check_values(units: Iterable[ScopeRows]) -> None:
    """PayloadError that names table, column and value where a row holds what the warehouse can't."""
    for unit in units:
        _check(unit, "scope", unit.scope)
        for row in unit.rows:
            for column, value in row.items():
                _check(unit, column, value)
            day = row.get(unit.table.date_column)
            if not isinstance(day, date) or day.year not in _YEARS:
                raise _error(unit, unit.table.date_column, f"expected a date of the league's, found {day!r}")


def _check(unit: ScopeRows, column: str, value: object) -> None:
    problem = _problem(value)
    if problem is not None:
        raise _error(unit, column, problem)


def _error(unit: ScopeRows, column: str, problem: str) -> PayloadError:
    return payload_error(unit.payload, problem, field=f"{unit.table.part}.{column}")


def _problem(value: object) -> str | None:
    match value:
        case None | bool():
            return None
        case str():
            return _text_problem(value)
        case int():
            return None if value in _INT64 else "a whole number of more than 64 bits"
        case float():
            return None if math.isfinite(value) else f"{value} is no number"
        case datetime():
            return None if value.tzinfo is not None else f"{value} has no time zone"
        case date():
            return None
        case _:
            return f"{type(value).__name__} has no place in a row"


def _text_problem(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return f"a text of {len(text)} characters; at most {LONGEST_TEXT} are plausible"
    if "\0" in text:
        return f"a text with a NUL character: {storable(text)[:80]!r}"
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"a text with half a surrogate pair: {storable(text)[:80]!r}"
    return None
