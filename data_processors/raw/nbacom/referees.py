"""nbac_referee_assignments: who officiates the games of a day, and who sits in the replay centre."""

from __future__ import annotations

from common.ids import season_of_date
from common.raw_store import RawPayload
from data_processors.raw.nbacom.schedule import game_id_of
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import REFEREES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import MOST_ID, american_day, jersey, known_team, optional_integer, season_of

FEED = "nbac_referee_assignments"
REPLAY_CENTRE = "replay centre"


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row an official of a game, and one an official of the replay centre; the scope is the date.

    An entry that can't be read (a game, an official of the replay centre) is set apart.
    """
    parts = Parts(payload)
    league = json_object(payload, payload.json(), "body").child("nba")
    rows: dict[tuple[object, ...], Row] = {}
    found: list[Row] = []
    for game in parts.objects(league.child("Table"), "rows"):
        with parts.reading():
            found += _of_game(game)
    for entry in parts.objects(league.child("Table1"), "rows"):
        with parts.reading():
            found.append(_of_replay_centre(entry))
    for row in found:
        with parts.reading():
            if rows.setdefault(tuple(row[k] for k in REFEREES.key), row) != row:
                raise league.error("Table", f"official {row['official_id']} stands twice for {row['assignment']}")
    return parts.beside(by_scope(REFEREES, payload, ((f"date:{r['game_date']}", r) for r in rows.values())))


def _of_game(game: Fields) -> list[Row]:
    game_id, day = game_id_of(game, "game_id"), american_day(game, "game_date")
    rows = []
    for position in range(1, 5):
        name, official_id = (
            game.text_or_none(f"official{position}"),
            optional_integer(game, f"official{position}_code", 1),
        )
        if (name is None) != (official_id is None):
            raise game.error(f"official{position}", f"{name!r} with the id {official_id!r}: one without the other")
        if name is None:
            continue
        rows.append(
            {
                "game_date": day,
                "season": season_of(game, "game_date", game_id, day),
                "assignment": game_id,
                "official_id": official_id,
                "game_id": game_id,
                "official_name": name,
                "jersey_number": jersey(game, f"official{position}_JNum"),
                "position": position,
                "home_team": known_team(game, "home_team_abbr"),
                "away_team": known_team(game, "away_team_abbr"),
            }
        )
    if "official1" not in game.values:
        raise game.error("official1", "the field is missing")
    return rows


def _of_replay_centre(entry: Fields) -> Row:
    day = american_day(entry, "game_date")
    return {
        "game_date": day,
        "season": season_of_date(day),
        "assignment": REPLAY_CENTRE,
        "official_id": entry.integer("official_code", 1, MOST_ID),
        "game_id": None,
        "official_name": entry.text("replaycenter_official"),
        "jersey_number": None,
        "position": None,
        "home_team": None,
        "away_team": None,
    }
