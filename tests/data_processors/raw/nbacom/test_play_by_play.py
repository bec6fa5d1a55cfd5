from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.play_by_play import parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

FEED = "nbac_play_by_play"
# NYK at PHI 125:119 after overtime; LAC at MIN 106:108.
OVERTIME, CLOSE = "raw_416e8d5c.json.gz", "raw_14ecf360.json.gz"


def plays(shared: Path, name: str) -> list[Row]:
    return rows_of(parse(sample(shared, FEED, name)))


def points(rows: list[Row]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        if row["shot_made"]:
            found[row["player_name"]] += row["shot_value"]
    return found


@pytest.mark.parametrize(
    ("name", "game_id", "day", "count", "home", "away", "periods"),
    [
        (OVERTIME, "0022400561", date(2025, 1, 15), 506, 119, 125, 5),
        (CLOSE, "0022400500", date(2025, 1, 6), 571, 108, 106, 4),
    ],
)
def test_a_real_game_is_whole(
    shared: Path, name: str, game_id: str, day: date, count: int, home: int, away: int, periods: int
) -> None:
    rows = plays(shared, name)
    assert {(r["game_id"], r["game_date"], r["season"]) for r in rows} == {(game_id, day, "2024-25")}
    assert [r["event_order"] for r in rows] == list(range(1, count + 1))
    assert (rows[-1]["event_type"], rows[-1]["score_home"], rows[-1]["score_away"]) == ("game", home, away)
    assert sum(points(rows).values()) == home + away
    assert max(r["period"] for r in rows) == periods


def test_the_plays_add_up_to_what_the_scoreboard_says_of_the_leaders(shared: Path) -> None:
    rows = plays(shared, OVERTIME)
    scored = points(rows)
    assert (scored["J. Brunson"], scored["T. Maxey"], scored["P. George"]) == (38, 33, 26)
    rebounds = Counter(r["player_name"] for r in rows if r["event_type"] == "rebound")
    assert (rebounds["J. Hart"], rebounds["K. Oubre Jr."]) == (17, 10)
    assert Counter(r["assist_player_name"] for r in rows)["J. Hart"] == 12


def test_a_play_is_as_the_feed_has_it(shared: Path) -> None:
    (miss,) = [r for r in plays(shared, OVERTIME) if r["event_num"] == 9]
    assert (miss["player_id"], miss["team"], miss["seconds_remaining"]) == (1628973, "NYK", 701.0)
    assert miss["event_at"] == datetime(2025, 1, 16, 0, 14, 24, 300000, tzinfo=UTC)
    assert (miss["event_type"], miss["event_subtype"], miss["descriptor"]) == ("2pt", "Jump Shot", "pullup")
    assert (miss["shot_made"], miss["shot_value"], miss["shot_distance"]) == (False, 2, 21.62)
    assert (miss["loc_x"], miss["loc_y"]) == (-130.0, 173.0)


def test_a_play_of_nobody_has_no_player(shared: Path) -> None:
    start = plays(shared, OVERTIME)[0]
    assert (start["event_type"], start["team"], start["player_id"], start["shot_made"]) == ("period", None, None, None)


def test_a_game_without_plays_is_refused(shared: Path) -> None:
    body = content(sample(shared, FEED, OVERTIME))
    body["game"]["actions"] = []
    with pytest.raises(PayloadError, match="no plays"):
        parse(payload(FEED, body))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("actionNumber", 9), ("period", 0), ("clock", "PT13M00.00S"), ("clock", "PT01M75.00S"), ("personId", -1)),
        *(("scoreHome", "999"), ("shotDistance", -3), ("xLegacy", 5000), ("orderNumber", None), ("teamTricode", "XXX")),
        *(("shotResult", "Perhaps"), ("description", "a\x00b")),
    ],
)
def test_a_play_that_cannot_be_is_set_apart_alone(shared: Path, field: str, value: object) -> None:
    body = content(sample(shared, FEED, OVERTIME))
    whole = len(body["game"]["actions"])
    body["game"]["actions"][20][field] = value
    (unit,) = parse(payload(FEED, body))
    assert len(unit.rows) == whole - 1
    assert [e.field for e in unit.unread] == [f"body.game.actions[20].{field}"]
    assert [r["event_order"] for r in unit.rows] == list(range(1, whole))


def test_an_unknown_kind_of_shot_is_a_play_like_others(shared: Path) -> None:
    case = shared / "cases" / "pbp_heave.json"
    if not case.is_file():
        pytest.skip(f"no test data: {case} is missing")
    (unit,) = parse(payload(FEED, case.read_bytes()))
    start, heave = unit.rows
    assert (start["event_type"], start["event_num"], start["shot_made"]) == ("period", 2, None)
    assert (heave["event_type"], heave["event_subtype"], heave["event_num"]) == ("heave", "Jump Shot", 7)
    assert (heave["shot_made"], heave["shot_value"], heave["shot_distance"]) == (False, None, 52.3)
    assert unit.unread == []
