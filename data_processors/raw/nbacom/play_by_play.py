"""nbac_play_by_play: every play of a game, as the league's live data has it."""

from __future__ import annotations

import re
from datetime import timedelta

from common import clock
from common.ids import team_codes
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object, shown
from data_processors.raw.raw_tables import PLAY_BY_PLAY, Row, ScopeRows
from data_processors.raw.source_values import MOST_ID, MOST_PERIODS, MOST_POINTS, optional_integer, season_of

FEED = "nbac_play_by_play"
_CLOCK = re.compile(r"PT([0-9]{1,2})M([0-9]{2}(?:\.[0-9]+)?)S")
_MADE = {"Made": True, "Missed": False}
_VALUES = {"freethrow": 1, "2pt": 2, "3pt": 3}
_MOST_EVENTS, _PERIOD_SECONDS = 100_000, 720
# The longest game took less than five hours.
_LONGEST = timedelta(hours=24)


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a play; the scope is the game of this source, its date the Eastern date of the first play.

    A kind of play that is not known is a play like the others, kept as it came, without a value; a play that can't be
    read is set apart, the game's others land.
    """
    game = json_object(payload, payload.json(), "body").child("game")
    game_id = game_id_of(game, "gameId")
    parts = Parts(payload)
    if not game.entries("actions"):
        raise game.error("actions", "the game has no plays")
    rows: dict[int, Row] = {}
    order: dict[int, int] = {}
    for action in parts.objects(game, "actions"):
        with parts.reading():
            row, place = _row(action), action.integer("orderNumber")
            if rows.setdefault(row["event_num"], row) is not row:
                raise action.error("actionNumber", f"play {row['event_num']} stands twice")
            order[row["event_num"]] = place
    parts.check(len(rows))
    first = min(row["event_at"] for row in rows.values())
    if max(row["event_at"] for row in rows.values()) - first > _LONGEST:
        raise game.error("actions.timeActual", f"the plays of a game within {_LONGEST}, found more")
    day = clock.eastern_date(first)
    common: Row = {"game_id": game_id, "game_date": day, "season": season_of(game, "actions.timeActual", game_id, day)}
    ordered = sorted(rows, key=lambda number: order[number])
    found = [common | rows[number] | {"event_order": place} for place, number in enumerate(ordered, 1)]
    return parts.beside([ScopeRows(PLAY_BY_PLAY, f"{FEED}:game:{game_id}", payload, found)])


def _row(action: Fields) -> Row:
    kind = action.text("actionType")
    person = action.integer("personId", 0, MOST_ID)
    team = action.text_or_none("teamTricode")
    if team is not None and team not in team_codes():
        raise action.error("teamTricode", f"{team!r} is no NBA team")
    shot = action.values.get("shotResult") is not None
    return {
        "event_num": action.integer("actionNumber", 0, _MOST_EVENTS),
        "period": action.integer("period", 1, MOST_PERIODS),
        "seconds_remaining": _seconds(action),
        "event_at": action.moment("timeActual"),
        "event_type": kind,
        "event_subtype": action.text_or_none("subType"),
        "descriptor": action.text_or_none("descriptor"),
        "team": team,
        # Plays of a team have the team's id or 0 for a player, and no name.
        "player_id": (person or None) if action.text_or_none("playerNameI") is not None else None,
        "player_name": action.text_or_none("playerNameI"),
        "score_home": _points(action, "scoreHome"),
        "score_away": _points(action, "scoreAway"),
        "shot_made": action.one_of("shotResult", _MADE) if shot else None,
        "shot_value": _VALUES.get(kind) if shot else None,
        "shot_distance": action.number_or_none("shotDistance", 0, 94),
        "loc_x": action.number_or_none("xLegacy", -300, 300),
        "loc_y": action.number_or_none("yLegacy", -100, 950),
        "assist_player_id": optional_integer(action, "assistPersonId", 1),
        "assist_player_name": action.text_or_none("assistPlayerNameInitial"),
        "steal_player_name": action.text_or_none("stealPlayerName"),
        "block_player_name": action.text_or_none("blockPlayerName"),
        "away_players": None,
        "home_players": None,
        "description": action.text_or_none("description"),
    }


def _seconds(action: Fields) -> float:
    found = _CLOCK.fullmatch(action.text("clock"))
    if found is None:
        raise action.error("clock", f"expected 'PT11M56.00S', found {action.values['clock']!r}")
    seconds = 60 * int(found[1]) + float(found[2])
    if seconds > _PERIOD_SECONDS or float(found[2]) >= 60:
        raise action.error("clock", f"{action.values['clock']!r} is no time of a period")
    return seconds


def _points(action: Fields, field: str) -> int:
    text = action.text(field)
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > MOST_POINTS:
        raise action.error(field, f"expected points, found {shown(text)}")
    return int(text)
