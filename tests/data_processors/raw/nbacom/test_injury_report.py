from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.injury_report import parse
from data_processors.raw.raw_tables import Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import rows_of, sample

FEED = "nbac_injury_report"
EVENING, NOON = "raw_2025-01-10_05PM.pdf", "raw_f4391904.pdf"


def lines(shared: Path, name: str) -> list[Row]:
    return rows_of(parse(sample(shared, FEED, name)))


def player(rows: list[Row], name: str) -> Row:
    (found,) = [r for r in rows if r["player_name"] == name]
    return found


def test_a_report_of_eight_pages_is_read_whole(shared: Path) -> None:
    rows = lines(shared, EVENING)
    assert {r["report_at"] for r in rows} == {datetime(2025, 1, 10, 22, 30, tzinfo=UTC)}
    named = [r for r in rows if r["submitted"]]
    assert len(named) == 112
    assert Counter(r["status"] for r in named)["Out"] == 82
    assert {r["team"] for r in rows if not r["submitted"]} == {
        *("UTA", "PHX", "MEM", "MIN", "MIA", "POR", "CHA", "LAC", "SAS", "LAL")
    }
    assert {(r["away_team"], r["home_team"]) for r in rows if r["game_date"] == date(2025, 1, 10)} == {
        *(("GSW", "IND"), ("MIL", "ORL"), ("NOP", "PHI"), ("OKC", "NYK"), ("SAC", "BOS"), ("WAS", "CHI")),
        ("BKN", "DEN"),
    }


@pytest.mark.parametrize(
    ("name", "team", "day", "status", "reason"),
    [
        ("Curry, Stephen", "GSW", 10, "Out", "Injury/Illness - Bilateral Knee; Injury Management"),
        ("Wiseman, James", "IND", 10, "Out", "Injury/Illness - Left Achilles Tendon; Tear"),
        ("Antetokounmpo, Giannis", "MIL", 10, "Probable", "Injury/Illness - Right Patella; Tendinopathy"),
        ("Murray, Dejounte", "NOP", 10, "Available", "Injury/Illness - Right Elbow; Tendonitis; Right Shin Contusion"),
        ("Banchero, Paolo", "ORL", 10, "Available", "Return to Competition Reconditioning"),
        ("Gordon, Aaron", "DEN", 10, "Doubtful", "Injury/Illness - Right Calf; Strain"),
        ("Young, Trae", "ATL", 11, "Probable", "Injury/Illness - Right Achilles; Tendinitis"),
        ("Nance Jr., Larry", "ATL", 11, "Out", "Injury/Illness - Right Hand; Fractured Fourth Metacarpal"),
    ],
)
def test_lines_are_as_the_page_shows_them(
    shared: Path, name: str, team: str, day: int, status: str, reason: str
) -> None:
    row = player(lines(shared, EVENING), name)
    assert (row["team"], row["game_date"], row["status"], row["reason"]) == (team, date(2025, 1, day), status, reason)


def test_what_is_written_once_holds_for_the_lines_below_and_over_the_page(shared: Path) -> None:
    row = player(lines(shared, EVENING), "Zeller, Cody")
    assert (row["away_team"], row["home_team"], row["game_time"], row["team"]) == ("HOU", "ATL", "03:00", "ATL")
    assert (row["name_key"], row["reason_category"]) == ("cody zeller", "Not With Team")


def test_a_report_before_most_teams_have_reported(shared: Path) -> None:
    rows = lines(shared, NOON)
    assert {r["report_at"] for r in rows} == {datetime(2024, 1, 4, 17, 30, tzinfo=UTC)}
    assert len([r for r in rows if r["submitted"]]) == 14
    assert len([r for r in rows if not r["submitted"]]) == 29
    green = player(rows, "Green, Draymond")
    assert (green["reason"], green["reason_category"]) == ("League Suspension", "League Suspension")
    assert player(rows, "McDermott, Doug")["reason"] == "Injury/Illness - Right Forearm; Contusion"


def test_the_scope_is_the_report(shared: Path) -> None:
    (unit,) = parse(sample(shared, FEED, EVENING))
    assert unit.scope == "report:2025-01-10T22:30:00Z"
    assert unit.dates == {date(2025, 1, 10), date(2025, 1, 11)}


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_report_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadError, match=FEED):
        parse(payload(FEED, body))


def test_a_broken_off_report_is_refused(shared: Path) -> None:
    whole = sample(shared, FEED, EVENING).body
    with pytest.raises(PayloadError, match=FEED):
        parse(payload(FEED, whole[: len(whole) // 2]))
