"""Strict reading of JSON: a field that is missing or of another type is an error that names it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeGuard

from common import clock
from common.errors import PayloadError
from common.ids import FIRST_SEASON
from common.raw_store import RawPayload
from common.storable_text import storable

_LONGEST_MESSAGE = 1_000
# No moment of the league lies outside of these years, no text that is meant is longer, no whole number larger.
_FIRST_YEAR, _LAST_YEAR = FIRST_SEASON, 2100
_LONGEST_TEXT = 10_000
_MOST = 2**63 - 1
_SHOWN = 200
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
REMEDY = "compare the payload with the parser; when the source changed its shape, adapt the parser and retry"


def payload_error(payload: RawPayload, message: str, *, field: str | None = None, remedy: str = REMEDY) -> PayloadError:
    """The error that puts `payload` into quarantine."""
    return PayloadError(
        storable(message, _LONGEST_MESSAGE), feed=payload.feed, field=field, raw_path=payload.path, remedy=remedy
    )


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object of a payload. Every accessor raises PayloadError with the field's full name."""

    payload: RawPayload
    where: str
    values: Mapping[str, Any]

    def error(self, field: str, message: str) -> PayloadError:
        """The error about `field` of this object."""
        return payload_error(self.payload, message, field=f"{self.where}.{field}")

    def required(self, field: str) -> Any:
        """The value as it came; it must be there and not be null."""
        value = self.values.get(field)
        if value is None:
            raise self.error(field, "the field is missing" if field not in self.values else "the field is null")
        return value

    def text(self, field: str) -> str:
        """A string that is not empty."""
        value = self.required(field)
        if not isinstance(value, str) or not value.strip():
            raise self.error(field, f"expected text, found {shown(value)}")
        return self._sound(field, value)

    def text_or_none(self, field: str) -> str | None:
        """A string; None when absent, null or empty."""
        value = self.values.get(field)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(field, f"expected text, found {shown(value)}")
        return self._sound(field, value) or None

    def _sound(self, field: str, text: str) -> str:
        if len(text) > _LONGEST_TEXT:
            raise self.error(field, f"expected text, found {len(text)} characters: {text[:40]!r}…")
        if _NO_CHARACTER.search(text):
            raise self.error(field, f"{text!r} holds what is no character")
        return text.strip()

    def integer(self, field: str, least: int = -_MOST, most: int = _MOST) -> int:
        """A whole number from `least` to `most`; 34.0 is one."""
        value = self.required(field)
        if not is_number(value) or value != int(value):
            raise self.error(field, f"expected a whole number, found {shown(value)}")
        return int(self._within(field, int(value), least, most))

    def integer_or_none(self, field: str, least: int = -_MOST, most: int = _MOST) -> int | None:
        """A whole number from `least` to `most`, or null; the field itself must be there."""
        if field in self.values and self.values[field] is None:
            return None
        return self.integer(field, least, most)

    def number(self, field: str, least: float = -_MOST, most: float = _MOST) -> float:
        """A number from `least` to `most`."""
        value = self.required(field)
        if not is_number(value):
            raise self.error(field, f"expected a number, found {shown(value)}")
        return self._within(field, float(value), least, most)

    def number_or_none(self, field: str, least: float = -_MOST, most: float = _MOST) -> float | None:
        """A number from `least` to `most`; None when absent or null."""
        return None if self.values.get(field) is None else self.number(field, least, most)

    def _within(self, field: str, value: float, least: float, most: float) -> float:
        if not least <= value <= most:
            raise self.error(field, f"{value} is not in {least} to {most}")
        return value

    def boolean_or_none(self, field: str) -> bool | None:
        """True or false; None when absent or null."""
        value = self.values.get(field)
        if value is not None and not isinstance(value, bool):
            raise self.error(field, f"expected true or false, found {shown(value)}")
        return value

    def one_of(self, field: str, meanings: Mapping[Any, Any]) -> Any:
        """The meaning of a coded value; a code that is not known is an error that lists the known ones."""
        value = self.required(field)
        if isinstance(value, dict | list) or value not in meanings:
            known = ", ".join(repr(k) for k in meanings)
            raise self.error(field, f"unknown value {shown(value)}, known are {known}")
        return meanings[value]

    def moment(self, field: str) -> datetime:
        """A moment with its zone, in UTC."""
        text = self.text(field)
        try:
            moment = clock.parse_utc(text)
        except (ValueError, OverflowError) as error:
            raise self.error(field, f"expected a moment with its zone, found {text!r}") from error
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise self.error(field, f"{text!r} is no time of the NBA's")
        return moment

    def moment_or_none(self, field: str) -> datetime | None:
        """A moment with its zone, in UTC; None when absent or null."""
        return None if self.values.get(field) is None else self.moment(field)

    def day(self, field: str, first: int = _FIRST_YEAR) -> date:
        """A date of the years from `first`: "2024-11-04", "20241104", or a moment that starts with one."""
        text = self.text(field)
        try:
            found = date.fromisoformat(text.split("T")[0])
        except ValueError as error:
            raise self.error(field, f"expected a date, found {shown(text)}") from error
        if not first <= found.year <= _LAST_YEAR:
            raise self.error(field, f"{found} is no date of the NBA's")
        return found

    def child(self, field: str) -> Fields:
        """An object inside this one."""
        return json_object(self.payload, self.required(field), f"{self.where}.{field}")

    def children(self, field: str) -> Iterator[Fields]:
        """The objects of a list inside this one; the list may be empty, not absent."""
        for number, item in enumerate(self.entries(field)):
            yield json_object(self.payload, item, f"{self.where}.{field}[{number}]")

    def entries(self, field: str) -> list[Any]:
        """A list inside this object, whatever its entries are; it may be empty, not absent."""
        found = self.required(field)
        if not isinstance(found, list):
            raise self.error(field, f"expected a list, found {type(found).__name__}")
        return found


def shown(value: object) -> str:
    """`value` for a message: cut where it is long, and without the digits of a number that has thousands."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MOST:
        return "a number that INT64 can't hold"
    text = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def is_number(value: object) -> TypeGuard[float]:
    """Whether `value` is a number that a table can hold."""
    # bool is an int to Python, not to a box score; the bound leaves out NaN, infinity and what INT64 can't hold.
    return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) < 2**63


def json_object(payload: RawPayload, value: object, where: str) -> Fields:
    """`value` as an object of `payload`."""
    if not isinstance(value, dict):
        raise payload_error(payload, f"expected an object, found {type(value).__name__}", field=where)
    return Fields(payload, where, value)


def result_set(payload: RawPayload, name: str, headers: Sequence[str]) -> Iterator[Fields]:
    """The rows of a result set of stats.nba.com as objects; `headers` are those that must be there."""
    body = json_object(payload, payload.json(), "body")
    found = [s for s in body.children("resultSets") if s.values.get("name") == name]
    if len(found) != 1:
        raise body.error("resultSets", f"expected one result set {name!r}, found {len(found)}")
    given = found[0].required("headers")
    if not isinstance(given, list) or not all(isinstance(h, str) for h in given):
        raise found[0].error("headers", "expected a list of names")
    missing = sorted(set(headers) - set(given))
    if missing:
        raise found[0].error("headers", f"missing: {', '.join(missing)}")
    rows = found[0].required("rowSet")
    if not isinstance(rows, list):
        raise found[0].error("rowSet", f"expected a list, found {type(rows).__name__}")
    for number, row in enumerate(rows):
        where = f"{name}[{number}]"
        if not isinstance(row, list) or len(row) != len(given):
            raise payload_error(payload, f"the row has not the {len(given)} values of the headers", field=where)
        yield Fields(payload, where, dict(zip(given, row, strict=True)))
