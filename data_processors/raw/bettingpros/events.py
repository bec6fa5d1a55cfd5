"""bp_events: the games of a day with BettingPros' ids, which its quotes go by."""

from __future__ import annotations

from datetime import UTC, datetime

from common import clock
from common.game_status import is_off
from common.ids import season_label
from common.raw_store import RawPayload
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import SOURCE_GAMES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import known_team

FEED = "bp_events"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a game; the scope is the game of this source."""
    rows: dict[str, Row] = {}
    for event in json_object(payload, payload.json(), "body").children("events"):
        row = _row(event)
        if rows.setdefault(row["source_game_id"], row) != row:
            raise event.error("id", f"event {row['source_game_id']} stands twice with different content")
    return by_scope(SOURCE_GAMES, payload, ((f"{FEED}:game:{r['source_game_id']}", r) for r in rows.values()))


def _row(event: Fields) -> Row:
    tip_off, status = _moment(event), event.text("status")
    home, away = event.text("home"), event.text("visitor")
    scores = _scores(event)
    return {
        "source_game_id": str(event.integer("id")),
        "game_date": clock.eastern_date(tip_off),
        "season": season_label(event.integer("season")),
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
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise event.error("scheduled", f"expected '2021-10-21 23:30:00', found {text!r}") from error


def _scores(event: Fields) -> dict[str, int]:
    """Points by the source's team code; none before the game, nor of one that is off, where zeros stand for them."""
    if event.values.get("results") is None or is_off(event.text("status")):
        return {}
    outcomes = [o for o in event.child("results").children("outcomes") if o.values.get("label") == "event"]
    scores = {s.text("participant"): s.integer("score") for o in outcomes for s in o.children("scores")}
    return scores if any(scores.values()) else {}
