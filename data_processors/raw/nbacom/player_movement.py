"""nbac_player_movement: signings, waivers and trades since 2015, one file with all of them."""

from __future__ import annotations

from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import PLAYER_MOVEMENT, Row, ScopeRows
from data_processors.raw.source_values import MOST_ID, team_codes_by_id

FEED = "nbac_player_movement"
TYPES = ("Signing", "Waive", "Trade", "ContractConverted", "AwardOnWaivers")


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row an entry; the scope is the file. An entry that can't be read (another kind of move) is set apart."""
    parts = Parts(payload)
    movement = json_object(payload, payload.json(), "body").child("NBA_Player_Movement")
    rows: dict[str, Row] = {}
    for entry in parts.objects(movement, "rows"):
        with parts.reading():
            row = _row(entry)
            if rows.setdefault(row["movement_key"], row) != row:
                raise entry.error("GroupSort", f"{row['movement_key']} stands twice with different content")
    parts.check(len(rows))
    if not rows:
        raise movement.error("rows", "the file has no entries")
    return parts.beside([ScopeRows(PLAYER_MOVEMENT, "all", payload, list(rows.values()))])


def _row(entry: Fields) -> Row:
    # Ids come as 203482.0, and as 0.0 where there is none.
    group = entry.text("GroupSort")
    team_id, player_id = entry.integer("TEAM_ID", 0, MOST_ID), entry.integer("PLAYER_ID", 0, MOST_ID)
    other = entry.integer("Additional_Sort", 0, MOST_ID)
    return {
        "movement_key": f"{group}/{team_id}/{player_id}/{other}",
        "transaction_date": entry.day("TRANSACTION_DATE"),
        "transaction_type": entry.one_of("Transaction_Type", {t: t for t in TYPES}),
        "transaction_group": group,
        "player_id": player_id or None,
        "player_slug": entry.text_or_none("PLAYER_SLUG"),
        "team_id": team_id,
        "team": team_codes_by_id().get(team_id),
        "other_team_id": other or None,
        "description": entry.text("TRANSACTION_DESCRIPTION"),
    }
