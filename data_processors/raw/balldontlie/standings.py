"""bdl_standings: the standings of a season as of the day they were asked for."""

from __future__ import annotations

from common import clock
from common.ids import season_label
from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import STANDINGS, Row, ScopeRows
from data_processors.raw.source_values import known_team, optional_integer, record

FEED = "bdl_standings"
_RECORDS = ("home", "road", "conference", "division")


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a team; the scope is the season on the day."""
    day = clock.eastern_date(payload.fetched_at)
    rows: dict[str, Row] = {}
    seasons = set()
    for entry in entries(payload):
        row = _row(entry) | {"snapshot_date": day}
        seasons.add(row["season"])
        if rows.setdefault(row["team"], row) is not row or len(seasons) > 1:
            raise entry.error("team", f"{row['team']} stands twice, or there are several seasons: {sorted(seasons)}")
    if not rows:
        return []
    return [ScopeRows(STANDINGS, f"{FEED}:{seasons.pop()}:{day}", payload, list(rows.values()))]


def _row(entry: Fields) -> Row:
    team = entry.child("team")
    row: Row = {
        "season": season_label(entry.integer("season")),
        "team": known_team(team, "abbreviation"),
        "conference": team.one_of("conference", {"East": "East", "West": "West"}),
        "conference_rank": optional_integer(entry, "conference_rank"),
        "division_rank": optional_integer(entry, "division_rank"),
        "wins": entry.integer("wins"),
        "losses": entry.integer("losses"),
    }
    for kind in _RECORDS:
        row[f"{kind}_wins"], row[f"{kind}_losses"] = record(entry, f"{kind}_record")
    return row
