"""The recorded archive as Phase 2 meets it: payloads, and raw stores filled with them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from common import clock
from common.ids import season_of_date
from common.raw_store import RawPayload, RawStore
from data_processors.raw.source_values import team_codes_by_id

ODDS_HOUR, NIGHT_HOUR = 10, 4
STATE_FEEDS = ("nbac_schedule", "nbac_player_boxscore", "nbac_team_boxscore", "nbac_shot_chart")
ODDS_FEEDS = ("oddsa_events", "oddsa_player_props", "oddsa_game_lines")


@cache
def index(recorded: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(feed, Eastern date or season) -> entries of the archive."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    with (recorded / "index.jsonl").open() as lines:
        for line in lines:
            entry = json.loads(line)
            found.setdefault(_feed_and_scope(entry), []).append(entry)
    return found


def _feed_and_scope(entry: dict[str, Any]) -> tuple[str, str]:
    params, folder = entry["params"], entry["file"].split("/")
    match folder[1]:
        case "scheduleleaguev2int":
            return "nbac_schedule", params["Season"]
        case "leaguegamelog":
            return {"P": "nbac_player_boxscore", "T": "nbac_team_boxscore"}[params["PlayerOrTeam"]], params["DateFrom"]
        case "shotchartdetail":
            return "nbac_shot_chart", params["DateFrom"]
        case "events":
            return "oddsa_events", params["game_date"]
        case "event_odds":
            return "oddsa_player_props", folder[2]
        case "event_game_lines":
            return "oddsa_game_lines", folder[2]
        case other:
            # Markets that no feed asks for yet, reports: under their own names.
            return other, folder[2]


def body(recorded: Path, entry: dict[str, Any]) -> bytes:
    """The response as it came."""
    return gzip.decompress((recorded / entry["file"]).read_bytes())


def payloads(recorded: Path, feed: str, scope: str) -> list[RawPayload]:
    """The payloads of a feed and date (or season), as the raw store would give them."""
    return [
        payload(
            feed, body(recorded, entry), scope=scope, path=f"{feed}/{scope}/{number}/20250101T000000000000Z.json.gz"
        )
        for number, entry in enumerate(index(recorded).get((feed, scope), []))
    ]


def payload(feed: str, content: bytes | object, *, scope: str = "2024-11-04", path: str = "") -> RawPayload:
    """A payload around `content` (JSON-able, or bytes as they came)."""
    return RawPayload(
        feed=feed,
        scope=scope,
        url="https://example.org",
        params={},
        fetched_at=datetime(2024, 11, 4, 15, tzinfo=UTC),
        status=200,
        content_type="application/json",
        body=content if isinstance(content, bytes) else json.dumps(content).encode(),
        path=path or f"{feed}/{scope}/request/20241104T150000000000Z.json.gz",
    )


def keep(store: RawStore, feed: str, scope: str, request: str, content: bytes, fetched_at: datetime) -> str:
    """Put one response into a raw store; returns its path."""
    return store.put(
        feed=feed,
        scope=scope,
        request=request,
        url="https://example.org",
        params={},
        status=200,
        content_type="application/json",
        body=content,
        fetched_at=fetched_at,
    )


def fill(store: RawStore, recorded: Path, days: Iterable[date], feeds: Iterable[str]) -> list[str]:
    """Put the archive's responses for `days` into a raw store; returns their paths."""
    return sorted(_filled(store, recorded, list(days), list(feeds)))


def _filled(store: RawStore, recorded: Path, days: list[date], feeds: list[str]) -> Iterator[str]:
    for feed in feeds:
        scopes = (
            {season_of_date(d): clock.eastern(d, 6) for d in reversed(days)}
            if feed == "nbac_schedule"
            else {
                str(d): clock.eastern(d, ODDS_HOUR)
                if feed in ODDS_FEEDS
                else clock.eastern(d + timedelta(days=1), NIGHT_HOUR)
                for d in days
            }
        )
        for scope, fetched_at in scopes.items():
            for entry in index(recorded).get((feed, scope), []):
                request = entry["file"].rsplit("/", 1)[1].split(".")[0]
                yield keep(store, feed, scope, request, body(recorded, entry), fetched_at)


def cut_log(recorded: Path, feed: str, day: str, games: int) -> dict[str, Any]:
    """A real game log, cut to the first `games` of its games."""
    (found,) = payloads(recorded, feed, day)
    log: dict[str, Any] = json.loads(found.body)
    result = log["resultSets"][0]
    place = result["headers"].index("GAME_ID")
    chosen = sorted({r[place] for r in result["rowSet"]})[:games]
    result["rowSet"] = [r for r in result["rowSet"] if r[place] in chosen]
    return log


def changed_log(log: dict[str, Any], row: int, header: str, value: object) -> dict[str, Any]:
    """`log` with one value changed."""
    changed: dict[str, Any] = json.loads(json.dumps(log))
    result = changed["resultSets"][0]
    result["rowSet"][row][result["headers"].index(header)] = value
    return changed


def without_row(log: dict[str, Any], row: int) -> dict[str, Any]:
    """`log` without one row."""
    changed: dict[str, Any] = json.loads(json.dumps(log))
    del changed["resultSets"][0]["rowSet"][row]
    return changed


def schedule_of(*games: tuple[str, str, str, str], season: str = "2024-25") -> dict[str, Any]:
    """A schedule of (game id, date, home team, visiting team), all at 19:30 Eastern."""
    ids = {code: team_id for team_id, code in team_codes_by_id().items()}

    def listed(game_id: str, day: str, home: str, away: str) -> dict[str, Any]:
        return {
            "gameId": game_id,
            "gameStatus": 1,
            "gameDateEst": f"{day}T00:00:00Z",
            "gameDateTimeEst": f"{day}T19:30:00Z",
            "postponedStatus": "N",
            "homeTeam": {"teamId": ids[home], "teamTricode": home},
            "awayTeam": {"teamId": ids[away], "teamTricode": away},
        }

    return {"leagueSchedule": {"seasonYear": season, "gameDates": [{"games": [listed(*g) for g in games]}]}}
