"""What every answer of balldontlie.io has in common: pages of `data`, players, teams by ids of its own."""

from __future__ import annotations

from collections.abc import Iterator

from common.ids import normalise_name
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import Row
from data_processors.raw.source_values import MOST_ID, optional_integer

# Its team ids 1 to 30, in the order of the cities.
_CODES = (
    *("ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW", "HOU", "IND", "LAC", "LAL", "MEM"),
    *("MIA", "MIL", "MIN", "NOP", "NYK", "OKC", "ORL", "PHI", "PHX", "POR", "SAC", "SAS", "TOR", "UTA", "WAS"),
)
TEAM_IDS = dict(enumerate(_CODES, 1))


def entries(parts: Parts) -> Iterator[Fields]:
    """The entries of one page; one that is no object is set apart."""
    return parts.objects(json_object(parts.payload, parts.payload.json(), "body"), "data")


def page(payload: RawPayload) -> str:
    """Which page of an answer it is: an entry may stand on another page tomorrow, a page is replaced whole."""
    return str(payload.params.get("cursor") or "first")


def person(player: Fields) -> Row:
    """The columns that say who a player is."""
    names = [player.text_or_none("first_name"), player.text_or_none("last_name")]
    name = " ".join(n for n in names if n)
    if not name:
        raise player.error("last_name", "the player has no name")
    return {
        "source_player_id": str(player.integer("id", 1, MOST_ID)),
        "player_name": name,
        "name_key": normalise_name(name),
    }


def team_by_id(fields: Fields, field: str) -> str | None:
    """The NBA's code of a team id; None without one."""
    team_id = optional_integer(fields, field)
    if team_id is not None and team_id not in TEAM_IDS:
        raise fields.error(field, f"{team_id} is no NBA team of balldontlie's")
    return None if team_id is None else TEAM_IDS[team_id]
