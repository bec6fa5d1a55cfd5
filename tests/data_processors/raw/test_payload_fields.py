from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.payload_fields import Fields, json_object, result_set
from tests.data_processors.raw.archive import payload

LOG = {"resultSets": [{"name": "LeagueGameLog", "headers": ["PTS", "WL"], "rowSet": [[12, "W"]]}]}


def fields(**values: object) -> Fields:
    return Fields(payload("nbac_schedule", {}), "games[3]", values)


@pytest.mark.parametrize(
    ("accessor", "value"),
    [
        ("integer", "12"),
        ("integer", True),
        ("integer", 12.5),
        ("integer", float("nan")),
        ("number", "1.91"),
        ("number", float("inf")),
        ("text", ""),
        ("text", 7),
        ("text_or_none", 7),
        ("boolean_or_none", "false"),
        ("moment", "2024-11-04T19:00:00"),
        ("moment", "tonight"),
        ("day", "11/04/2024"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(accessor: str, value: object) -> None:
    with pytest.raises(PayloadError, match=r"games\[3\]\.x") as caught:
        getattr(fields(x=value), accessor)("x")
    assert caught.value.feed == "nbac_schedule"
    assert caught.value.remedy


@pytest.mark.parametrize("accessor", ["integer", "number", "text", "moment", "day", "child", "integer_or_none"])
def test_a_missing_field_is_refused_and_null_is_no_zero(accessor: str) -> None:
    with pytest.raises(PayloadError, match="missing"):
        getattr(fields(), accessor)("x")
    if accessor == "integer_or_none":
        assert fields(x=None).integer_or_none("x") is None
    else:
        with pytest.raises(PayloadError, match="null"):
            getattr(fields(x=None), accessor)("x")


def test_values_are_read_as_they_are() -> None:
    row = fields(a=34.0, b=" BOS ", c=0, d="20241104", e="2024-11-05T00:30:00Z", f="", g=False)
    assert (row.integer("a"), row.text("b"), row.integer("c")) == (34, "BOS", 0)
    assert row.day("d") == date(2024, 11, 4)
    assert row.moment("e") == datetime(2024, 11, 5, 0, 30, tzinfo=UTC)
    assert row.text_or_none("f") is None
    assert row.boolean_or_none("g") is False


def test_an_unknown_code_lists_the_known_ones() -> None:
    with pytest.raises(PayloadError, match="'W', 'L'"):
        fields(x="T").one_of("x", {"W": True, "L": False})


def test_a_result_set_is_read_by_its_headers() -> None:
    assert [dict(f.values) for f in result_set(payload("f", LOG), "LeagueGameLog", ("PTS",))] == [
        {"PTS": 12, "WL": "W"}
    ]


@pytest.mark.parametrize(
    ("body", "match"),
    [
        ({}, "resultSets"),
        ({"resultSets": []}, "LeagueGameLog"),
        ({"resultSets": [{"name": "LeagueGameLog", "headers": ["WL"], "rowSet": []}]}, "missing: PTS"),
        ({"resultSets": [{"name": "LeagueGameLog", "headers": ["PTS"], "rowSet": [[1, 2]]}]}, r"LeagueGameLog\[0\]"),
        ({"resultSets": [{"name": "LeagueGameLog", "headers": ["PTS"], "rowSet": {}}]}, "rowSet"),
        ([LOG], "expected an object"),
        (b"<html>Access Denied</html>", "not JSON"),
    ],
)
def test_a_result_set_of_another_shape_is_refused(body: Any, match: str) -> None:
    with pytest.raises(PayloadError, match=match):
        list(result_set(payload("f", body), "LeagueGameLog", ("PTS",)))


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(PayloadError, match="body"):
        json_object(payload("f", []), [], "body")
