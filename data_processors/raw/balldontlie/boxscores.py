"""bdl_box_scores (the games of a day) and bdl_player_box_scores (lines of `/stats`): players' box score lines."""

from __future__ import annotations

import re

from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries, page, person, team_by_id
from data_processors.raw.box_score_rules import check_player
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import SOURCE_PLAYER_BOXSCORES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import MOST_ID, dated_season, known_team, optional_integer

DAY_FEED = "bdl_box_scores"
STATS_FEED = "bdl_player_box_scores"
_COUNTS = {
    **{"pts": "points", "fgm": "fgm", "fga": "fga", "fg3m": "fg3m", "fg3a": "fg3a", "ftm": "ftm", "fta": "fta"},
    **{"oreb": "oreb", "dreb": "dreb", "reb": "reb", "ast": "ast", "stl": "stl", "blk": "blk", "turnover": "tov"},
    "pf": "pf",
}
_MINUTES = re.compile(r"([0-9]{1,2})(?::[0-5][0-9])?")


def parse_days(payload: RawPayload) -> list[ScopeRows]:
    """One row a player-game of whole games; the scope is the game, by date and teams: not all have an id.

    A line that cannot be sets its whole game apart: sums of players stand in for a team's box score.
    """
    parts = Parts(payload)
    found: list[tuple[str, Fields, Row]] = []
    for game in entries(parts):
        with parts.reading(whole=game.where):
            day, game_id = game.day("date"), optional_integer(game, "id", 1)
            home, away = game.child("home_team"), game.child("visitor_team")
            codes = known_team(home, "abbreviation"), known_team(away, "abbreviation")
            if codes[0] == codes[1]:
                raise game.error("visitor_team", f"{codes[0]} stands on both sides")
            scope = f"{DAY_FEED}:{day}:{codes[1]}@{codes[0]}"
            season = dated_season(game, "season", day)
            for side, team, opponent in ((home, codes[0], codes[1]), (away, codes[1], codes[0])):
                common: Row = {"game_date": day, "season": season, "team": team, "opponent": opponent}
                common |= {"is_home": side is home, "source_game_id": None if game_id is None else str(game_id)}
                found += [(game.where, line, common | _line(line) | {"": scope}) for line in side.children("players")]
    return _checked(parts, found)


def parse_stats(payload: RawPayload) -> list[ScopeRows]:
    """One row a player-game of a page of lines; the scope is the game's part of the page.

    A line that cannot be sets its game's part of the page apart.
    """
    parts = Parts(payload)
    found: list[tuple[str, Fields, Row]] = []
    for line in entries(parts):
        with parts.reading():
            game = line.child("game")
            game_id = str(game.integer("id", 1, MOST_ID))
            with parts.reading(whole=game_id):
                found.append((game_id, line, _dated(line, game, game_id) | _line(line)))
    return _checked(parts, found)


def _dated(line: Fields, game: Fields, game_id: str) -> Row:
    team, day = known_team(line.child("team"), "abbreviation"), game.day("date")
    home, away = team_by_id(game, "home_team_id"), team_by_id(game, "visitor_team_id")
    if home is None or away is None or home == away or team not in {home, away}:
        raise line.error("team", f"{team} does not play in {away} at {home}")
    return {
        "": f"{STATS_FEED}:game:{game_id}:{page(line.payload)}",
        "game_date": day,
        "season": dated_season(game, "season", day),
        "team": team,
        "opponent": away if team == home else home,
        "is_home": team == home,
        "source_game_id": game_id,
    }


def _checked(parts: Parts, found: list[tuple[str, Fields, Row]]) -> list[ScopeRows]:
    """The rows of (what a broken line sets apart, its fields, the row with its scope under "")."""
    rows: dict[tuple[object, ...], tuple[str, Row]] = {}
    for whole, line, row in found:
        with parts.reading(whole=whole):
            key = row["game_date"], row["team"], row["source_player_id"]
            if rows.setdefault(key, (whole, row)) != (whole, row):
                raise line.error("player", f"{key} stands twice with different content")
    kept = [row for whole, row in rows.values() if whole not in parts.lost]
    units = by_scope(SOURCE_PLAYER_BOXSCORES, parts.payload, [(row.pop(""), row) for row in kept])
    return parts.beside(units, len(units))


def _line(line: Fields) -> Row:
    counts: Row = {column: line.integer_or_none(header) for header, column in _COUNTS.items()}
    minutes = _minutes(line)
    counts |= {"minutes": minutes, "plus_minus": optional_integer(line, "plus_minus", -100, 100)}
    check_player(line, counts)
    return {
        **person(line.child("player")),
        "starter": None,
        # "00" minutes and no counts: he was on the list and did not play.
        "played": any(counts.values()),
        "not_played_reason": None,
        **counts,
    }


def _minutes(line: Fields) -> int | None:
    text = line.text_or_none("min")
    if text is None:
        return None
    found = _MINUTES.fullmatch(text)
    if found is None:
        raise line.error("min", f"expected minutes like '37', found {text!r}")
    return int(found[1])
