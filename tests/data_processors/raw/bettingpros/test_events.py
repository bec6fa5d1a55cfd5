from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data_processors.raw.bettingpros.events import FEED, parse
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample


@pytest.mark.parametrize("name", ["raw_75470647.json", "raw_865cd116.json"])
def test_a_real_day_is_whole(shared: Path, name: str) -> None:
    rows = {r["source_game_id"]: r for r in rows_of(parse(sample(shared, FEED, name)))}
    assert {(i, r["away_team"], r["home_team"]) for i, r in rows.items()} == {
        *(("20879", "DAL", "ATL"), ("20880", "MIL", "MIA"), ("20881", "LAC", "GSW"))
    }
    # 02:00 UTC is still the evening of the 21st in the East.
    assert {r["game_date"] for r in rows.values()} == {date(2021, 10, 21)}
    assert rows["20881"]["tip_off"] == datetime(2021, 10, 22, 2, tzinfo=UTC)
    atlanta = rows["20879"]
    assert (atlanta["home_points"], atlanta["away_points"], atlanta["is_final"]) == (113, 87, True)
    assert (atlanta["season"], atlanta["postseason"]) == ("2021-22", False)


def test_a_game_that_has_not_begun_has_no_score(shared: Path) -> None:
    body = content(sample(shared, FEED, "raw_75470647.json"))
    body["events"] = body["events"][:1]
    body["events"][0] |= {"results": None, "status": "scheduled"}
    (row,) = rows_of(parse(payload(FEED, body)))
    assert (row["home_points"], row["is_final"]) == (None, False)


@pytest.mark.parametrize(("status", "score"), [("postponed", 12), ("scheduled", 0)])
def test_a_game_that_has_not_been_played_has_no_score(shared: Path, status: str, score: int) -> None:
    body = content(sample(shared, FEED, "raw_75470647.json"))
    body["events"] = body["events"][:1]
    event = body["events"][0]
    event["status"] = status
    for outcome in event["results"]["outcomes"]:
        for side in outcome["scores"]:
            side["score"] = score
    (row,) = rows_of(parse(payload(FEED, body)))
    assert (row["home_points"], row["away_points"], row["is_final"]) == (None, None, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("home", "SEA"), ("season", 1812), ("season", 2023), ("id", -5), ("scheduled", "3024-10-21 23:30:00")),
        ("visitor", None),
    ],
)
def test_a_game_that_cannot_be_is_set_apart_alone(shared: Path, field: str, value: object) -> None:
    body = content(sample(shared, FEED, "raw_75470647.json"))
    whole = len(parse(payload(FEED, body)))
    body["events"][0][field] = value
    units = parse(payload(FEED, body))
    assert len(units) == whole - 1
    assert [e.field for u in units for e in u.unread] == [f"body.events[0].{field}"]
