"""bdl_standings: the standings of a season as of the day they were asked for."""

from __future__ import annotations

from common import clock
from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import STANDINGS, Row, ScopeRows
from data_processors.raw.source_values import GAMES_A_SEASON, known_team, optional_integer, record, season_of_year

FEED = "bdl_standings"
_RECORDS = ("home", "road", "conference", "division")


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a team; the scope is the season on the day. A team that can't be read is set apart."""
    parts = Parts(payload)
    day = clock.eastern_date(payload.fetched_at)
    rows: dict[str, Row] = {}
    season: str | None = None
    for entry in entries(parts):
        with parts.reading():
            row = _row(entry) | {"snapshot_date": day}
            season = season or row["season"]
            if row["season"] != season:
                raise entry.error("season", f"{row['season']} in the standings of {season}")
            if rows.setdefault(row["team"], row) is not row:
                raise entry.error("team", f"{row['team']} stands twice")
    units = [ScopeRows(STANDINGS, f"{FEED}:{season}:{day}", payload, list(rows.values()))] if rows else []
    return parts.beside(units)


def _row(entry: Fields) -> Row:
    team = entry.child("team")
    row: Row = {
        "season": season_of_year(entry, "season"),
        "team": known_team(team, "abbreviation"),
        "conference": team.one_of("conference", {"East": "East", "West": "West"}),
        "conference_rank": optional_integer(entry, "conference_rank", 1, 15),
        "division_rank": optional_integer(entry, "division_rank", 1, 5),
        "wins": entry.integer("wins", 0, GAMES_A_SEASON),
        "losses": entry.integer("losses", 0, GAMES_A_SEASON),
    }
    for kind in _RECORDS:
        row[f"{kind}_wins"], row[f"{kind}_losses"] = record(entry, f"{kind}_record")
        for side in ("wins", "losses"):
            if row[f"{kind}_{side}"] is not None and row[f"{kind}_{side}"] > row[side]:
                raise entry.error(f"{kind}_record", f"{row[f'{kind}_{side}']} {side} of {row[side]}")
    if row["wins"] + row["losses"] > GAMES_A_SEASON:
        raise entry.error("wins", f"{row['wins']} wins and {row['losses']} losses are more games than a season has")
    return row
