from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.bigdataball.plays import FEED, parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import rows_of, sample

FINALS = "raw_746cfbef.csv"  # game 7 of the Finals of 2025: OKC 103, IND 91


@pytest.fixture
def plays(shared: Path) -> list[Row]:
    return rows_of(parse(sample(shared, FEED, FINALS)))


def test_a_real_game_is_whole(plays: list[Row]) -> None:
    assert len(plays) == 510
    assert {(r["game_id"], r["game_date"], r["season"]) for r in plays} == {
        ("0042400407", date(2025, 6, 22), "2024-25")
    }
    assert (plays[-1]["score_home"], plays[-1]["score_away"]) == (103, 91)
    assert [r["event_num"] for r in plays] == list(range(1, 511))


def test_made_shots_add_up_to_the_score(plays: list[Row]) -> None:
    teams: Counter[str] = Counter()
    players: Counter[str] = Counter()
    for row in plays:
        if row["shot_made"]:
            teams[row["team"]] += row["shot_value"]
            players[row["player_name"]] += row["shot_value"]
    assert teams == {"OKC": 103, "IND": 91}
    assert players["Shai Gilgeous-Alexander"] == 29
    assert players["Jalen Williams"] == 20


def test_a_play_is_as_the_file_has_it(plays: list[Row]) -> None:
    block = plays[3]
    assert (block["player_name"], block["block_player_name"], block["team"]) == (
        "Jalen Williams",
        "Aaron Nesmith",
        "OKC",
    )
    assert (block["seconds_remaining"], block["shot_made"], block["shot_value"]) == (689.0, False, 2)
    assert (block["shot_distance"], block["loc_x"], block["loc_y"]) == (10.0, -96.0, 22.0)
    assert block["away_players"] == "Myles Turner; Tyrese Haliburton; Andrew Nembhard; Aaron Nesmith; Pascal Siakam"
    assert block["player_id"] is None


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"game_id,date\n1,2\n", b"\xff\xfe"])
def test_what_is_no_such_file_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadError, match=FEED):
        parse(payload(FEED, body))


def test_a_line_that_breaks_off_is_set_apart_alone(shared: Path) -> None:
    body = sample(shared, FEED, FINALS).body
    (whole,), (unit,) = parse(payload(FEED, body)), parse(payload(FEED, body[:-60]))
    assert len(unit.rows) == len(whole.rows) - 1
    assert len(unit.unread) == 1
