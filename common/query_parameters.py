"""Python values as BigQuery takes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from google.cloud import bigquery


def json_value(value: object) -> object:
    """A date or moment as JSON holds it; TypeError for what a load job can't hold."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in a load job")


_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (float, "FLOAT64"),
    (datetime, "TIMESTAMP"),
    (date, "DATE"),
    (str, "STRING"),
)


def query_parameter(name: str, value: Any) -> bigquery.ScalarQueryParameter | bigquery.ArrayQueryParameter:
    """A named parameter with the BigQuery type of its Python value; collections become arrays, sorted."""
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value)
        return bigquery.ArrayQueryParameter(name, _type_of(items[0]) if items else "STRING", items)
    return bigquery.ScalarQueryParameter(name, _type_of(value), value)


def _type_of(value: object) -> str:
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return name
    raise TypeError(f"{type(value).__name__} can't be a query parameter")
