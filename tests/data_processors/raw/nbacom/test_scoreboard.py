from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.scoreboard import FEED, parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import content, rows_of, sample

FOLDER = "nbac_scoreboard_v2"
MLK_DAY, JANUARY = "raw_055ff78d.json", "raw_06a65a50.json"


def board(shared: Path, name: str) -> dict[tuple[str, str], Row]:
    return {(r["game_id"], r["team"]): r for r in rows_of(parse(sample(shared, FOLDER, name, FEED)))}


@pytest.mark.parametrize(("name", "day"), [(MLK_DAY, date(2024, 1, 15)), (JANUARY, date(2025, 1, 15))])
def test_a_real_day_of_eleven_games_is_whole(shared: Path, name: str, day: date) -> None:
    rows = board(shared, name)
    assert len(rows) == 22
    assert len({g for g, _ in rows}) == 11
    assert {r["game_date"] for r in rows.values()} == {day}
    assert sum(r["is_home"] for r in rows.values()) == 11
    for row in rows.values():
        parts = [row[f"points_q{n}"] for n in (1, 2, 3, 4)]
        assert sum(parts) + row["points_overtime"] == row["points"]
        assert row["game_status"] == 3


def test_a_game_in_overtime_is_as_it_was(shared: Path) -> None:
    rows = board(shared, JANUARY)
    knicks, sixers = rows["0022400561", "NYK"], rows["0022400561", "PHI"]
    assert (knicks["points"], sixers["points"], knicks["points_overtime"], knicks["period"]) == (125, 119, 16, 5)
    assert (knicks["is_home"], sixers["is_home"], knicks["opponent"]) == (False, True, "PHI")
    assert (knicks["record"], knicks["arena"]) == ("27-15", "Wells Fargo Center")
    assert board(shared, MLK_DAY)["0022300562", "MIA"]["points_overtime"] == 8


def test_a_game_without_its_line_scores_is_refused(shared: Path) -> None:
    body = content(sample(shared, FOLDER, JANUARY, FEED))
    body["resultSets"][1]["rowSet"].pop()
    with pytest.raises(PayloadError, match="1 line scores"):
        parse(payload(FEED, body))
