"""`nba_raw.players`: players of a season, set-based from box scores and the player list, inside the warehouse."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from common import clock
from common.errors import NbaError
from common.ids import season_of_date, season_start
from common.warehouse import Warehouse, labelled
from data_processors.raw.landing import Landed
from data_processors.raw.nbacom.boxscores import PLAYER_FEED

log = logging.getLogger(__name__)
TABLE = "nba_raw.players"
_SQL = Path(__file__).with_name("sql") / "players.sql"


def refresh_players(warehouse: Warehouse, dates: Iterable[date]) -> Landed:
    """Bring the seasons of `dates` up to date by one MERGE; an error is carried, not raised."""
    seasons = sorted({season_of_date(d) for d in dates})
    starts = {season_start(s) for s in seasons}
    landed = Landed(TABLE, PLAYER_FEED, "snapshot_date", dates=starts)
    at = clock.wall_clock()
    try:
        with labelled(phase="phase2", processor="players"):
            done = warehouse.merge_query(
                TABLE,
                f"({_SQL.read_text(encoding='utf-8')})",
                key=["season", "player_id"],
                scope="T.season IN UNNEST(@seasons) AND T.snapshot_date >= @first",
                params={"seasons": seasons, "first": min(starts), "loaded_at": at},
                # It follows from the tables as they are now: nobody else's job is about the same.
                work=["players", seasons, at],
                compare=["source_row_hash"],
            )
    except NbaError as error:
        log.exception("players not written", extra={"seasons": seasons})
        landed.error = error
        return landed
    landed.rows_changed = done.rows_changed
    landed.bytes_processed = done.bytes_processed
    landed.changed_dates = starts if done.rows_changed else set()
    return landed
