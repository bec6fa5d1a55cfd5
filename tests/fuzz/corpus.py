"""What is mutated: small real payloads of every feed, cut short; made ones where no real one is at hand."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from common.raw_store import RawPayload
from data_processors.raw.feeds import FEEDS
from tests.data_processors.raw import archive
from tests.data_processors.raw.feed_coverage import FOLDERS
from tests.fuzz import made

ITEMS = 3
_PAYLOADS = 2
# A day on which every feed of the archive has answers.
_DAYS = {"nbac_schedule": "2024-25", "nbac_injury_report": "2023-12-04"}
_DAY = "2024-11-04"
_LINES = 12
_CASES = {
    "pbp_heave.json": "nbac_play_by_play",
    "schedule_Y_with_normal_text.json": "nbac_schedule",
    "scoreboardv2_empty_linescore.json": "nbac_scoreboard",
    "gamebook_two_inactive_same_surname.pdf": "nbac_gamebook",
    "odds_one_price_1.0.json": "oddsa_player_props",
    "espn_postponed.json": "espn_scoreboard",
}


def corpus(shared: Path) -> dict[str, list[RawPayload]]:
    """Feed -> payloads that its parser reads; every feed of the registry has at least one."""
    found: dict[str, list[RawPayload]] = {feed: [] for feed in FEEDS}
    for feed, payloads in found.items():
        if shared.is_dir():
            payloads += list(_real(shared, feed))[:_PAYLOADS]
            payloads += [
                archive.payload(feed, (shared / "cases" / n).read_bytes()) for n, f in _CASES.items() if f == feed
            ]
        if not payloads or feed in made.ALWAYS:
            payloads += made.payloads(feed)
    return found


def _real(shared: Path, feed: str) -> Iterator[RawPayload]:
    for folder in FOLDERS.get(feed, (feed,)):
        for file in sorted((shared / "samples" / folder).glob("raw_*")):
            body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            yield archive.payload(feed, cut(body), scope="2025-01-15")
    if feed != "nbac_injury_report":
        for whole in archive.payloads(shared / "recorded", feed, _DAYS.get(feed, _DAY))[:1]:
            yield replace(whole, body=cut(whole.body))


def cut(body: bytes) -> bytes:
    """JSON and CSV with lists of at most ITEMS entries, so that a change hits structure, not one row of thousands."""
    try:
        return json.dumps(_cut(json.loads(body))).encode()
    except ValueError:
        pass
    if b"," in body[:200] and not body.lstrip().startswith((b"%PDF", b"<")):
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[:_LINES]
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()
    return body


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        named = {s.get("name") for s in value["resultSets"]} if isinstance(value.get("resultSets"), list) else set()
        if "LineScore" in named:
            return _cut_scoreboard(value)
        return {k: v if k in {"headers", "keys", "stats", "competitors"} else _cut(v) for k, v in value.items()}
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return value[:ITEMS]
        return [_cut(v) for v in value[: 2 if _pairs(value) else ITEMS]] if any(map(_is_object, value)) else value
    return value


def _cut_scoreboard(value: dict[str, Any]) -> dict[str, Any]:
    # Both lines of each game that is kept.
    sets = {s["name"]: s for s in value["resultSets"]}
    games = [row[sets["GameHeader"]["headers"].index("GAME_ID")] for row in sets["GameHeader"]["rowSet"][:ITEMS]]
    return value | {
        "resultSets": [
            s | {"rowSet": [row for row in s["rowSet"] if row[s["headers"].index("GAME_ID")] in games]}
            for s in (sets["GameHeader"], sets["LineScore"])
        ]
    }


def _pairs(value: list[Any]) -> bool:
    return len(value) == 2


def _is_object(value: object) -> bool:
    return isinstance(value, dict)
