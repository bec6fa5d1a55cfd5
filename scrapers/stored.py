"""What earlier scrapes stored, as of the clock: the games of a date, the odds events of a date, an answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from common import clock, ids
from common.errors import NotReadyError, PayloadError
from common.game_status import standing
from common.raw_store import RawPayload, RawStore, request_folder
from scrapers.body_kinds import is_json, is_readable
from scrapers.source_request import SourceRequest

log = logging.getLogger(__name__)
SCHEDULE_FEED = "nbac_schedule"
SCHEDULE_REQUEST = "schedule"
SCHEDULE_CDN_FEED = "nbac_schedule_cdn"
_SCHEDULE_FIELD = "leagueSchedule.gameDates[].games[]"
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


def newest_reading[T](
    store: RawStore,
    feed: str,
    scope: str,
    request: str,
    read: Callable[[RawPayload], T],
    *,
    field: str,
    else_first_later: bool = False,
) -> T | None:
    """What `read` makes of the newest answer to a request that was there at the clock's moment and can be read.

    One that is damaged, no JSON, or of another shape is passed over with a warning: it is in quarantine, and the
    answer before it still holds. None without any answer; PayloadError, naming `field`, when none can be read.
    With `else_first_later` the oldest one after that moment serves where there is none before it.
    """
    refused: PayloadError | None = None
    for payload in _candidates(store, request_folder(feed, scope, request), else_first_later):
        try:
            return read(payload)
        except PayloadError as error:
            problem = error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            problem = PayloadError(
                f"not what is looked for in the stored answer: {error!r}",
                feed=feed,
                field=field,
                raw_path=payload.path,
                remedy=f"scrape {feed} again",
            )
        log.warning("passed over an unreadable payload", extra={"raw_path": payload.path, "error": str(problem)})
        refused = refused or problem
    if refused is not None:
        raise refused
    return None


def _candidates(store: RawStore, folder: str, else_first_later: bool) -> Iterator[RawPayload]:
    """The JSON answers to a request as of the clock, the newest first; then the later ones, the oldest first."""
    now = clock.now()
    later: list[RawPayload] = []
    for payload in store.readable(store.answers(folder)):
        if not is_json(payload.body):
            log.warning("passed over an unreadable payload", extra={"raw_path": payload.path})
        elif payload.fetched_at > now:
            later.append(payload)
        else:
            yield payload
    if else_first_later:
        yield from reversed(later)


def answer_to(store: RawStore, feed: str, scope: str, request: SourceRequest) -> RawPayload | None:
    """The newest answer to exactly this request as of the clock, if it can be asked whether it still holds."""
    for path in store.answers(request_folder(feed, scope, request.name)):
        # A damaged one ends the search: asked without conditions, the source replaces it.
        payload = next(store.readable([path]), None)
        if payload is not None and payload.fetched_at > clock.now():
            continue
        if payload is None or not payload.validators or not is_readable(request.expects, payload.body):
            return None
        return payload if (payload.url, dict(payload.params)) == (request.url, dict(request.params)) else None
    return None


def game_ids_on(store: RawStore, day: date) -> list[str] | None:
    """The ids of a date's games, as `games_on` has them."""
    games = games_on(store, day)
    return None if games is None else [g.game_id for g in games]


def games_on(store: RawStore, day: date) -> list[StoredGame] | None:
    """A date's games by the newest stored schedule, without exhibitions and what is postponed; None without a schedule.

    Bulk history runs before the first schedule was fetched: a later one serves then. It only says what to
    ask for; no feature comes from it. Where stats.nba.com gave none, its twin's holds.
    """
    season = ids.season_of_date(day)
    refused: PayloadError | None = None
    for feed in (SCHEDULE_FEED, SCHEDULE_CDN_FEED):
        try:
            listed = newest_reading(
                *(store, feed, season, SCHEDULE_REQUEST, lambda payload: _games_by_date(payload.body)),
                field=_SCHEDULE_FIELD,
                else_first_later=True,
            )
        except PayloadError as error:
            refused = refused or error
            continue
        if listed is not None:
            return listed.get(day.isoformat(), [])
    if refused is not None:
        raise refused
    return None


def schedule_fetched_at(store: RawStore, season: str) -> datetime | None:
    """When the newest stored schedule of stats.nba.com that can be read was fetched; None without one."""

    def read(payload: RawPayload) -> datetime:
        _games_by_date(payload.body)
        return payload.fetched_at

    try:
        return newest_reading(store, SCHEDULE_FEED, season, SCHEDULE_REQUEST, read, field=_SCHEDULE_FIELD)
    except PayloadError:
        return None


@lru_cache(maxsize=4)
def _games_by_date(body: bytes) -> Mapping[str, list[StoredGame]]:
    """The games that are on, by the same rules as the table's; one that can't be read is left out, unless all are."""
    entries: dict[str, tuple[tuple[bool, date], StoredGame]] = {}
    unread: list[Exception] = []
    for day in json.loads(body)["leagueSchedule"]["gameDates"]:
        for listed in day["games"]:
            try:
                game_id = str(listed["gameId"])
                # "Est" is Eastern wall-clock time, whatever its Z says.
                counts = standing(listed.get("gameStatusText"), date.fromisoformat(listed["gameDateEst"][:10]))
                entry = counts, _game(game_id, listed)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                unread.append(error)
                continue
            if game_id[:3] not in _EXHIBITIONS and (game_id not in entries or counts > entries[game_id][0]):
                entries[game_id] = entry
    if unread:
        log.warning("games of the schedule could not be read", extra={"games": len(unread), "error": repr(unread[0])})
        if not entries:
            raise unread[0]
    found: dict[str, list[StoredGame]] = {}
    for (is_on, at), game in entries.values():
        if is_on:
            found.setdefault(at.isoformat(), []).append(game)
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

    def read(payload: RawPayload) -> list[OddsEvent]:
        document: Any = payload.json()
        listed = document["data"] if isinstance(document, dict) else document
        return [OddsEvent(str(e["id"]), clock.parse_utc(e["commence_time"])) for e in listed]

    events = newest_reading(store, EVENTS_FEED, day.isoformat(), EVENTS_REQUEST, read, field="[].id, [].commence_time")
    return None if events is None else [e for e in events if clock.eastern_date(e.tip_off) == day]
