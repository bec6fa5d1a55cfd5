"""nbac_schedule and its stand-in nbac_schedule_cdn: a season's games (`scheduleleaguev2int` and its CDN twin)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from common import clock
from common.game_status import is_off, standing
from common.ids import canonical_game_id, season_of_game, season_type, team_codes
from common.raw_store import RawPayload
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import SCHEDULE, Row, ScopeRows

log = logging.getLogger(__name__)
FEED = "nbac_schedule"
CDN_FEED = "nbac_schedule_cdn"
# Years before the league's first (0001, 1900) are what the feed writes for no time at all.
_NO_TIME = "1946"
# Scheduled, in progress, final.
_CODES = (1, 3)


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a game between two NBA teams; the scope is the season.

    Games with other sides (a club on tour, the All-Star teams, a place that is not yet decided) are left out
    and counted in the log. A game that can't be read is set apart, the others stand. Whether a game is off is
    told by its status text; nothing is decided by `postponedStatus`, which in 2026-27 says so of every game.
    """
    league = json_object(payload, payload.json(), "body").child("leagueSchedule")
    season = league.text("seasonYear")
    parts = Parts(payload)
    games: dict[str, Row] = {}
    left_out = 0
    for day in parts.objects(league, "gameDates"):
        for game in parts.objects(day, "games"):
            with parts.reading():
                home, away = game.child("homeTeam"), game.child("awayTeam")
                sides = {home.text_or_none("teamTricode"), away.text_or_none("teamTricode")}
                if len(sides) != 2 or not sides <= team_codes():
                    left_out += 1
                    continue
                row = _row(game, home, away, parts)
                if row["season"] != season:
                    raise game.error("gameId", f"a game of {row['season']} in the schedule of {season}")
                _add(games, row)
    told = {"season": season, "games": len(games), "not_two_nba_teams": left_out}
    log.info("schedule parsed", extra=told | {"postponed": sum(row["postponed"] for row in games.values())})
    units = [ScopeRows(SCHEDULE, f"season:{season}", payload, list(games.values()))] if games else []
    return parts.beside(units)


def _row(game: Fields, home: Fields, away: Fields, parts: Parts) -> Row:
    game_id = game_id_of(game, "gameId")
    status_text = game.text_or_none("gameStatusText")
    return {
        "game_id": game_id,
        "game_date": game.day("gameDateEst"),
        "season": season_of_game(game_id),
        "season_type": season_type(game_id),
        "tip_off": _tip_off(game, status_text),
        "home_team": home.text("teamTricode"),
        "away_team": away.text("teamTricode"),
        "home_team_id": home.integer("teamId"),
        "away_team_id": away.integer("teamId"),
        "game_status": _code(game, parts),
        "game_status_text": status_text,
        "postponed": is_off(status_text),
        "flagged_postponed": game.values.get("postponedStatus") == "Y",
        "arena": game.text_or_none("arenaName"),
        "arena_city": game.text_or_none("arenaCity"),
        "is_neutral": game.boolean_or_none("isNeutral"),
        "game_label": game.text_or_none("gameLabel"),
    }


def _code(game: Fields, parts: Parts) -> int | None:
    """The status as a number; an unknown one is told and left empty: nothing is decided by it, the text says it all."""
    code = None
    with parts.reading():
        code = game.integer("gameStatus", *_CODES)
    return code


def game_id_of(fields: Fields, field: str) -> str:
    """The canonical game id in `field`."""
    value = fields.required(field)
    try:
        return canonical_game_id(value)
    except ValueError as error:
        raise fields.error(field, str(error)) from error


def _tip_off(game: Fields, status_text: str | None) -> datetime | None:
    """The tip-off, UTC; None while to be determined, which the feed writes as midnight Eastern.

    `gameDateTimeUTC` is UTC; `gameDateTimeEst` ends in "Z" but is Eastern.
    """
    if status_text is not None and "TBD" in status_text.upper():
        return None
    field = "gameDateTimeEst" if game.values.get("gameDateTimeUTC") is None else "gameDateTimeUTC"
    if game.text(field) < _NO_TIME:
        return None
    moment = game.moment(field)
    eastern = moment.replace(tzinfo=clock.EASTERN) if field.endswith("Est") else moment.astimezone(clock.EASTERN)
    return None if (eastern.hour, eastern.minute) == (0, 0) else eastern.astimezone(UTC)


def _add(games: dict[str, Row], row: Row) -> None:
    listed = games.setdefault(row["game_id"], row)
    if listed != row:
        told = {"game_id": row["game_id"], "dates": [str(r["game_date"]) for r in (listed, row)]}
        log.warning("a game is listed twice; the entry that is on, or else the later one, counts", extra=told)
        games[row["game_id"]] = max(listed, row, key=_standing)


def _standing(row: Row) -> tuple[object, ...]:
    return *standing(row["game_status_text"], row["game_date"]), row["tip_off"] is not None, row["tip_off"]
