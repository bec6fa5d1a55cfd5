"""espn_roster: the players of a team on the day they were asked for (`teams/{id}?enable=roster`)."""

from __future__ import annotations

from common import clock
from common.ids import normalise_name, season_of_date
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import ROSTERS, Row, ScopeRows
from data_processors.raw.source_values import (
    ESPN_CODES,
    HEIGHT,
    WEIGHT,
    born,
    jersey,
    known_team,
    optional_integer,
    source_id,
)

FEED = "espn_roster"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player; the scope is the team on the day. Who can't be read is set apart."""
    parts = Parts(payload)
    team = json_object(payload, payload.json(), "body").child("team")
    code, day = known_team(team, "abbreviation", ESPN_CODES), clock.eastern_date(payload.fetched_at)
    rows: dict[str, Row] = {}
    for athlete in parts.objects(team, "athletes"):
        with parts.reading():
            row: Row = {"snapshot_date": day, "season": season_of_date(day), "team": code} | _row(athlete)
            if rows.setdefault(row["source_player_id"], row) != row:
                raise athlete.error("id", f"player {row['source_player_id']} stands twice with different content")
    parts.check(len(rows))
    if not rows:
        raise team.error("athletes", f"the roster of {code} is empty")
    return parts.beside([ScopeRows(ROSTERS, f"{FEED}:{code}:{day}", payload, list(rows.values()))])


def _row(athlete: Fields) -> Row:
    name = athlete.text("displayName")
    # The newest stands first.
    injury = next(athlete.children("injuries"), None)
    return {
        "source_player_id": source_id(athlete, "id"),
        "player_name": name,
        "name_key": normalise_name(name),
        "position": athlete.child("position").text_or_none("abbreviation"),
        "jersey_number": jersey(athlete, "jersey"),
        "height_inches": optional_integer(athlete, "height", *HEIGHT),
        "weight_pounds": optional_integer(athlete, "weight", *WEIGHT),
        "birth_date": born(athlete, "dateOfBirth") if athlete.values.get("dateOfBirth") is not None else None,
        "injury_status": injury.text("status") if injury is not None else None,
        "injury_at": injury.moment_or_none("date") if injury is not None else None,
    }
