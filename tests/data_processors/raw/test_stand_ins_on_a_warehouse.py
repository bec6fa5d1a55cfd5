from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from common import clock
from tests.data_processors.raw.archive import schedule_of
from tests.data_processors.raw.bettingpros.test_offers import line, offer
from tests.data_processors.raw.conftest import Bench
from tests.data_processors.raw.nbacom.test_gamebook import LINES, pdf

pytestmark = pytest.mark.stack
MORNING = datetime(2025, 1, 16, 9, tzinfo=clock.UTC)


def test_a_schedule_and_its_stand_in_hold_the_same_rows_and_the_newer_answer_counts(bench: Bench) -> None:
    main = bench.keep("nbac_schedule", schedule_of(("0022400561", "2025-01-15", "PHI", "NYK")), MORNING, "2024-25")
    bench.push(main)
    twin = schedule_of(("0022400561", "2025-01-15", "PHI", "NYK"), ("0022400562", "2025-01-15", "BOS", "MIA"))
    later = MORNING + timedelta(days=2)
    assert bench.push(bench.keep("nbac_schedule_cdn", twin, later, "2024-25")).results[0].status == "success"
    assert bench.count("nba_raw.schedule") == 2
    assert bench.push(main).results[0].status == "unchanged"
    assert bench.count("nba_raw.schedule") == 2


def test_a_box_score_of_one_game_fills_what_the_log_lacks(bench: Bench, shared: Path) -> None:
    bench.push(bench.keep("nbac_schedule", schedule_of(("0022400561", "2025-01-15", "PHI", "NYK")), MORNING, "2024-25"))
    body = (shared / "samples/nbac_team_boxscore/raw_12f99055.json").read_bytes()
    path = bench.keep("nbac_game_boxscore", body, MORNING, "2025-01-15", "0022400561")
    assert bench.push(path).results[0].error is None
    rows = bench.rows("SELECT team, points, is_home, source FROM nba_raw.team_boxscores ORDER BY team")
    assert [tuple(r.values()) for r in rows] == [
        ("NYK", 125, False, "nbac_game_boxscore"),
        ("PHI", 119, True, "nbac_game_boxscore"),
    ]


def test_a_gamebook_and_offers_land_and_the_same_again_writes_nothing(bench: Bench) -> None:
    paths = [
        bench.keep("nbac_gamebook", pdf(LINES), MORNING, "2024-04-10", "MEMCLE"),
        bench.keep("bp_player_props", {"offers": [offer({12: line(27.5, -110)}, {12: line(27.5, -110)})]}, MORNING),
    ]
    answer = bench.push(*paths)
    assert {r.processor: (r.status, r.error) for r in answer.results} == {
        "nbac_gamebook": ("success", None),
        "bp_player_props": ("success", None),
    }
    assert bench.count("nba_raw.gamebook_players") == 9
    assert bench.count("nba_raw.source_prop_lines") == 1
    bench.written.clear()
    assert {r.status for r in bench.push(*paths).results} == {"unchanged"}
    assert bench.written == []


def test_a_damaged_gamebook_is_in_quarantine_whole(bench: Bench, shared: Path) -> None:
    body = (shared / "samples/nbac_gamebook_pdf/raw_0173bcd1.pdf").read_bytes()
    path = bench.keep("nbac_gamebook", body, MORNING, "2024-04-10", "MEMCLE")
    assert bench.push(path).results[0].status == "quarantined"
    (row,) = bench.rows("SELECT raw_path, error_message FROM nba_orchestration.quarantine")
    assert row["raw_path"] == path
    assert "no text" in row["error_message"]
