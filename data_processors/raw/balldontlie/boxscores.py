"""bdl_box_scores (the games of a day) and bdl_player_box_scores (lines of `/stats`): players' box score lines."""

from __future__ import annotations

import re

from common.ids import season_label
from common.raw_store import RawPayload
from data_processors.raw.balldontlie.answers import entries, page, person, team_by_id
from data_processors.raw.payload_fields import Fields
from data_processors.raw.raw_tables import SOURCE_PLAYER_BOXSCORES, Row, ScopeRows, by_scope
from data_processors.raw.source_values import known_team, optional_integer

DAY_FEED = "bdl_box_scores"
STATS_FEED = "bdl_player_box_scores"
_COUNTS = {
    **{"pts": "points", "fgm": "fgm", "fga": "fga", "fg3m": "fg3m", "fg3a": "fg3a", "ftm": "ftm", "fta": "fta"},
    **{"oreb": "oreb", "dreb": "dreb", "reb": "reb", "ast": "ast", "stl": "stl", "blk": "blk", "turnover": "tov"},
    "pf": "pf",
}
_MINUTES = re.compile(r"(\d{1,2})(?::\d\d)?")


def parse_days(payload: RawPayload) -> list[ScopeRows]:
    """One row a player-game of whole games; the scope is the game, by date and teams: not all have an id."""
    found: list[tuple[str, Row]] = []
    for game in entries(payload):
        day, game_id = game.day("date"), optional_integer(game, "id")
        home, away = game.child("home_team"), game.child("visitor_team")
        codes = known_team(home, "abbreviation"), known_team(away, "abbreviation")
        scope = f"{DAY_FEED}:{day}:{codes[1]}@{codes[0]}"
        season = season_label(game.integer("season"))
        for side, team, opponent in ((home, codes[0], codes[1]), (away, codes[1], codes[0])):
            common = {"game_date": day, "season": season, "team": team, "opponent": opponent, "is_home": side is home}
            common |= {"source_game_id": None if game_id is None else str(game_id)}
            found.extend((scope, common | _line(line)) for line in side.children("players"))
    return _checked(payload, found)


def parse_stats(payload: RawPayload) -> list[ScopeRows]:
    """One row a player-game of a page of lines; the scope is the game's part of the page."""
    found: list[tuple[str, Row]] = []
    for line in entries(payload):
        game, team = line.child("game"), known_team(line.child("team"), "abbreviation")
        home, away = team_by_id(game, "home_team_id"), team_by_id(game, "visitor_team_id")
        if home is None or away is None or home == away or team not in {home, away}:
            raise line.error("team", f"{team} does not play in {away} at {home}")
        game_id = str(game.integer("id"))
        row = {
            "game_date": game.day("date"),
            "season": season_label(game.integer("season")),
            "team": team,
            "opponent": away if team == home else home,
            "is_home": team == home,
            "source_game_id": game_id,
        }
        found.append((f"{STATS_FEED}:game:{game_id}:{page(payload)}", row | _line(line)))
    return _checked(payload, found)


def _checked(payload: RawPayload, found: list[tuple[str, Row]]) -> list[ScopeRows]:
    rows: dict[tuple[object, ...], tuple[str, Row]] = {}
    for scope, row in found:
        key = row["game_date"], row["team"], row["source_player_id"]
        if rows.setdefault(key, (scope, row)) != (scope, row):
            (entry, *_) = entries(payload)
            raise entry.error("player", f"{key} stands twice with different content")
    return by_scope(SOURCE_PLAYER_BOXSCORES, payload, rows.values())


def _line(line: Fields) -> Row:
    counts = {column: line.integer_or_none(header) for header, column in _COUNTS.items()}
    minutes = _minutes(line)
    return {
        **person(line.child("player")),
        "starter": None,
        # "00" minutes and no counts: he was on the list and did not play.
        "played": bool(minutes) or any(counts.values()),
        "not_played_reason": None,
        "minutes": minutes,
        **counts,
        "plus_minus": optional_integer(line, "plus_minus"),
    }


def _minutes(line: Fields) -> int | None:
    text = line.text_or_none("min")
    if text is None:
        return None
    found = _MINUTES.fullmatch(text)
    if found is None:
        raise line.error("min", f"expected minutes like '37', found {text!r}")
    return int(found[1])
