"""nbac_play_by_play: every play of a game, as the league's live data has it."""

from __future__ import annotations

import re

from common import clock
from common.ids import season_of_game, team_codes
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import PLAY_BY_PLAY, Row, ScopeRows

FEED = "nbac_play_by_play"
_CLOCK = re.compile(r"PT(\d{1,2})M(\d{2}(?:\.\d+)?)S")
_MADE = {"Made": True, "Missed": False}
_VALUES = {"freethrow": 1, "2pt": 2, "3pt": 3}


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a play; the scope is the game of this source, its date the Eastern date of the first play."""
    game = json_object(payload, payload.json(), "body").child("game")
    game_id = game_id_of(game, "gameId")
    actions = list(game.children("actions"))
    if not actions:
        raise game.error("actions", "the game has no plays")
    day = min(clock.eastern_date(a.moment("timeActual")) for a in actions)
    common: Row = {"game_id": game_id, "game_date": day, "season": season_of_game(game_id)}
    rows: dict[int, Row] = {}
    for order, action in enumerate(sorted(actions, key=lambda a: a.integer("orderNumber")), 1):
        row = common | _row(action) | {"event_order": order}
        if rows.setdefault(row["event_num"], row) is not row:
            raise action.error("actionNumber", f"play {row['event_num']} stands twice")
    return [ScopeRows(PLAY_BY_PLAY, f"{FEED}:game:{game_id}", payload, list(rows.values()))]


def _row(action: Fields) -> Row:
    kind = action.text("actionType")
    player_id = action.integer("personId")
    team = action.text_or_none("teamTricode")
    if team is not None and team not in team_codes():
        raise action.error("teamTricode", f"{team!r} is no NBA team")
    shot = action.values.get("shotResult") is not None
    return {
        "event_num": action.integer("actionNumber"),
        "period": action.integer("period"),
        "seconds_remaining": _seconds(action),
        "event_at": action.moment("timeActual"),
        "event_type": kind,
        "event_subtype": action.text_or_none("subType"),
        "descriptor": action.text_or_none("descriptor"),
        "team": team,
        # Plays of a team have the team's id or 0 for a player, and no name.
        "player_id": player_id if action.text_or_none("playerNameI") is not None else None,
        "player_name": action.text_or_none("playerNameI"),
        "score_home": _points(action, "scoreHome"),
        "score_away": _points(action, "scoreAway"),
        "shot_made": action.one_of("shotResult", _MADE) if shot else None,
        "shot_value": action.one_of("actionType", _VALUES) if shot else None,
        "shot_distance": _number_or_none(action, "shotDistance"),
        "loc_x": _number_or_none(action, "xLegacy"),
        "loc_y": _number_or_none(action, "yLegacy"),
        "assist_player_id": _integer_or_none(action, "assistPersonId"),
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
    return 60 * int(found[1]) + float(found[2])


def _points(action: Fields, field: str) -> int:
    text = action.text(field)
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise action.error(field, f"expected points, found {text!r}")
    return int(text)


def _number_or_none(action: Fields, field: str) -> float | None:
    return None if action.values.get(field) is None else action.number(field)


def _integer_or_none(action: Fields, field: str) -> int | None:
    return None if action.values.get(field) is None else action.integer(field)
