from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.player_list import FEED, parse
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

LIST = "raw_7af00b51.json"


def test_a_real_list_is_whole(shared: Path) -> None:
    (unit,) = parse(sample(shared, FEED, LIST))
    assert (unit.scope, unit.dates) == ("season:2025-26", {date(2025, 8, 1)})
    assert len(unit.rows) == 594
    assert len({r["team"] for r in unit.rows}) == 30
    positions = Counter(r["position"] for r in unit.rows)
    assert (positions["G"], positions["C-F"], positions[None]) == (239, 20, 8)


def test_a_player_is_as_the_list_has_him(shared: Path) -> None:
    rows = {r["player_id"]: r for r in rows_of(parse(sample(shared, FEED, LIST)))}
    luka, lebron = rows[1629029], rows[2544]
    assert (luka["player_name"], luka["name_key"], luka["team"]) == ("Luka Dončić", "luka doncic", "LAL")
    assert (luka["position"], luka["height_inches"], luka["weight_pounds"]) == ("F-G", 78, 230)
    assert (lebron["draft_year"], lebron["draft_number"], lebron["first_season"]) == (2003, 1, 2003)
    assert rows[1642926]["height_inches"] is None


def test_an_empty_list_is_refused(shared: Path) -> None:
    body = content(sample(shared, FEED, LIST))
    body["resultSets"][0]["rowSet"] = []
    with pytest.raises(PayloadError, match="no players"):
        parse(payload(FEED, body))
