"""nbac_shot_chart: every field goal attempt (`shotchartdetail` with ContextMeasure=FGA)."""

from __future__ import annotations

import logging

from common.ids import season_of_game
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.payload_fields import Fields, result_set
from data_processors.raw.raw_tables import SHOTS, Row, ScopeRows, by_scope
from data_processors.raw.source_values import team_codes_by_id

log = logging.getLogger(__name__)
FEED = "nbac_shot_chart"
_HEADERS = (
    "GAME_ID",
    "GAME_EVENT_ID",
    "PLAYER_ID",
    "PLAYER_NAME",
    "TEAM_ID",
    "PERIOD",
    "MINUTES_REMAINING",
    "SECONDS_REMAINING",
    "ACTION_TYPE",
    "SHOT_TYPE",
    "SHOT_ZONE_BASIC",
    "SHOT_ZONE_AREA",
    "SHOT_ZONE_RANGE",
    "SHOT_DISTANCE",
    "LOC_X",
    "LOC_Y",
    "SHOT_MADE_FLAG",
    "GAME_DATE",
)
_VALUES = {"2PT Field Goal": 2, "3PT Field Goal": 3}
_MADE = {0: False, 1: True}


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a shot; the scope is the game."""
    rows: dict[tuple[str, int], Row] = {}
    left_out = 0
    for fields in result_set(payload, "Shot_Chart_Detail", _HEADERS):
        team = team_codes_by_id().get(fields.integer("TEAM_ID"))
        if team is None:
            left_out += 1
            continue
        row = _row(fields, team)
        if rows.setdefault((row["game_id"], row["event_id"]), row) != row:
            raise fields.error("GAME_EVENT_ID", "the event stands twice in its game with different content")
    if left_out:
        log.info("shots of clubs left out", extra={"feed": FEED, "rows": left_out})
    return by_scope(SHOTS, payload, ((f"game:{r['game_id']}", r) for r in rows.values()))


def _row(fields: Fields, team: str) -> Row:
    game_id = game_id_of(fields, "GAME_ID")
    return {
        "game_id": game_id,
        "game_date": fields.day("GAME_DATE"),
        "season": season_of_game(game_id),
        "event_id": fields.integer("GAME_EVENT_ID"),
        "player_id": fields.integer("PLAYER_ID"),
        "player_name": fields.text_or_none("PLAYER_NAME"),
        "team": team,
        "period": fields.integer("PERIOD"),
        "seconds_remaining": 60 * fields.integer("MINUTES_REMAINING") + fields.integer("SECONDS_REMAINING"),
        "action_type": fields.text_or_none("ACTION_TYPE"),
        "shot_value": fields.one_of("SHOT_TYPE", _VALUES),
        "zone_basic": fields.text("SHOT_ZONE_BASIC"),
        "zone_area": fields.text_or_none("SHOT_ZONE_AREA"),
        "zone_range": fields.text_or_none("SHOT_ZONE_RANGE"),
        "distance_feet": fields.integer_or_none("SHOT_DISTANCE"),
        "loc_x": fields.integer_or_none("LOC_X"),
        "loc_y": fields.integer_or_none("LOC_Y"),
        "made": fields.one_of("SHOT_MADE_FLAG", _MADE),
    }
