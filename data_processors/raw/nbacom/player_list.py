"""nbac_player_list: the players of a season with their teams and positions (`playerindex`)."""

from __future__ import annotations

import re

from common.ids import normalise_name, season_start
from common.raw_store import RawPayload
from data_processors.raw.payload_fields import Fields, json_object, result_set
from data_processors.raw.raw_tables import PLAYER_LIST, Row, ScopeRows
from data_processors.raw.source_values import digits_or_none, height_inches, team_codes_by_id

FEED = "nbac_player_list"
_HEADERS = (
    *("PERSON_ID", "PLAYER_LAST_NAME", "PLAYER_FIRST_NAME", "TEAM_ID", "JERSEY_NUMBER", "POSITION", "HEIGHT"),
    *("WEIGHT", "COLLEGE", "COUNTRY", "DRAFT_YEAR", "DRAFT_ROUND", "DRAFT_NUMBER", "ROSTER_STATUS", "FROM_YEAR"),
    "TO_YEAR",
)


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player; the scope is the season that was asked for."""
    asked = json_object(payload, payload.json(), "body").child("parameters")
    season = asked.text("Season")
    if not re.fullmatch(r"(19|20)\d\d-\d\d", season):
        raise asked.error("Season", f"expected a season like 2024-25, found {season!r}")
    rows: dict[int, Row] = {}
    for fields in result_set(payload, "PlayerIndex", _HEADERS):
        row = _row(fields, season)
        if rows.setdefault(row["player_id"], row) != row:
            raise fields.error("PERSON_ID", f"player {row['player_id']} stands twice with different content")
    if not rows:
        raise asked.error("Season", f"the list of {season} has no players")
    return [ScopeRows(PLAYER_LIST, f"season:{season}", payload, list(rows.values()))]


def _row(fields: Fields, season: str) -> Row:
    # One name is enough for some: Nene.
    names = [fields.text_or_none("PLAYER_FIRST_NAME"), fields.text("PLAYER_LAST_NAME")]
    name = " ".join(n for n in names if n)
    team_id = fields.integer_or_none("TEAM_ID") or None
    return {
        "season": season,
        "player_id": fields.integer("PERSON_ID"),
        "snapshot_date": season_start(season),
        "player_name": name,
        "name_key": normalise_name(name),
        "team_id": team_id,
        "team": team_codes_by_id().get(team_id) if team_id is not None else None,
        "jersey_number": fields.text_or_none("JERSEY_NUMBER"),
        "position": fields.text_or_none("POSITION"),
        "height_inches": height_inches(fields, "HEIGHT"),
        "weight_pounds": digits_or_none(fields, "WEIGHT"),
        "college": fields.text_or_none("COLLEGE"),
        "country": fields.text_or_none("COUNTRY"),
        "draft_year": fields.integer_or_none("DRAFT_YEAR"),
        "draft_round": fields.integer_or_none("DRAFT_ROUND"),
        "draft_number": fields.integer_or_none("DRAFT_NUMBER"),
        "is_on_roster": fields.integer_or_none("ROSTER_STATUS") == 1,
        "first_season": digits_or_none(fields, "FROM_YEAR"),
        "last_season": digits_or_none(fields, "TO_YEAR"),
    }
