"""Pages made here in the table's known shape: no stored page was at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from common.errors import PayloadError
from common.raw_store import RawPayload
from data_processors.raw.basketball_reference.season_roster import FEED, parse
from tests.data_processors.raw.archive import payload
from tests.data_processors.raw.samples import rows_of

TABLE = """
<table class="sortable stats_table" id="roster"><thead><tr><th data-stat="number">No.</th></tr></thead><tbody>
<tr><th scope="row" data-stat="number">0</th>
 <td data-append-csv="jonesal01" data-stat="player" csk="Jones,Al"><a href="/players/j/jonesal01.html">Al Jonés</a></td>
 <td data-stat="pos">PF</td><td data-stat="height" csk="80.0">6-8</td><td data-stat="weight">210</td>
 <td data-stat="birth_date" csk="19980303">March 3, 1998</td><td data-stat="college"></td></tr>
<tr><th scope="row" data-stat="number"></th>
 <td data-stat="player"><a href="/players/o/o'neabo01.html">Bo O'Neal</a>&nbsp;(TW)</td>
 <td data-stat="pos">C</td><td data-stat="height">7-0</td><td data-stat="weight"></td>
 <td data-stat="birth_date"></td><td data-stat="college"></td></tr>
</tbody></table>"""


def page(table: str, url: str = "https://www.basketball-reference.com/teams/BRK/2025.html") -> RawPayload:
    body = f"<!DOCTYPE html><html><body><h1>Roster</h1>{table}</body></html>".encode()
    return replace(payload(FEED, body, scope="2024-25"), url=url)


@pytest.mark.parametrize("table", [TABLE, f'<div id="all_roster"><!-- {TABLE} --></div>'])
def test_the_table_is_read_from_the_page_or_from_a_comment_of_it(table: str) -> None:
    (unit,) = parse(page(table))
    assert unit.scope == "br_season_roster:BKN:2024-25:2024-11-04"
    jones, oneal = unit.rows
    assert (jones["source_player_id"], jones["player_name"], jones["name_key"]) == ("jonesal01", "Al Jonés", "al jones")
    assert (jones["team"], jones["season"], jones["jersey_number"]) == ("BKN", "2024-25", "0")
    assert (jones["height_inches"], jones["weight_pounds"], jones["birth_date"]) == (80, 210, date(1998, 3, 3))
    assert (oneal["source_player_id"], oneal["player_name"], oneal["jersey_number"]) == ("o'neabo01", "Bo O'Neal", None)
    assert (oneal["weight_pounds"], oneal["birth_date"]) == (None, None)


@pytest.mark.parametrize(
    ("url", "code"), [("CHO/2025", "CHA"), ("PHO/2024", "PHX"), ("BRK/2022", "BKN"), ("BOS/2025", "BOS")]
)
def test_its_codes_of_teams_become_the_nba_s(url: str, code: str) -> None:
    rows = rows_of(parse(page(TABLE, f"https://www.basketball-reference.com/teams/{url}.html")))
    assert {r["team"] for r in rows} == {code}


@pytest.mark.parametrize(
    "table",
    [
        "",
        TABLE + TABLE,
        TABLE.replace('data-stat="pos"', 'data-stat="position"'),
        '<table id="roster"><tbody></tbody></table>',
    ],
)
def test_a_table_of_another_shape_is_refused(table: str) -> None:
    with pytest.raises(PayloadError, match=FEED):
        parse(page(table))


def test_a_page_of_no_team_is_refused() -> None:
    with pytest.raises(PayloadError, match="url"):
        parse(page(TABLE, "https://www.basketball-reference.com/leagues/NBA_2025.html"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("/players/j/jonesal01.html", "/teams/BRK/"), ('csk="19980303"', ""), (">6-8<", ">two metres<")),
        *((">6-8<", ">9-9<"), (">210<", ">2100<"), ('csk="19980303"', 'csk="30240303"'), (">0</th>", ">-5</th>")),
    ],
)
def test_a_player_who_cannot_be_is_set_apart_alone(old: str, new: str) -> None:
    assert old in TABLE
    (unit,) = parse(page(TABLE.replace(old, new)))
    assert [r["player_name"] for r in unit.rows] == ["Bo O'Neal"]
    assert len(unit.unread) == 1
