"""Python values as BigQuery takes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from google.cloud import bigquery

from common.errors import TerminalError


def json_value(value: object) -> object:
    """A date or moment as JSON holds it; TypeError for what a load job can't hold."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in a load job")


def json_lines(table: str, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows for a load into `table`, one JSON object a line. TerminalError for a number that JSON has no form for."""
    return "\n".join(json_row(table, row) for row in rows).encode()


def json_row(table: str, row: Mapping[str, Any]) -> str:
    """A row as JSON. TerminalError that names the column of a number that is infinite or none: BigQuery refuses the
    file for it, and a stand-in may take it.
    """
    try:
        return json.dumps(row, default=json_value, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        columns = [c for c, v in row.items() if isinstance(v, float) and not float("-inf") < v < float("inf")]
        raise TerminalError("a row holds a number that is not finite", table=table, columns=columns) from error


@dataclass(frozen=True)
class Array:
    """An array parameter that says what it holds (STRING, INT64 …), for a list that may be empty."""

    kind: str
    values: Sequence[Any]


_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (datetime, "TIMESTAMP"),
    (date, "DATE"),
    (str, "STRING"),
)


def query_parameter(name: str, value: Any) -> bigquery.ScalarQueryParameter | bigquery.ArrayQueryParameter:
    """A named parameter with the BigQuery type of its Python value; collections become arrays, sorted.

    TypeError for an empty collection, which does not say of what it is, unless it is an `Array`.
    """
    if isinstance(value, Array):
        return bigquery.ArrayQueryParameter(name, value.kind, sorted(value.values))
    if isinstance(value, list | tuple | set | frozenset):
        if not value:
            raise TypeError(f"@{name} is an empty list of nobody knows what: give Array('STRING', []) or another type")
        items = sorted(value)
        return bigquery.ArrayQueryParameter(name, _type_of(items[0]), items)
    return bigquery.ScalarQueryParameter(name, _type_of(value), value)


def _type_of(value: object) -> str:
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return name
    raise TypeError(f"{type(value).__name__} can't be a query parameter")
