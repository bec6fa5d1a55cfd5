from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.boxscores import parse_players
from data_processors.raw.nbacom.shot_chart import parse
from data_processors.raw.raw_tables import Row
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


def changed(recorded: Path, header: str, value: object, *, add: bool = False) -> list[Row]:
    (real,) = payloads(recorded, "nbac_shot_chart", "2024-11-04")
    body: Any = json.loads(real.body)
    result = body["resultSets"][0]
    row = list(result["rowSet"][0])
    row[result["headers"].index(header)] = value
    result["rowSet"] = [*result["rowSet"], row] if add else [row, *result["rowSet"][1:]]
    return [r for u in parse(payload("nbac_shot_chart", body)) for r in u.rows]


@pytest.mark.parametrize(("header", "value"), [("SHOT_TYPE", "4PT"), ("SHOT_MADE_FLAG", 2), ("GAME_DATE", "Nov 4")])
def test_a_code_that_is_not_understood_is_refused(recorded: Path, header: str, value: object) -> None:
    with pytest.raises(PayloadError, match=header):
        changed(recorded, header, value)


def test_one_event_with_two_contents_is_refused(recorded: Path) -> None:
    with pytest.raises(PayloadError, match="twice"):
        changed(recorded, "SHOT_DISTANCE", 99, add=True)


def test_shots_of_clubs_are_left_out(recorded: Path) -> None:
    assert len(changed(recorded, "TEAM_ID", 12304)) == 2661
