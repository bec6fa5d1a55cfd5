"""The ids that other sources give to a date's games, by their stored lists as of the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from common import clock
from common.raw_store import RawStore
from scrapers.nbacom.stats_site import request_name
from scrapers.stored import LONGEST_GAME, newest_reading, season_types_on

ESPN_SCOREBOARD_FEED = "espn_scoreboard"
ESPN_SCOREBOARD_REQUEST = "scoreboard"
BP_EVENTS_FEED = "bp_events"
BP_EVENTS_REQUEST = "events"
TEAM_LOG_FEED = "nbac_team_boxscore"


@dataclass(frozen=True)
class ListedGame:
    """A game as a source lists it."""

    event_id: str
    tip_off: datetime


def espn_events_over(store: RawStore, day: date) -> list[ListedGame] | None:
    """ESPN's events of a date that have surely ended by the clock; None without a stored scoreboard."""

    def read(document: Any) -> Iterable[ListedGame]:
        return [ListedGame(str(e["id"]), clock.parse_utc(e["date"])) for e in document["events"]]

    listed = _listed(store, ESPN_SCOREBOARD_FEED, day, ESPN_SCOREBOARD_REQUEST, "events[].id, events[].date", read)
    return None if listed is None else [e for e in listed if e.tip_off + LONGEST_GAME <= clock.now()]


def bettingpros_events_on(store: RawStore, day: date) -> list[ListedGame] | None:
    """BettingPros' events of a date; None without a stored list."""

    def read(document: Any) -> Iterable[ListedGame]:
        # UTC, without a zone in the text.
        return [
            ListedGame(str(e["id"]), datetime.strptime(e["scheduled"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
            for e in document["events"]
        ]

    return _listed(store, BP_EVENTS_FEED, day, BP_EVENTS_REQUEST, "events[].id, events[].scheduled", read)


def games_in_team_log(store: RawStore, day: date) -> set[str]:
    """The games of which the stored game logs of a date have both teams; none without a log."""

    def read(document: Any) -> Iterable[str]:
        (log,) = (s for s in document["resultSets"] if s["name"] == "LeagueGameLog")
        column = log["headers"].index("GAME_ID")
        return [str(row[column]) for row in log["rowSet"]]

    found: list[str] = []
    for season_type in season_types_on(store, day):
        request = request_name(season_type)
        found.extend(_listed(store, TEAM_LOG_FEED, day, request, "resultSets[].rowSet", read) or [])
    return {game_id for game_id in found if found.count(game_id) == 2}


def _listed[T](
    store: RawStore, feed: str, day: date, request: str, field: str, read: Callable[[Any], Iterable[T]]
) -> list[T] | None:
    return newest_reading(
        store, feed, day.isoformat(), request, lambda payload: list(read(payload.json())), field=field
    )
