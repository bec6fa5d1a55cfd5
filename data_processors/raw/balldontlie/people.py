"""bdl_active_players and bdl_injuries."""

from __future__ import annotations

from common import clock
from common.ids import FIRST_SEASON
from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries, page, person, team_by_id
from data_processors.raw.parts import Parts
from data_processors.raw.raw_tables import SOURCE_INJURIES, SOURCE_PLAYERS, Row, ScopeRows
from data_processors.raw.source_values import (
    LAST_SEASON,
    WEIGHT,
    digits_or_none,
    height_inches,
    jersey,
    known_team,
    optional_integer,
)

PLAYERS_FEED = "bdl_active_players"
INJURIES_FEED = "bdl_injuries"


def parse_players(payload: RawPayload) -> list[ScopeRows]:
    """One row an active player; the scope is the page of the day. Who can't be read is set apart."""
    parts = Parts(payload)
    day = clock.eastern_date(payload.fetched_at)
    rows: dict[str, Row] = {}
    for player in entries(parts):
        with parts.reading():
            has_team = player.values.get("team") is not None
            row = person(player) | {
                "snapshot_date": day,
                "team": known_team(player.child("team"), "abbreviation") if has_team else None,
                "position": player.text_or_none("position"),
                "jersey_number": jersey(player, "jersey_number"),
                "height_inches": height_inches(player, "height"),
                "weight_pounds": digits_or_none(player, "weight", *WEIGHT),
                "draft_year": optional_integer(player, "draft_year", FIRST_SEASON, LAST_SEASON),
            }
            if rows.setdefault(row["source_player_id"], row) != row:
                raise player.error("id", f"player {row['source_player_id']} stands twice with different content")
    scope = f"{PLAYERS_FEED}:{day}:{page(payload)}"
    return parts.beside([ScopeRows(SOURCE_PLAYERS, scope, payload, list(rows.values()), day)])


def parse_injuries(payload: RawPayload) -> list[ScopeRows]:
    """One row an injured player; the scope is the answer, all of which are kept. Who can't be read is set apart."""
    parts = Parts(payload)
    day = clock.eastern_date(payload.fetched_at)
    rows: dict[str, Row] = {}
    for entry in entries(parts):
        with parts.reading():
            player = entry.child("player")
            row = person(player) | {
                "snapshot_date": day,
                "snapshot_at": payload.fetched_at,
                "team": team_by_id(player, "team_id"),
                "status": entry.text("status"),
                "return_date": entry.text_or_none("return_date"),
                "description": entry.text_or_none("description"),
            }
            if rows.setdefault(row["source_player_id"], row) != row:
                raise entry.error("player", f"player {row['source_player_id']} stands twice with different content")
    scope = f"{INJURIES_FEED}@{clock.iso_utc(payload.fetched_at)}:{page(payload)}"
    return parts.beside([ScopeRows(SOURCE_INJURIES, scope, payload, list(rows.values()), day)])
