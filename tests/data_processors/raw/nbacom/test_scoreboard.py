from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("header", "value"),
    [("PTS_QTR1", 99), ("PTS", 300), ("PTS_QTR2", -5), ("TEAM_ID", 7), ("GAME_DATE_EST", "3024-01-15")],
)
def test_a_game_whose_line_cannot_be_is_set_apart_alone(shared: Path, header: str, value: object) -> None:
    body = content(sample(shared, FOLDER, JANUARY, FEED))
    lines = body["resultSets"][1]
    lines["rowSet"][0][lines["headers"].index(header)] = value
    units = parse(payload(FEED, body))
    assert len(units) == 10
    assert len([e for u in units for e in u.unread]) == 1


def test_a_game_with_one_line_of_two_is_set_apart_alone(shared: Path) -> None:
    body = content(sample(shared, FOLDER, JANUARY, FEED))
    body["resultSets"][1]["rowSet"].pop()
    units = parse(payload(FEED, body))
    assert len(units) == 10
    assert ["1 line scores" in e.message for u in units for e in u.unread] == [True]


def test_where_the_line_scores_are_empty_the_header_lands_without_scores(shared: Path) -> None:
    case = shared / "cases" / "scoreboardv2_empty_linescore.json"
    if not case.is_file():
        pytest.skip(f"no test data: {case} is missing")
    (unit,) = parse(payload(FEED, case.read_bytes()))
    assert [(r["game_id"], r["team"], r["opponent"], r["is_home"]) for r in unit.rows] == [
        ("0022500817", "CLE", "OKC", False),
        ("0022500817", "OKC", "CLE", True),
    ]
    for row in unit.rows:
        assert (row["game_date"], row["season"], row["game_status"]) == (date(2026, 2, 22), "2025-26", 1)
        assert {row[c] for c in ("points", "points_q1", "points_q4", "points_overtime", "record")} == {None}
    assert unit.unread == []
