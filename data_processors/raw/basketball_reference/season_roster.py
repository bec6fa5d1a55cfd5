"""br_season_roster: the table of a team's players of a season, on its page or in a comment of it.

No stored page was at hand; the table is `#roster` with a row a player and cells named by `data-stat` (number, player,
pos, height, weight, birth_date), the player's id being the file name of his link. Whatever differs is refused.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lxml import etree, html

from common import clock
from common.ids import normalise_name, season_label, team_codes
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, payload_error
from data_processors.raw.raw_tables import ROSTERS, Row, ScopeRows
from data_processors.raw.source_values import WEIGHT, born, digits_or_none, height_inches, jersey

FEED = "br_season_roster"
_CODES = {"BRK": "BKN", "CHO": "CHA", "PHO": "PHX"}
_URL = re.compile(r"/teams/([A-Z]{3})/(\d{4})\.html$")
_PLAYER = re.compile(r"/players/[a-z]/([a-z0-9.'-]+)\.html$")
# "(TW)" marks a two-way contract.
_MARK = re.compile(r"\s*\([A-Z]{2}\)$")
_BIRTH = re.compile(r"(\d{4})(\d\d)(\d\d)")


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player; the scope is the team's season on the day. Who can't be read is set apart."""
    parts = Parts(payload)
    code, season = _page(payload)
    day = clock.eastern_date(payload.fetched_at)
    rows: dict[str, Row] = {}
    for number, line in enumerate(_table(payload).xpath(".//tbody/tr[not(contains(@class, 'thead'))]")):
        with parts.reading():
            row: Row = {"snapshot_date": day, "season": season, "team": code}
            row |= _row(payload, f"roster[{number}]", line)
            if rows.setdefault(row["source_player_id"], row) is not row:
                raise payload_error(payload, f"{row['player_name']} stands twice", field=f"roster[{number}]")
    parts.check(len(rows))
    if not rows:
        raise payload_error(payload, f"the roster of {code} is empty", field="roster")
    return parts.beside([ScopeRows(ROSTERS, f"{FEED}:{code}:{season}:{day}", payload, list(rows.values()))])


def _page(payload: RawPayload) -> tuple[str, str]:
    """Team and season, which the page is asked for by."""
    found = _URL.search(payload.url)
    code = _CODES.get(found[1], found[1]) if found else ""
    if found is None or code not in team_codes():
        raise payload_error(payload, f"expected the page of a team and year, found {payload.url!r}", field="url")
    return code, season_label(int(found[2]) - 1)


def _table(payload: RawPayload) -> Any:
    try:
        page = html.fromstring(payload.body.decode("utf-8"))
        tables = page.xpath("//table[@id='roster']")
        for comment in [] if tables else page.xpath("//comment()[contains(., 'id=\"roster\"')]"):
            tables += html.fromstring(comment.text).xpath("//table[@id='roster']")
    except (UnicodeDecodeError, etree.LxmlError, ValueError, RecursionError) as error:
        raise payload_error(payload, f"the body is no page: {error}", field="body") from error
    if len(tables) != 1:
        raise payload_error(payload, f"expected one table of players, found {len(tables)}", field="roster")
    return tables[0]


def _row(payload: RawPayload, where: str, line: Any) -> Row:
    cells = {cell.get("data-stat"): cell for cell in line.xpath("./th|./td")}
    texts = {name: " ".join(cell.text_content().split()) for name, cell in cells.items()}
    fields = Fields(payload, where, texts)
    links = [found[1] for href in line.xpath("./td[@data-stat='player']//@href") if (found := _PLAYER.search(href))]
    if len(links) != 1:
        raise fields.error("player", f"expected one link to a player, found {links}")
    name = _MARK.sub("", fields.text("player"))
    return {
        "source_player_id": links[0],
        "player_name": name,
        "name_key": normalise_name(name),
        "position": fields.text("pos"),
        "jersey_number": jersey(fields, "number"),
        "height_inches": height_inches(fields, "height") if fields.text_or_none("height") else None,
        "weight_pounds": digits_or_none(fields, "weight", *WEIGHT),
        "birth_date": _birth_date(fields, cells),
        "injury_status": None,
        "injury_at": None,
    }


def _birth_date(fields: Fields, cells: dict[str, Any]) -> date | None:
    """The date under the cell's sort key, "19980303"; None where the cell is empty."""
    if fields.text_or_none("birth_date") is None:
        return None
    found = _BIRTH.fullmatch(cells["birth_date"].get("csk") or "")
    try:
        if found is None:
            raise ValueError("no sort key")
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return born(Fields(fields.payload, fields.where, {"birth_date": day.isoformat()}), "birth_date")
    except ValueError as error:
        raise fields.error("birth_date", f"expected a sort key like 19980303: {error}") from error
