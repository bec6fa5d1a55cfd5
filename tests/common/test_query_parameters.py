from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from common.errors import TerminalError
from common.query_parameters import Array, json_lines, json_row, query_parameter


def declared(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = query_parameter("p", value).to_api_repr()["parameterType"]
    return found


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "BOOL"),
        (1, "INT64"),
        (1.5, "FLOAT64"),
        (datetime(2024, 11, 4, tzinfo=UTC), "TIMESTAMP"),
        (date(2024, 11, 4), "DATE"),
        ("a", "STRING"),
    ],
)
def test_a_value_gets_the_type_that_it_has_and_a_list_that_of_what_it_holds(value: object, kind: str) -> None:
    assert declared(value) == {"type": kind}
    assert declared([value]) == {"type": "ARRAY", "arrayType": {"type": kind}}


def test_an_empty_list_carries_the_type_that_is_said_and_is_refused_without_one() -> None:
    assert declared(Array("INT64", [])) == {"type": "ARRAY", "arrayType": {"type": "INT64"}}
    for nothing in ([], (), set(), frozenset()):
        with pytest.raises(TypeError, match="@p is an empty list"):
            query_parameter("p", nothing)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_is_not_finite_is_refused_by_its_column_before_it_is_sent(number: float) -> None:
    with pytest.raises(TerminalError, match="not finite") as caught:
        json_row("nba_raw.shots", {"game_id": "g", "distance": number})
    assert caught.value.attributes == {"table": "nba_raw.shots", "columns": ["distance"]}
    with pytest.raises(TerminalError):
        json_lines("nba_raw.shots", [{"distance": 1.0}, {"distance": number}])


def test_rows_are_lines_of_json() -> None:
    rows = [{"day": date(2024, 11, 4), "name": "Dončić"}, {"day": None, "points": 1.5}]
    assert json_lines("t", rows).decode() == '{"day": "2024-11-04", "name": "Dončić"}\n{"day": null, "points": 1.5}'
