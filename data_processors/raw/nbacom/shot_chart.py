"""nbac_shot_chart: every field goal attempt (`shotchartdetail` with ContextMeasure=FGA)."""

from __future__ import annotations

import logging
import math

from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, result_set
from data_processors.raw.raw_tables import SHOTS, Row, ScopeRows, by_scope
from data_processors.raw.source_values import MOST_PERIODS, player_id, season_of, team_codes_by_id

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
# What a shot from a zone is worth; of "Mid-Range" and "Above the Break 3" a few real ones are worth the other.
_ZONES = {
    **{"Restricted Area": 2, "In The Paint (Non-RA)": 2},
    **{"Left Corner 3": 3, "Right Corner 3": 3, "Backcourt": 3},
}
_MADE = {0: False, 1: True}
_MOST_EVENTS, _PERIOD_SECONDS, _ROUNDING = 10_000, 720, 1.5


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a shot; the scope is the game. A shot that cannot be sets its game apart: zones count all shots."""
    parts = Parts(payload)
    rows: dict[tuple[str, int], Row] = {}
    left_out = 0
    for fields in result_set(payload, "Shot_Chart_Detail", _HEADERS):
        with parts.reading(whole=game_id_of(fields, "GAME_ID")):
            team = team_codes_by_id().get(fields.integer("TEAM_ID"))
            if team is None:
                left_out += 1
                continue
            row = _row(fields, team)
            if rows.setdefault((row["game_id"], row["event_id"]), row) != row:
                raise fields.error("GAME_EVENT_ID", "the event stands twice in its game with different content")
    if left_out:
        log.info("shots of clubs left out", extra={"feed": FEED, "rows": left_out})
    units = by_scope(
        SHOTS, payload, ((f"game:{r['game_id']}", r) for r in rows.values() if r["game_id"] not in parts.lost)
    )
    return parts.beside(units, len(units))


def _row(fields: Fields, team: str) -> Row:
    game_id, day = game_id_of(fields, "GAME_ID"), fields.day("GAME_DATE")
    value, zone = fields.one_of("SHOT_TYPE", _VALUES), fields.text("SHOT_ZONE_BASIC")
    if zone in _ZONES and _ZONES[zone] != value:
        raise fields.error("SHOT_TYPE", f"a shot for {value} from the zone {zone!r}")
    return {
        "game_id": game_id,
        "game_date": day,
        "season": season_of(fields, "GAME_DATE", game_id, day),
        "event_id": fields.integer("GAME_EVENT_ID", 0, _MOST_EVENTS),
        "player_id": player_id(fields, "PLAYER_ID"),
        "player_name": fields.text_or_none("PLAYER_NAME"),
        "team": team,
        "period": fields.integer("PERIOD", 1, MOST_PERIODS),
        "seconds_remaining": _seconds(fields),
        "action_type": fields.text_or_none("ACTION_TYPE"),
        "shot_value": value,
        "zone_basic": zone,
        "zone_area": fields.text_or_none("SHOT_ZONE_AREA"),
        "zone_range": fields.text_or_none("SHOT_ZONE_RANGE"),
        **_place(fields),
        "made": fields.one_of("SHOT_MADE_FLAG", _MADE),
    }


def _seconds(fields: Fields) -> int:
    found = 60 * fields.integer("MINUTES_REMAINING", 0, 12) + fields.integer("SECONDS_REMAINING", 0, 59)
    if found > _PERIOD_SECONDS:
        raise fields.error("SECONDS_REMAINING", f"{found} seconds are more than a period has")
    return found


def _place(fields: Fields) -> Row:
    """Where the shot was taken: tenths of a foot from the basket, and the distance, which follows from them."""
    distance = fields.integer_or_none("SHOT_DISTANCE", 0, 94)
    x, y = fields.integer_or_none("LOC_X", -300, 300), fields.integer_or_none("LOC_Y", -60, 900)
    if None not in (distance, x, y):
        by_place = math.hypot(x or 0, y or 0) / 10
        if abs(by_place - (distance or 0)) > _ROUNDING:
            raise fields.error("SHOT_DISTANCE", f"{distance} feet, but {by_place:.1f} by LOC_X and LOC_Y")
    return {"distance_feet": distance, "loc_x": x, "loc_y": y}
