"""espn_scoreboard: the games of a day with ESPN's ids."""

from __future__ import annotations

import logging

from common import clock
from common.game_status import is_off
from common.ids import season_label
from common.raw_store import RawPayload
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import SOURCE_GAMES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import ESPN_CODES, digits_or_none, nba_team, optional_integer

log = logging.getLogger(__name__)
FEED = "espn_scoreboard"
_POSTSEASON = 3


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a game between two NBA teams; the scope is the game of this source."""
    rows: dict[str, Row] = {}
    left_out = 0
    for event in json_object(payload, payload.json(), "body").children("events"):
        competitions = list(event.children("competitions"))
        if len(competitions) != 1:
            raise event.error("competitions", f"expected one, found {len(competitions)}")
        sides = {s.text("homeAway"): s for s in competitions[0].children("competitors")}
        if sides.keys() != {"home", "away"}:
            raise competitions[0].error("competitors", f"expected home and away, found {sorted(sides)}")
        home, away = (nba_team(sides[s].child("team"), "abbreviation", ESPN_CODES) for s in ("home", "away"))
        if home is None or away is None:
            left_out += 1
            continue
        row = _row(event, competitions[0], sides) | {"home_team": home, "away_team": away}
        if rows.setdefault(row["source_game_id"], row) != row:
            raise event.error("id", f"game {row['source_game_id']} stands twice with different content")
    if left_out:
        log.info("games against clubs left out", extra={"feed": FEED, "games": left_out})
    return by_scope(SOURCE_GAMES, payload, ((f"{FEED}:game:{r['source_game_id']}", r) for r in rows.values()))


def _row(event: Fields, competition: Fields, sides: dict[str, Fields]) -> Row:
    tip_off, season, status = event.moment("date"), event.child("season"), event.child("status").child("type")
    period = optional_integer(event.child("status"), "period")
    # A postponed game is over ("post") without ever having begun.
    started = status.text("state") != "pre" and period not in {None, 0} and not is_off(status.text("description"))
    return {
        "source_game_id": event.text("id"),
        "game_date": clock.eastern_date(tip_off),
        "season": season_label(season.integer("year") - 1),
        "tip_off": tip_off,
        "status": status.text("description"),
        "is_final": status.text("name") == "STATUS_FINAL",
        "period": period if started else None,
        # Zeros stand for the scores of a game that has not begun.
        "home_points": digits_or_none(sides["home"], "score") if started else None,
        "away_points": digits_or_none(sides["away"], "score") if started else None,
        "postseason": season.integer("type") == _POSTSEASON,
        "is_neutral": competition.boolean_or_none("neutralSite"),
    }
