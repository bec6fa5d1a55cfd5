"""What earlier scrapes stored, as of the clock: the games of a date, the odds events of a date, an answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from common import clock, ids
from common.errors import NotReadyError, PayloadError
from common.raw_store import RawPayload, RawStore, request_folder
from scrapers.body_kinds import is_json, is_readable
from scrapers.source_request import SourceRequest

log = logging.getLogger(__name__)
SCHEDULE_FEED = "nbac_schedule"
SCHEDULE_REQUEST = "schedule"
SCHEDULE_CDN_FEED = "nbac_schedule_cdn"
EVENTS_FEED = "oddsa_events"
EVENTS_REQUEST = "events"
# From tip-off to the last whistle, with two overtimes and delays.
LONGEST_GAME = timedelta(hours=4)
# Exhibitions: nobody's averages count them and the main odds market does not list them.
_EXHIBITIONS = frozenset({"001", "003"})


@dataclass(frozen=True)
class StoredGame:
    """A game as the stored schedule has it; teams are three-letter codes, "" where they are not known yet."""

    game_id: str
    home_team: str
    away_team: str
    tip_off: datetime | None


@dataclass(frozen=True)
class OddsEvent:
    """A game as the odds feed lists it."""

    event_id: str
    tip_off: datetime


def newest_payload(
    store: RawStore, feed: str, scope: str, request: str, *, else_first_later: bool = False
) -> RawPayload | None:
    """The newest readable answer to a request that was there at the clock's moment; None when there is none.

    With `else_first_later` the oldest one after that moment serves where there is none before it.
    """
    now = clock.now()
    later: RawPayload | None = None
    for path in reversed(store.list(f"{feed}/{scope}/{request}")):
        payload = store.get(path)
        if not is_json(payload.body):
            # Stored so that it gets quarantined; the answer before it still holds.
            log.warning("passed over an unreadable payload", extra={"raw_path": path})
        elif payload.fetched_at > now:
            later = payload
        else:
            return payload
    return later if else_first_later else None


def answer_to(store: RawStore, feed: str, scope: str, request: SourceRequest) -> RawPayload | None:
    """The newest answer to exactly this request as of the clock, if it can be asked whether it still holds."""
    for path in reversed(store.list(request_folder(feed, scope, request.name))):
        payload = store.get(path)
        if payload.fetched_at > clock.now():
            continue
        same = (payload.url, dict(payload.params)) == (request.url, dict(request.params))
        return payload if same and payload.validators and is_readable(request.expects, payload.body) else None
    return None


def game_ids_on(store: RawStore, day: date) -> list[str] | None:
    """The ids of a date's games, as `games_on` has them."""
    games = games_on(store, day)
    return None if games is None else [g.game_id for g in games]


def games_on(store: RawStore, day: date) -> list[StoredGame] | None:
    """A date's games by the newest stored schedule, exhibitions left out; None without a schedule.

    Bulk history runs before the first schedule was fetched: a later one serves then. It only says what to
    ask for; no feature comes from it. Where stats.nba.com gave none, its twin's holds.
    """
    season = ids.season_of_date(day)
    payload = newest_payload(store, SCHEDULE_FEED, season, SCHEDULE_REQUEST, else_first_later=True)
    payload = payload or newest_payload(store, SCHEDULE_CDN_FEED, season, SCHEDULE_REQUEST, else_first_later=True)
    if payload is None:
        return None
    try:
        return _games_by_date(payload.body).get(day.isoformat(), [])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PayloadError(
            f"no schedule in the stored answer: {error!r}",
            feed=payload.feed,
            field="leagueSchedule.gameDates[].games[]",
            raw_path=payload.path,
            remedy=f"scrape {payload.feed} again",
        ) from error


@lru_cache(maxsize=4)
def _games_by_date(body: bytes) -> Mapping[str, list[StoredGame]]:
    found: dict[str, list[StoredGame]] = {}
    for day in json.loads(body)["leagueSchedule"]["gameDates"]:
        for game in day["games"]:
            game_id = str(game["gameId"])
            if game_id[:3] not in _EXHIBITIONS:
                # "Est" is Eastern wall-clock time, whatever its Z says.
                found.setdefault(game["gameDateEst"][:10], []).append(_game(game_id, game))
    return found


def _game(game_id: str, game: Mapping[str, Any]) -> StoredGame:
    home, away = ((game.get(side) or {}).get("teamTricode") or "" for side in ("homeTeam", "awayTeam"))
    start = game.get("gameDateTimeUTC")
    # Years before the league's first stand for no time at all.
    tip_off = clock.parse_utc(start) if start and start >= "1946" else None
    return StoredGame(game_id, home, away, tip_off)


def games_over(store: RawStore, day: date) -> list[StoredGame]:
    """A date's games that have surely ended by the clock; NotReadyError without a schedule.

    A game whose start is not known has ended when its date has.
    """
    games = games_on(store, day)
    if games is None:
        raise NotReadyError("no schedule: scrape nbac_schedule first", date=str(day))
    last = datetime.combine(day, time(23), clock.EASTERN).astimezone(UTC)
    return [g for g in games if (g.tip_off or last) + LONGEST_GAME <= clock.now()]


def season_types_on(store: RawStore, day: date) -> list[str]:
    """The season types of a date's games by our names; "Regular Season" when none is known."""
    found = {ids.SEASON_TYPES[g[:3]] for g in game_ids_on(store, day) or [] if g[:3] in ids.SEASON_TYPES}
    return sorted(found) or ["Regular Season"]


def odds_events_on(store: RawStore, day: date) -> list[OddsEvent] | None:
    """The events whose tip-off lies on a date, by the newest stored list of that date; None without a list.

    Reads both forms: the live list, and the historical one wrapped in `{timestamp, data}`.
    """
    payload = newest_payload(store, EVENTS_FEED, day.isoformat(), EVENTS_REQUEST)
    if payload is None:
        return None
    document: Any = payload.json()
    try:
        listed = document["data"] if isinstance(document, dict) else document
        events = [OddsEvent(str(e["id"]), clock.parse_utc(e["commence_time"])) for e in listed]
    except (KeyError, TypeError, ValueError) as error:
        raise PayloadError(
            f"no list of events in the stored answer: {error!r}",
            feed=EVENTS_FEED,
            field="[].id, [].commence_time",
            raw_path=payload.path,
            remedy="scrape oddsa_events again",
        ) from error
    return [e for e in events if clock.eastern_date(e.tip_off) == day]
