"""Answers made here in the shape that public readers of the endpoint agree on: no stored answer was at hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.bettingpros.offers import FEED, parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload


def line(points: float, cost: int, **more: Any) -> dict[str, Any]:
    return {"line": points, "cost": cost, "main": True, "active": True, "is_off": False} | more


def offer(over: dict[int, dict[str, Any]], under: dict[int, dict[str, Any]], **more: Any) -> dict[str, Any]:
    def side(word: str, books: dict[int, dict[str, Any]]) -> dict[str, Any]:
        return {"selection": word, "books": [{"id": book, "lines": [quoted]} for book, quoted in books.items()]}

    return {
        "event_id": 20879,
        "market_id": 156,
        "participants": [{"id": "10", "name": "Luka Dončić", "player": {"team": "DAL"}}],
        "selections": [side("over", over), side("under", under)],
    } | more


def rows(*offers: dict[str, Any]) -> list[Row]:
    (unit,) = parse(payload(FEED, {"offers": list(offers)}))
    return unit.rows


def test_both_prices_of_a_bookmaker_s_line_are_one_row_in_decimal_odds() -> None:
    (row,) = rows(offer({12: line(27.5, -110)}, {12: line(27.5, 120)}))
    assert (row["book_id"], row["line"], row["over_price"], row["under_price"]) == (12, 27.5, 1.9091, 2.2)
    assert (row["source_game_id"], row["source_player_id"], row["name_key"]) == ("20879", "10", "luka doncic")
    assert (row["team"], row["market"], row["is_main_line"]) == ("DAL", "player_points", True)
    assert (row["snapshot_at"], row["snapshot_date"]) == (datetime(2024, 11, 4, 15, tzinfo=UTC), date(2024, 11, 4))


def test_what_is_offered_on_one_side_alone_has_one_price() -> None:
    low, high = sorted(rows(offer({12: line(26.5, -130)}, {12: line(27.5, -105)})), key=lambda r: r["line"])
    assert (low["over_price"], low["under_price"]) == (1.7692, None)
    assert (high["over_price"], high["under_price"]) == (None, 1.9524)


def test_the_mean_of_all_bookmakers_and_withdrawn_lines_are_left_out() -> None:
    over = {0: line(27.5, -112), 10: line(27.5, -110, is_off=True), 13: line(27.5, -110, active=False)}
    assert rows(offer(over, {12: line(27.5, -115)})) == rows(offer({}, {12: line(27.5, -115)}))
    assert len(rows(offer(over, {12: line(27.5, -115)}))) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        offer({12: line(27.5, 2)}, {}),
        offer({12: {"cost": -110}}, {}),
        offer({}, {}, participants=[]),
        offer({}, {}, market_id=157),
        offer({}, {}, selections=[{"label": "Yes", "books": []}]),
        offer({12: line(27.5, -110)}, {}) | {"selections": None},
    ],
)
def test_an_offer_of_another_shape_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PayloadError, match=FEED):
        rows(wrong)


def test_of_two_prices_for_one_side_of_one_line_the_second_is_set_apart() -> None:
    (unit,) = parse(payload(FEED, {"offers": [offer({12: line(27.5, -110)}, {}), offer({12: line(27.5, -120)}, {})]}))
    assert [(r["line"], r["over_price"]) for r in unit.rows] == [(27.5, 1.9091)]
    assert ["two prices" in e.message for e in unit.unread] == [True]


@pytest.mark.parametrize(
    ("points", "cost"),
    [(-1.5, -110), (0, -110), (500, -110), (27.3, -110), (27.5, 1.9), (27.5, 99), (27.5, 0), (27.5, 10**9)],
)
def test_a_line_or_a_price_that_cannot_be_loses_that_one_alone(points: float, cost: Any) -> None:
    offered = offer({12: line(27.5, -110), 13: line(points, cost)}, {12: line(27.5, 120)})
    (unit,) = parse(payload(FEED, {"offers": [offered]}))
    assert [(r["book_id"], r["line"], r["over_price"], r["under_price"]) for r in unit.rows] == [
        (12, 27.5, 1.9091, 2.2)
    ]
    (error,) = unit.unread
    assert error.field is not None
    assert error.field.startswith("body.offers[0].selections[0].books[1].lines[0]")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html></html>"])
def test_what_is_no_such_answer_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadError):
        parse(payload(FEED, body))
