"""bp_events: the games of a day with BettingPros' ids, which its quotes go by."""

from __future__ import annotations

from datetime import UTC, datetime

from common import clock
from common.game_status import is_off
from common.ids import FIRST_SEASON
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object, shown
from data_processors.raw.raw_tables import SOURCE_GAMES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import LAST_SEASON, MOST_ID, MOST_POINTS, dated_season, known_team

FEED = "bp_events"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a game; the scope is the game of this source. A game that can't be read is set apart."""
    parts = Parts(payload)
    rows: dict[str, Row] = {}
    for event in parts.objects(json_object(payload, payload.json(), "body"), "events"):
        with parts.reading():
            row = _row(event)
            if rows.setdefault(row["source_game_id"], row) != row:
                raise event.error("id", f"event {row['source_game_id']} stands twice with different content")
    units = by_scope(SOURCE_GAMES, payload, ((f"{FEED}:game:{r['source_game_id']}", r) for r in rows.values()))
    return parts.beside(units)


def _row(event: Fields) -> Row:
    tip_off, status = _moment(event), event.text("status")
    home, away = event.text("home"), event.text("visitor")
    if home == away:
        raise event.error("visitor", f"{home} stands on both sides")
    scores, day = _scores(event), clock.eastern_date(tip_off)
    return {
        "source_game_id": str(event.integer("id", 1, MOST_ID)),
        "game_date": day,
        "season": dated_season(event, "season", day),
        "tip_off": tip_off,
        "home_team": known_team(event, "home"),
        "away_team": known_team(event, "visitor"),
        "status": status,
        "is_final": status == "closed",
        "period": None,
        "home_points": scores.get(home),
        "away_points": scores.get(away),
        "postseason": False if event.text("season_type") == "REG" else None,
        "is_neutral": None,
    }


def _moment(event: Fields) -> datetime:
    """The start: UTC, without a zone in the text."""
    text = event.text("scheduled")
    try:
        found = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise event.error("scheduled", f"expected '2021-10-21 23:30:00', found {shown(text)}") from error
    if not FIRST_SEASON <= found.year <= LAST_SEASON + 1:
        raise event.error("scheduled", f"{text!r} is no time of the NBA's")
    return found


def _scores(event: Fields) -> dict[str, int]:
    """Points by the source's team code; none before the game, nor of one that is off, where zeros stand for them."""
    if event.values.get("results") is None or is_off(event.text("status")):
        return {}
    outcomes = [o for o in event.child("results").children("outcomes") if o.values.get("label") == "event"]
    listed = [s for o in outcomes for s in o.children("scores")]
    scores = {s.text("participant"): s.integer("score", 0, MOST_POINTS) for s in listed}
    return scores if any(scores.values()) else {}
