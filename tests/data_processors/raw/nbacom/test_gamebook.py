"""A one-page PDF made here with the lines of the league's layout; the two real ones at hand are damaged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError
from data_processors.raw.nbacom.gamebook import FEED, parse
from data_processors.raw.nbacom.gamebook_lines import absentees
from data_processors.raw.raw_tables import GAMEBOOK_PLAYERS, Row
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import sample

LINES = """FINAL BOX
Wednesday, April 10, 2024 Rocket Mortgage FieldHouse, Cleveland, OH
Officials: #24 Kevin Able, #36 Brent Baker
Game Duration: 2:10
VISITOR: MEMPHIS GRIZZLIES (27-53)
POS MIN FG FGA 3P 3PA FT FTA OR DR TOT A PF ST TO BS +/- PTS
45 GG Able F 35:42 7 21 2 10 6 6 0 2 2 2 2 2 1 1 -13 22
0 Al Baker-Cole Jr. 03:36 1 1 0 0 0 0 0 0 0 1 1 0 0 0 -6 2
7 Sam Dorn NWT - Injury/Illness - Right Foot; Strain
24 Ed Early Sr. DNP - Coach's Decision
240:00 8 22 2 10 6 6 0 2 2 3 3 2 1 1 -14 24
36.4% 20.0% 100%
HOME: CLEVELAND CAVALIERS (46-33)
POS MIN FG FGA 3P 3PA FT FTA OR DR TOT A PF ST TO BS +/- PTS
2 Flo Farr C 20:11 2 3 1 2 0 0 0 3 3 0 0 0 0 0 14 5
240:00 2 3 1 2 0 0 0 3 3 0 0 0 0 0 14 5
SCORE BY PERIOD
1 2 3 4 FINAL
Inactive: Grizzlies - Gray (Injury/Illness - Right Shoulder; Labral Repair), Hale (Injury/Illness -
Left Ankle), Ives ()
Inactive: Cavaliers - Jett (Trade Pending)
Copyright (c)"""


def pdf(text: str) -> bytes:
    """A page with the lines of `text`, uncompressed."""
    shown = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in text.splitlines()]
    drawn = "BT /F1 8 Tf 20 770 Td 12 TL " + " ".join(f"({line}) Tj T*" for line in shown) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n"
    return f"{body}{end}{len(body)}\n%%EOF\n".encode("latin-1")


def players(text: str = LINES) -> dict[str, Row]:
    (unit,) = parse(payload(FEED, pdf(text), scope="2024-04-10"))
    assert unit.scope == "nbac_gamebook:2024-04-10:MEM@CLE"
    return {r["player_name"]: r for r in unit.rows}


def test_who_played_has_his_line() -> None:
    found = players()
    able, baker, farr = found["GG Able"], found["Al Baker-Cole Jr."], found["Flo Farr"]
    assert (able["status"], able["starter"], able["minutes"], able["seconds"], able["points"]) == (
        *("played", True, 35, 42),
        22,
    )
    assert (able["fga"], able["oreb"], able["reb"], able["tov"], able["blk"], able["plus_minus"]) == (
        21,
        0,
        2,
        1,
        1,
        -13,
    )
    assert (able["team"], able["opponent"], able["game_date"]) == ("MEM", "CLE", date(2024, 4, 10))
    assert (baker["starter"], baker["jersey_number"], baker["name_key"]) == (False, "0", "al baker cole jr")
    assert (farr["team"], farr["home_team"], farr["away_team"]) == ("CLE", "CLE", "MEM")


def test_who_did_not_play_has_the_reason_and_no_numbers() -> None:
    found = players()
    dorn, early = found["Sam Dorn"], found["Ed Early Sr."]
    assert (dorn["status"], dorn["reason_code"]) == ("did_not_play", "NWT")
    assert dorn["reason"] == "Injury/Illness - Right Foot; Strain"
    assert (early["reason_code"], early["reason"]) == ("DNP", "Coach's Decision")
    assert {early["points"], early["minutes"], dorn["fga"]} == {None}


def test_the_inactive_have_their_last_names_and_reasons_over_several_lines() -> None:
    found = {name: (r["team"], r["reason"]) for name, r in players().items() if r["status"] == "inactive"}
    assert found == {
        "Gray": ("MEM", "Injury/Illness - Right Shoulder; Labral Repair"),
        "Hale": ("MEM", "Injury/Illness - Left Ankle"),
        "Ives": ("MEM", None),
        "Jett": ("CLE", "Trade Pending"),
    }


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("240:00 8 22", "240:00 9 22", "totals"),
        ("240:00 2 3", "Totals 2 3", "totals"),
        ("MEMPHIS GRIZZLIES", "MEMPHIS BEARS", "teams"),
        ("Wednesday, April 10, 2024", "10.04.2024", "date"),
        ("HOME: ", "", "teams"),
    ],
)
def test_a_page_that_does_not_add_up_is_refused(old: str, new: str, field: str) -> None:
    assert old in LINES
    with pytest.raises(PayloadError) as caught:
        players(LINES.replace(old, new))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("old", "new", "field", "lost"),
    [
        ("2 Flo Farr C 20:11", "2 Flo Farr C 20:11 99", "players of CLE", {"Flo Farr"}),
        ("2 Flo Farr C 20:11 2 3", "2 Flo Farr C 20:11 3 2", "players of CLE", {"Flo Farr"}),
        ("2 Flo Farr C 20:11", "2 Flo Farr C 20:99", "players of CLE", {"Flo Farr"}),
        ("24 Ed Early Sr. DNP - Coach's Decision", "24 Ed Early Sr.", "players of MEM", {"Ed Early Sr."}),
        ("24 Ed Early Sr. DNP - Coach's Decision", "* see the note", "players of MEM", {"Ed Early Sr."}),
        ("Inactive: Cavaliers", "Inactive: Bears", "inactive", {"Jett"}),
        ("Jett (Trade Pending)", "Jett )Trade Pending(", "inactive of CLE", {"Jett"}),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_rest_lands(old: str, new: str, field: str, lost: set[str]) -> None:
    # Nobody who did not play stands before Early: what follows one of them may be the rest of his reason.
    text = LINES.replace("7 Sam Dorn NWT - Injury/Illness - Right Foot; Strain\n", "") if "Ed" in old else LINES
    whole = set(players(text))
    (unit,) = parse(payload(FEED, pdf(text.replace(old, new)), scope="2024-04-10"))
    assert whole - {r["player_name"] for r in unit.rows} == lost
    assert [e.field for e in unit.unread] == [field]


@pytest.mark.parametrize(
    ("written", "number", "code", "reason"),
    [
        ("24 Ed Early Sr. DNP", "24", "DNP", None),
        ("24 Ed Early Sr. NWT-Personal Reasons", "24", "NWT", "Personal Reasons"),
        ("24 Ed Early Sr. DND -Rest", "24", "DND", "Rest"),
        ("Ed Early Sr. DNP - Coach's Decision", None, "DNP", "Coach's Decision"),
        ("24 Ed Early Sr. DNP - Injury - Left\nFoot; Sprain", "24", "DNP", "Injury - Left Foot; Sprain"),
        ("24 Ed Early Sr. DNP - Injury - Left\n5th Metatarsal", "24", "DNP", "Injury - Left 5th Metatarsal"),
    ],
)
def test_who_did_not_play_is_read_however_the_line_is_set(
    written: str, number: str | None, code: str, reason: str | None
) -> None:
    found = players(LINES.replace("24 Ed Early Sr. DNP - Coach's Decision", written))
    early = found["Ed Early Sr."]
    assert (early["jersey_number"], early["reason_code"], early["reason"]) == (number, code, reason)
    assert found.keys() == players().keys()


def test_who_played_without_a_number_has_his_line() -> None:
    farr = players(LINES.replace("2 Flo Farr C 20:11", "Flo Farr C 20:11"))["Flo Farr"]
    assert (farr["jersey_number"], farr["starter"], farr["minutes"], farr["points"]) == (None, True, 20, 5)


def test_two_inactive_of_one_name_are_two_people(shared: Path) -> None:
    case = shared / "cases" / "gamebook_two_inactive_same_surname.pdf"
    if not case.is_file():
        pytest.skip(f"no test data: {case} is missing")
    (unit,) = parse(payload(FEED, case.read_bytes(), scope="2024-11-04"))
    inactive = [r for r in unit.rows if r["status"] == "inactive"]
    assert [(r["team"], r["name_key"], r["name_order"], r["reason"]) for r in inactive] == [
        ("PHI", "smith", 1, "Injury/Illness - Left Knee; Sprain"),
        ("PHI", "smith", 2, "G League - Two-Way"),
        ("PHX", "jones", 1, "Rest"),
    ]
    keys = [tuple(r[k] for k in GAMEBOOK_PLAYERS.key) for r in unit.rows]
    assert len(keys) == len(set(keys)) == 25
    assert unit.unread == []


@pytest.mark.parametrize("name", ["raw_0173bcd1.pdf", "raw_d8072441.pdf"])
def test_the_damaged_real_ones_are_refused_whole(shared: Path, name: str) -> None:
    with pytest.raises(PayloadError, match="no text"):
        parse(sample(shared, "nbac_gamebook_pdf", name, FEED))


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_gamebook_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadError, match=FEED):
        parse(payload(FEED, body))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Gray", [("Gray", None)]),
        ("Gray (Rest), Jones Jr. (Knee (left); sore)", [("Gray", "Rest"), ("Jones Jr.", "Knee (left); sore")]),
    ],
)
def test_a_list_of_the_inactive(text: str, found: list[tuple[str, str | None]]) -> None:
    assert list(absentees(text)) == found


def test_a_list_with_an_open_parenthesis_is_none() -> None:
    with pytest.raises(ValueError, match="Gray"):
        list(absentees("Gray (Rest"))
