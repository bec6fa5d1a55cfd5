"""espn_boxscore: the box score page of a game; the page carries its data as JSON in a script."""

from __future__ import annotations

import json
import re

from common import clock
from common.ids import normalise_name, season_of_date
from common.raw_store import RawPayload
from data_processors.raw.box_score_rules import check_player
from data_processors.raw.payload_fields import Fields, json_object, payload_error
from data_processors.raw.raw_tables import SOURCE_PLAYER_BOXSCORES, Row, ScopeRows
from data_processors.raw.source_values import ESPN_CODES, known_team, source_id

FEED = "espn_boxscore"
_DATA = re.compile(r"window\['__espnfitt__'\]\s*=\s*(\{.*?\});</script>", re.DOTALL)
_COUNTS = {
    **{"minutes": "minutes", "offensiveRebounds": "oreb", "defensiveRebounds": "dreb", "rebounds": "reb"},
    **{"assists": "ast", "steals": "stl", "blocks": "blk", "turnovers": "tov", "fouls": "pf"},
    **{"plusMinus": "plus_minus", "points": "points"},
}
_PAIRS = {
    "fieldGoalsMade-fieldGoalsAttempted": ("fgm", "fga"),
    "threePointFieldGoalsMade-threePointFieldGoalsAttempted": ("fg3m", "fg3a"),
    "freeThrowsMade-freeThrowsAttempted": ("ftm", "fta"),
}
_GROUPS = {"starters": True, "bench": False, "totals": None}
_COLUMNS = (*_COUNTS.values(), *(c for pair in _PAIRS.values() for c in pair))


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player of the list, played or not; the scope is the game of this source.

    A line that cannot be refuses the page: it is one game, and half of its players are of no use.
    """
    package = _package(payload)
    strip = package.child("gmStrp")
    game_id, day = source_id(strip, "gid"), clock.eastern_date(strip.moment("dt"))
    sides = list(package.children("bxscr"))
    teams = [known_team(side.child("tm"), "abbrev", ESPN_CODES) for side in sides]
    if len(teams) != 2 or teams[0] == teams[1]:
        raise package.error("bxscr", f"expected two NBA teams, found {teams}")
    rows: dict[tuple[str, str], Row] = {}
    for side, team, opponent in zip(sides, teams, reversed(teams), strict=True):
        common: Row = {
            "game_date": day,
            "season": season_of_date(day),
            "team": team,
            "opponent": opponent,
            "is_home": side.child("tm").boolean_or_none("hm"),
            "source_game_id": game_id,
        }
        if common["is_home"] is None:
            raise side.error("tm.hm", "the field is missing")
        for row in (common | r for r in _players(side)):
            if rows.setdefault((team, row["source_player_id"]), row) is not row:
                raise side.error("stats", f"{row['player_name']} stands twice")
    return [ScopeRows(SOURCE_PLAYER_BOXSCORES, f"{FEED}:game:{game_id}", payload, list(rows.values()))]


def _package(payload: RawPayload) -> Fields:
    found = _DATA.search(payload.body.decode("utf-8", errors="replace"))
    if found is None:
        raise payload_error(payload, "the page carries no data", field="__espnfitt__")
    try:
        data = json.loads(found[1])
    except (ValueError, RecursionError) as error:
        raise payload_error(payload, f"the page's data is not JSON: {error}", field="__espnfitt__") from error
    return json_object(payload, data, "__espnfitt__").child("page").child("content").child("gamepackage")


def _players(side: Fields) -> list[Row]:
    rows = []
    for group in side.children("stats"):
        starter = group.one_of("type", _GROUPS)
        if starter is None:
            continue
        for athlete in group.children("athlts"):
            who = athlete.child("athlt")
            counts = _counts(athlete, group)
            rows.append(
                {
                    "source_player_id": source_id(who, "id"),
                    "player_name": who.text("dspNm"),
                    "name_key": normalise_name(who.text("dspNm")),
                    "starter": starter,
                    "played": counts["minutes"] is not None,
                    "not_played_reason": athlete.text_or_none("dnpRsn"),
                    **counts,
                }
            )
    return rows


def _counts(athlete: Fields, group: Fields) -> Row:
    """The counts of a line; all None for a player who did not play, whose line is empty."""
    keys, values = group.required("keys"), athlete.required("stats")
    if values == []:
        return dict.fromkeys(_COLUMNS)
    if not isinstance(keys, list) or not isinstance(values, list) or len(keys) != len(values):
        raise athlete.error("stats", f"{values!r} are not the values of {keys!r}")
    given = dict(zip(map(str, keys), values, strict=True))
    missing = sorted({*_COUNTS, *_PAIRS} - given.keys())
    if missing:
        raise group.error("keys", f"missing: {', '.join(missing)}")
    row: Row = {column: _whole(athlete, given[key]) for key, column in _COUNTS.items()}
    for key, columns in _PAIRS.items():
        parts = str(given[key]).split("-")
        if len(parts) != 2:
            raise athlete.error("stats", f"expected made and attempted like '5-9', found {given[key]!r}")
        row |= {column: _whole(athlete, part) for column, part in zip(columns, parts, strict=True)}
    check_player(athlete, row)
    return row


def _whole(athlete: Fields, text: object) -> int:
    if not isinstance(text, str) or not re.fullmatch(r"[+-]?[0-9]{1,3}", text):
        raise athlete.error("stats", f"expected a whole number, found {text!r}")
    return int(text)
