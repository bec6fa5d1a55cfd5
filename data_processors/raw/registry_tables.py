"""`nba_reference.players`, `.player_aliases` and `.team_spells`: what names mean, for people and for SQL to read.

Seeded from the lists that the project carries; kept up from box scores and the player list inside the warehouse.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from common import clock
from common.errors import NbaError
from common.ids import normalise_name, season_start
from common.warehouse import Warehouse, labelled
from data_processors.raw.landing import Landed
from data_processors.raw.nbacom.boxscores import PLAYER_FEED
from data_processors.raw.player_registry import Alias, load_aliases, load_registry
from data_processors.raw.raw_tables import row_hash

log = logging.getLogger(__name__)
PLAYERS, ALIASES, SPELLS = "nba_reference.players", "nba_reference.player_aliases", "nba_reference.team_spells"
_SQL = Path(__file__).with_name("sql")
_SEEDED = f"""
SELECT CAST(player_id AS STRING) AS item FROM {PLAYERS}
UNION ALL
SELECT CONCAT(alias_key, '|', CAST(player_id AS STRING), '|', CAST(is_abbreviation AS STRING)) FROM {ALIASES}
WHERE added_by = 'file'
"""  # noqa: S608 - constants


def seed_registry(warehouse: Warehouse) -> int:
    """Bring the static list's players and the file's aliases in; returns the rows changed. One read when all are there.

    Players whom box scores or player lists name already keep those names.
    """
    there = {r["item"] for r in warehouse.query(_SEEDED).rows}
    aliases = {normalise_name(name): (name, alias) for name, alias in load_aliases().names.items()}
    changed = 0
    if {f"{key}|{a.player_id}|{str(a.is_abbreviation).lower()}" for key, (_, a) in aliases.items()} != {
        item for item in there if "|" in item
    }:
        rows = [_alias_row(name, alias, "file", None) for name, alias in aliases.values()]
        changed += _merge_aliases(warehouse, rows, "T.added_by = 'file'")
    missing = [p for p in load_registry().players if str(p.player_id) not in there]
    if missing:
        at = clock.wall_clock()
        rows = [
            {
                "player_id": p.player_id,
                "player_name": p.full_name,
                "name_key": normalise_name(p.full_name),
                "from_season": None,
                "to_season": None,
                "source": "nba_api",
                "source_row_hash": row_hash({"player_name": p.full_name}),
                "loaded_at": at,
            }
            for p in missing
        ]
        changed += warehouse.merge_rows(
            PLAYERS,
            rows,
            key=["player_id"],
            scope="FALSE",
            params={},
            work=["seed", at],
            compare=["source_row_hash"],
            only_if="T.source = 'nba_api'",
            delete_vanished=False,
        ).rows_changed
    return changed


def add_alias(warehouse: Warehouse, name: str, player_id: int, *, note: str | None, is_abbreviation: bool) -> int:
    """Keep a person's alias; one for the same name is replaced. Returns the rows changed."""
    row = _alias_row(name, Alias(player_id, is_abbreviation), "person", note)
    return _merge_aliases(warehouse, [row], "FALSE")


def _alias_row(name: str, alias: Alias, added_by: str, note: str | None) -> dict[str, Any]:
    at = clock.wall_clock()
    return {
        "alias_key": normalise_name(name),
        "alias": name,
        "player_id": alias.player_id,
        "is_abbreviation": alias.is_abbreviation,
        "note": note,
        "added_by": added_by,
        "added_at": at,
        "loaded_at": at,
    }


def _merge_aliases(warehouse: Warehouse, rows: Sequence[dict[str, Any]], scope: str) -> int:
    return warehouse.merge_rows(
        ALIASES,
        rows,
        key=["alias_key", "added_by"],
        scope=scope,
        params={},
        work=["aliases", sorted(r["alias_key"] for r in rows), rows[0]["added_at"]],
        compare=["alias", "player_id", "is_abbreviation", "note"],
    ).rows_changed


def refresh_spells(warehouse: Warehouse, seasons: Iterable[str]) -> Landed:
    """Bring the team spells of `seasons` up to date by one MERGE; an error is carried, not raised."""
    return _refresh(warehouse, SPELLS, "team_spells", ["season", "player_id", "team"], set(seasons))


def refresh_registry(warehouse: Warehouse, seasons: Iterable[str]) -> Landed:
    """Bring the registry's players of `seasons` up to date by one MERGE; an error is carried, not raised."""
    return _refresh(warehouse, PLAYERS, "registry_players", ["player_id"], set(seasons))


def _refresh(warehouse: Warehouse, table: str, name: str, key: list[str], seasons: set[str]) -> Landed:
    landed = Landed(table, PLAYER_FEED, "season", feeds_phases=False)
    at = clock.wall_clock()
    try:
        with labelled(phase="phase2", processor=name):
            done = warehouse.merge_query(
                table,
                f"({(_SQL / f'{name}.sql').read_text(encoding='utf-8')})",
                key=key,
                scope="T.season IN UNNEST(@seasons)" if table == SPELLS else "FALSE",
                params={
                    "seasons": seasons,
                    "first": min(season_start(s) for s in seasons),
                    "loaded_at": at,
                },
                # It follows from the tables as they are now: nobody else's job is about the same.
                work=[name, sorted(seasons), at],
                compare=["source_row_hash"],
                delete_vanished=table == SPELLS,
            )
    except NbaError as error:
        log.exception("registry not written", extra={"table": table, "seasons": sorted(seasons)})
        landed.error = error
        return landed
    landed.rows_changed, landed.bytes_processed = done.rows_changed, done.bytes_processed
    return landed
