"""bigdataball_pbp: every play of a game with the ten players on the floor, a CSV file a game."""

from __future__ import annotations

import csv
import io
import re

from common.ids import team_codes
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, payload_error, shown
from data_processors.raw.raw_tables import PLAY_BY_PLAY, Row, ScopeRows
from data_processors.raw.source_values import MOST_PERIODS, MOST_POINTS, season_of

FEED = "bigdataball_pbp"
_FLOOR = {"away_players": ("a1", "a2", "a3", "a4", "a5"), "home_players": ("h1", "h2", "h3", "h4", "h5")}
_HEADERS = frozenset(
    {
        *("game_id", "date", "period", "away_score", "home_score", "remaining_time", "play_id", "team", "event_type"),
        *("assist", "block", "player", "result", "steal", "type", "shot_distance", "original_x", "original_y"),
        *("reason", "description"),
        *(name for names in _FLOOR.values() for name in names),
    }
)
_CLOCK = re.compile(r"([0-9]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]{1,6})?)")
_MOST_EVENTS, _PERIOD_SECONDS = 100_000, 720
_MADE = {"made": True, "missed": False}


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a play; the scope is the game of this source. A line that can't be read is set apart."""
    parts = Parts(payload)
    rows: dict[int, Row] = {}
    games = set()
    for order, fields in enumerate(_lines(payload), 1):
        with parts.reading():
            if None in fields.values or None in fields.values.values():
                raise fields.error("", "the line has not as many values as the header")
            row = _row(fields) | {"event_order": order}
            games.add((row["game_id"], row["game_date"]))
            if rows.setdefault(row["event_num"], row) is not row:
                raise fields.error("play_id", f"play {row['event_num']} stands twice")
    parts.check(len(rows))
    if len(games) != 1:
        raise payload_error(payload, f"expected the plays of one game, found {len(games)}", field="game_id")
    ((game_id, _),) = games
    return parts.beside([ScopeRows(PLAY_BY_PLAY, f"{FEED}:game:{game_id}", payload, list(rows.values()))])


def _lines(payload: RawPayload) -> list[Fields]:
    try:
        reader = csv.DictReader(io.StringIO(payload.body.decode("utf-8-sig")), strict=True)
        missing = sorted(_HEADERS - set(reader.fieldnames or ()))
        if missing:
            raise payload_error(payload, f"missing columns: {', '.join(missing)}", field="header")
        lines = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload_error(payload, f"the body is no CSV: {error}", field="body") from error
    return [Fields(payload, f"line[{number}]", line) for number, line in enumerate(lines)]


def _row(fields: Fields) -> Row:
    game_id, day = game_id_of(fields, "game_id"), fields.day("date")
    team = fields.text_or_none("team")
    if team is not None and team not in team_codes():
        raise fields.error("team", f"{team!r} is no NBA team")
    kind, detail = fields.text_or_none("event_type") or "unknown", fields.text_or_none("type")
    shot = fields.text_or_none("result") is not None
    return {
        "game_id": game_id,
        "game_date": day,
        "season": season_of(fields, "date", game_id, day),
        "event_num": _whole(fields, "play_id", 0, _MOST_EVENTS),
        "period": _whole(fields, "period", 1, MOST_PERIODS),
        "seconds_remaining": _seconds(fields),
        "event_at": None,
        "event_type": kind,
        "event_subtype": detail,
        "descriptor": fields.text_or_none("reason"),
        "team": team,
        "player_id": None,
        "player_name": fields.text_or_none("player"),
        "score_home": _whole(fields, "home_score", 0, MOST_POINTS),
        "score_away": _whole(fields, "away_score", 0, MOST_POINTS),
        "shot_made": fields.one_of("result", _MADE) if shot else None,
        "shot_value": _value(kind, detail) if shot else None,
        "shot_distance": _number_or_none(fields, "shot_distance", 0, 94),
        "loc_x": _number_or_none(fields, "original_x", -300, 300),
        "loc_y": _number_or_none(fields, "original_y", -100, 950),
        "assist_player_id": None,
        "assist_player_name": fields.text_or_none("assist"),
        "steal_player_name": fields.text_or_none("steal"),
        "block_player_name": fields.text_or_none("block"),
        **{column: "; ".join(fields.text(n) for n in names) for column, names in _FLOOR.items()},
        "description": fields.text_or_none("description"),
    }


def _value(kind: str, detail: str | None) -> int | None:
    """What a shot is worth; None for a kind that is not known, which is a play like others."""
    if kind == "free throw":
        return 1
    if kind not in {"shot", "miss"}:
        return None
    return 3 if (detail or "").lower().startswith("3pt") else 2


def _seconds(fields: Fields) -> float:
    found = _CLOCK.fullmatch(fields.text("remaining_time"))
    if found is None:
        raise fields.error("remaining_time", f"expected '0:11:44', found {fields.values['remaining_time']!r}")
    seconds = 3600 * int(found[1]) + 60 * int(found[2]) + float(found[3])
    if seconds > _PERIOD_SECONDS:
        raise fields.error("remaining_time", f"{found[0]!r} is no time of a period")
    return seconds


def _whole(fields: Fields, field: str, least: int, most: int) -> int:
    text = fields.text(field)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise fields.error(field, f"expected a whole number from {least} to {most}, found {shown(text)}")
    return int(text)


def _number_or_none(fields: Fields, field: str, least: float, most: float) -> float | None:
    text = fields.text_or_none(field)
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,9})?", text) or not least <= float(text) <= most:
        raise fields.error(field, f"expected a number from {least} to {most}, found {shown(text)}")
    return float(text)
