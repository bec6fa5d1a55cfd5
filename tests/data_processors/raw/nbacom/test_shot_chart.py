from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from common.errors import UnreadPartsError
from data_processors.raw.nbacom.boxscores import parse_players
from data_processors.raw.nbacom.shot_chart import parse
from data_processors.raw.raw_tables import Row, ScopeRows
from tests.data_processors.raw.archive import payload, payloads


def shots(recorded: Path, day: str) -> list[Row]:
    return [r for p in payloads(recorded, "nbac_shot_chart", day) for u in parse(p) for r in u.rows]


def test_a_real_day_is_whole(recorded: Path) -> None:
    rows = shots(recorded, "2024-11-04")
    assert len(rows) == 2662
    assert len({(r["game_id"], r["event_id"]) for r in rows}) == 2662


def test_shots_agree_with_the_box_scores(recorded: Path) -> None:
    taken: Counter[tuple[str, int]] = Counter()
    made: Counter[tuple[str, int]] = Counter()
    threes: Counter[tuple[str, int]] = Counter()
    for row in shots(recorded, "2024-11-04"):
        key = row["game_id"], row["player_id"]
        taken[key] += 1
        made[key] += row["made"]
        threes[key] += row["shot_value"] == 3
    (log,) = payloads(recorded, "nbac_player_boxscore", "2024-11-04")
    for row in (r for u in parse_players(log) for r in u.rows):
        key = row["game_id"], row["player_id"]
        assert (taken[key], made[key], threes[key]) == (row["fga"], row["fgm"], row["fg3a"])


def test_a_known_shot_is_read_right(recorded: Path) -> None:
    (first,) = [r for r in shots(recorded, "2022-10-18") if (r["game_id"], r["event_id"]) == ("0022200001", 7)]
    assert (first["player_name"], first["team"], first["period"]) == ("Joel Embiid", "PHI", 1)
    assert (first["seconds_remaining"], first["distance_feet"]) == (11 * 60 + 38, 12)
    assert (first["zone_basic"], first["shot_value"], first["made"]) == ("Mid-Range", 2, False)
    assert (first["loc_x"], first["loc_y"]) == (-118, 50)


def changed(recorded: Path, header: str, value: object, *, add: bool = False) -> list[ScopeRows]:
    (real,) = payloads(recorded, "nbac_shot_chart", "2024-11-04")
    body: Any = json.loads(real.body)
    result = body["resultSets"][0]
    row = list(result["rowSet"][0])
    row[result["headers"].index(header)] = value
    result["rowSet"] = [*result["rowSet"], row] if add else [row, *result["rowSet"][1:]]
    return parse(payload("nbac_shot_chart", body))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        *(("SHOT_TYPE", "4PT"), ("SHOT_MADE_FLAG", 2), ("GAME_DATE", "Nov 4"), ("GAME_DATE", "2022-11-04")),
        *(("SHOT_DISTANCE", -1), ("SHOT_DISTANCE", 95), ("SHOT_DISTANCE", 60), ("LOC_X", 900), ("LOC_Y", -500)),
        *(("PERIOD", 0), ("PERIOD", 99), ("MINUTES_REMAINING", 13), ("SECONDS_REMAINING", 60), ("PLAYER_ID", -5)),
        *(("SHOT_ZONE_BASIC", "Left Corner 3"), ("GAME_EVENT_ID", -1), ("ACTION_TYPE", "a\x00b")),
    ],
)
def test_a_shot_that_cannot_be_sets_its_game_apart(recorded: Path, header: str, value: object) -> None:
    units = changed(recorded, header, value)
    assert len(units) == 14
    (error,) = [e for u in units for e in u.unread]
    assert error.field is not None
    assert error.field.startswith("Shot_Chart_Detail[0]")


def test_one_event_with_two_contents_sets_its_game_apart(recorded: Path) -> None:
    units = changed(recorded, "SHOT_MADE_FLAG", 1, add=True) + changed(recorded, "SHOT_MADE_FLAG", 0, add=True)
    (error,) = [e for u in units for e in u.unread]
    assert (len(units), "twice" in error.message) == (29, True)


@pytest.mark.parametrize(
    ("one", "other"), [("LOC_X", "LOC_Y"), ("SHOT_DISTANCE", "LOC_Y"), ("PERIOD", "SECONDS_REMAINING")]
)
def test_headers_that_have_changed_places_are_refused(recorded: Path, one: str, other: str) -> None:
    (real,) = payloads(recorded, "nbac_shot_chart", "2024-11-04")
    body: Any = json.loads(real.body)
    headers = body["resultSets"][0]["headers"]
    first, second = headers.index(one), headers.index(other)
    headers[first], headers[second] = other, one
    with pytest.raises(UnreadPartsError, match="nothing of the payload is used"):
        parse(payload("nbac_shot_chart", body))


def test_shots_of_clubs_are_left_out(recorded: Path) -> None:
    assert sum(len(u.rows) for u in changed(recorded, "TEAM_ID", 12304)) == 2661
