"""nbac_player_list: the players of a season with their teams and positions (`playerindex`)."""

from __future__ import annotations

import re

from common.ids import FIRST_SEASON, normalise_name, season_label, season_start
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object, result_set
from data_processors.raw.raw_tables import PLAYER_LIST, Row, ScopeRows
from data_processors.raw.source_values import (
    LAST_SEASON,
    MOST_ID,
    WEIGHT,
    digits_or_none,
    height_inches,
    jersey,
    player_id,
    team_codes_by_id,
)

FEED = "nbac_player_list"
_HEADERS = (
    *("PERSON_ID", "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME", "TEAM_ID", "JERSEY_NUMBER", "POSITION", "HEIGHT"),
    *("WEIGHT", "COLLEGE", "COUNTRY", "DRAFT_YEAR", "DRAFT_ROUND", "DRAFT_NUMBER", "ROSTER_STATUS", "FROM_YEAR"),
    "TO_YEAR",
)


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player; the scope is the season that was asked for. A player who can't be read is set apart."""
    asked = json_object(payload, payload.json(), "body").child("parameters")
    season = asked.text("Season")
    if not re.fullmatch(r"(19|20)[0-9]{2}-[0-9]{2}", season) or season_label(int(season[:4])) != season:
        raise asked.error("Season", f"expected a season like 2024-25, found {season!r}")
    parts = Parts(payload)
    rows: dict[int, Row] = {}
    for fields in result_set(payload, "PlayerIndex", _HEADERS):
        with parts.reading():
            row = _row(fields, season)
            if rows.setdefault(row["player_id"], row) != row:
                raise fields.error("PERSON_ID", f"player {row['player_id']} stands twice with different content")
    parts.check(len(rows))
    if not rows:
        raise asked.error("Season", f"the list of {season} has no players")
    return parts.beside([ScopeRows(PLAYER_LIST, f"season:{season}", payload, list(rows.values()))])


def _row(fields: Fields, season: str) -> Row:
    # One name is enough for some: Nene.
    names = [fields.text_or_none("PLAYER_FIRST_NAME"), fields.text("PLAYER_LAST_NAME")]
    name = " ".join(n for n in names if n)
    team_id = fields.integer_or_none("TEAM_ID", 0, MOST_ID) or None
    return {
        "season": season,
        "player_id": player_id(fields, "PERSON_ID"),
        "snapshot_date": season_start(season),
        "player_name": name,
        "name_key": normalise_name(name),
        "team_id": team_id,
        "team": team_codes_by_id().get(team_id) if team_id is not None else None,
        "jersey_number": jersey(fields, "JERSEY_NUMBER"),
        "position": fields.text_or_none("POSITION"),
        "height_inches": height_inches(fields, "HEIGHT"),
        "weight_pounds": digits_or_none(fields, "WEIGHT", *WEIGHT),
        "college": fields.text_or_none("COLLEGE"),
        "country": fields.text_or_none("COUNTRY"),
        "draft_year": fields.integer_or_none("DRAFT_YEAR", FIRST_SEASON, LAST_SEASON),
        "draft_round": fields.integer_or_none("DRAFT_ROUND", 0, 25),
        "draft_number": fields.integer_or_none("DRAFT_NUMBER", 0, 250),
        "is_on_roster": fields.integer_or_none("ROSTER_STATUS", 0, 1) == 1,
        "first_season": digits_or_none(fields, "FROM_YEAR", FIRST_SEASON, LAST_SEASON),
        "last_season": digits_or_none(fields, "TO_YEAR", FIRST_SEASON, LAST_SEASON),
    }
