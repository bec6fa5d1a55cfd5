"""How much of the real responses at hand is read, feed by feed: `python -m tests.data_processors.raw.feed_coverage`."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from common.errors import PayloadError
from common.raw_store import RawPayload
from data_processors.raw.feeds import FEEDS
from tests.data_processors.raw.archive import payload

# Feed -> folders of samples, where they are not called like the feed.
FOLDERS = {
    "nbac_schedule": ("nbac_schedule_api",),
    "nbac_scoreboard": ("nbac_scoreboard_v2",),
    "nbac_game_boxscore": ("nbac_team_boxscore",),
    "nbac_gamebook": ("nbac_gamebook_pdf",),
    "espn_scoreboard": ("espn_scoreboard_api", "nbac_game_ids_core"),
    "espn_roster": ("espn_roster_api",),
    "espn_boxscore": ("espn_game_boxscore",),
    "oddsa_events": ("oddsa_events_his",),
    "oddsa_game_lines": ("oddsa_game_lines_his", "oddsa_player_props_his", "odds_api_historical_game_lines"),
    # The sample of this name is the box score of one game, read above; the recorded archive has the game logs.
    "nbac_team_boxscore": (),
    "oddsa_player_props": (),
}


@dataclass
class Coverage:
    """What was read of a feed's responses: rows of the tables, or quotes or events where there is no table yet."""

    feed: str
    payloads: int = 0
    rows: int = 0
    columns: set[str] = field(default_factory=set)
    values: int = 0
    refused: list[str] = field(default_factory=list)

    def add(self, found: RawPayload) -> None:
        """Read one payload."""
        self.payloads += 1
        try:
            rows = _rows(found)
        except PayloadError as error:
            self.refused.append(error.message)
            return
        self.rows += len(rows)
        for row in rows:
            filled = {name for name, value in row.items() if value is not None}
            self.columns |= filled
            self.values += len(filled)


def coverage(shared: Path) -> Iterator[Coverage]:
    """Every feed that has samples, in the order in which they are read."""
    for feed in FEEDS:
        found = Coverage(feed)
        for folder in FOLDERS.get(feed, (feed,)):
            for file in sorted((shared / "samples" / folder).glob("raw_*")):
                body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
                found.add(payload(feed, body, scope="2025-01-15"))
        if found.payloads:
            yield found


def _rows(found: RawPayload) -> list[dict[str, object]]:
    feed = FEEDS[found.feed]
    if feed.odds is not None:
        return [{name: getattr(quote, name) for name in quote.__slots__} for quote in feed.odds(found).quotes]
    assert feed.parse is not None
    rows = [row for unit in feed.parse(found) for row in unit.rows]
    if not rows and found.feed == "oddsa_events":
        return [dict(event) for event in json.loads(found.body)["data"]]
    return rows


if __name__ == "__main__":
    place = Path(os.environ.get("NBA_SHARED", Path(__file__).resolve().parents[4] / "shared"))
    print("| feed | payloads | rows | fields | values | refused |\n|---|---|---|---|---|---|")
    for c in coverage(place):
        print(f"| {c.feed} | {c.payloads} | {c.rows} | {len(c.columns)} | {c.values} | {len(c.refused)} |")
