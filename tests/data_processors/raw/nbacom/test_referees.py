from __future__ import annotations

from datetime import date
from pathlib import Path

from data_processors.raw.nbacom.referees import FEED, parse
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

DAY = "raw_718e62b3.json"


def test_a_real_day_is_whole(shared: Path) -> None:
    (unit,) = parse(sample(shared, FEED, DAY))
    assert (unit.scope, unit.dates) == ("date:2025-01-08", {date(2025, 1, 8)})
    games = [r for r in unit.rows if r["game_id"] is not None]
    assert len(games) == 24
    assert len({r["game_id"] for r in games}) == 8
    assert [r["official_name"] for r in unit.rows if r["game_id"] is None] == [
        *("Brett Nansel", "Jason Goldenberg", "Jenna Schroeder")
    ]


def test_officials_are_as_listed(shared: Path) -> None:
    rows = [r for r in rows_of(parse(sample(shared, FEED, DAY))) if r["game_id"] == "0022400509"]
    assert [(r["position"], r["official_name"], r["official_id"], r["jersey_number"]) for r in rows] == [
        (1, "John Goble", 101284, "10"),
        (2, "Ray Acosta", 1626300, "54"),
        (3, "Robert Hussey", 1628480, "85"),
    ]
    assert {(r["away_team"], r["home_team"]) for r in rows} == {("OKC", "CLE")}


def test_a_game_with_a_name_without_its_id_is_set_apart_alone(shared: Path) -> None:
    body = content(sample(shared, FEED, DAY))
    body["nba"]["Table"]["rows"][0]["official2_code"] = None
    units = parse(payload(FEED, body))
    (error,) = [e for u in units for e in u.unread]
    assert "one without the other" in error.message
    assert len(rows_of(units)) == 24
