"""What earlier scrapes stored, as of the clock: the games of a date, the odds events of a date."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from common import clock, ids
from common.errors import PayloadError
from common.raw_store import RawPayload, RawStore

log = logging.getLogger(__name__)
SCHEDULE_FEED = "nbac_schedule"
SCHEDULE_REQUEST = "schedule"
EVENTS_FEED = "oddsa_events"
EVENTS_REQUEST = "events"
# Exhibitions: nobody's averages count them and the main odds market does not list them.
_EXHIBITIONS = frozenset({"001", "003"})


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


# Cached, as are the games below: a range of dates reads the same 2 MB schedule several times a date.
@lru_cache(maxsize=8)
def is_json(body: bytes) -> bool:
    """Whether a body can be read at all."""
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def game_ids_on(store: RawStore, day: date) -> list[str] | None:
    """The ids of a date's games by the newest stored schedule, exhibitions left out; None without a schedule.

    Bulk history runs before the first schedule was fetched: a later one serves then. It only says what to
    ask for; no feature comes from it.
    """
    season = ids.season_of_date(day)
    payload = newest_payload(store, SCHEDULE_FEED, season, SCHEDULE_REQUEST, else_first_later=True)
    if payload is None:
        return None
    try:
        return _games_by_date(payload.body).get(day.isoformat(), [])
    except (KeyError, TypeError, AttributeError) as error:
        raise PayloadError(
            f"no schedule in the stored answer: {error!r}",
            feed=SCHEDULE_FEED,
            field="leagueSchedule.gameDates[].games[]",
            raw_path=payload.path,
            remedy="scrape nbac_schedule again",
        ) from error


@lru_cache(maxsize=4)
def _games_by_date(body: bytes) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for day in json.loads(body)["leagueSchedule"]["gameDates"]:
        for game in day["games"]:
            game_id = str(game["gameId"])
            if game_id[:3] not in _EXHIBITIONS:
                # "Est" is Eastern wall-clock time, whatever its Z says.
                found.setdefault(game["gameDateEst"][:10], []).append(game_id)
    return found


def season_types_on(store: RawStore, day: date) -> list[str]:
    """The season types of a date's games as stats.nba.com spells them; "Regular Season" when none is known."""
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
