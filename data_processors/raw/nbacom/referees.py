"""nbac_referee_assignments: who officiates the games of a day, and who sits in the replay centre."""

from __future__ import annotations

from datetime import date, datetime

from common import clock
from common.ids import season_of_date
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import REFEREES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import known_team, optional_integer

FEED = "nbac_referee_assignments"
REPLAY_CENTRE = "replay centre"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row an official of a game, and one an official of the replay centre; the scope is the date."""
    league = json_object(payload, payload.json(), "body").child("nba")
    rows: dict[tuple[object, ...], Row] = {}
    found = [r for game in league.child("Table").children("rows") for r in _of_game(game)]
    found += [_of_replay_centre(entry) for entry in league.child("Table1").children("rows")]
    for row in found:
        if rows.setdefault(tuple(row[k] for k in REFEREES.key), row) != row:
            raise league.error("Table", f"official {row['official_id']} stands twice for {row['assignment']}")
    return by_scope(REFEREES, payload, ((f"date:{r['game_date']}", r) for r in rows.values()))


def _of_game(game: Fields) -> list[Row]:
    game_id, day = game_id_of(game, "game_id"), _day(game)
    rows = []
    for position in range(1, 5):
        name, official_id = game.text_or_none(f"official{position}"), optional_integer(game, f"official{position}_code")
        if (name is None) != (official_id is None):
            raise game.error(f"official{position}", f"{name!r} with the id {official_id!r}: one without the other")
        if name is None:
            continue
        rows.append(
            {
                "game_date": day,
                "season": season_of_date(day),
                "assignment": game_id,
                "official_id": official_id,
                "game_id": game_id,
                "official_name": name,
                "jersey_number": game.text_or_none(f"official{position}_JNum"),
                "position": position,
                "home_team": known_team(game, "home_team_abbr"),
                "away_team": known_team(game, "away_team_abbr"),
            }
        )
    if "official1" not in game.values:
        raise game.error("official1", "the field is missing")
    return rows


def _of_replay_centre(entry: Fields) -> Row:
    day = _day(entry)
    return {
        "game_date": day,
        "season": season_of_date(day),
        "assignment": REPLAY_CENTRE,
        "official_id": entry.integer("official_code"),
        "game_id": None,
        "official_name": entry.text("replaycenter_official"),
        "jersey_number": None,
        "position": None,
        "home_team": None,
        "away_team": None,
    }


def _day(fields: Fields) -> date:
    text = fields.text("game_date")
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=clock.EASTERN).date()
    except ValueError as error:
        raise fields.error("game_date", f"expected a date like 01/08/2025, found {text!r}") from error
