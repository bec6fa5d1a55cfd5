"""What sources write in ways of their own: team codes and ids, heights, records; shared by their parsers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from nba_api.stats.static import teams as static_teams

from common import clock
from common.ids import FIRST_SEASON, season_label, season_of_date, season_of_game, team_codes
from data_processors.raw.payload_fields import Fields, shown

# Codes that ESPN uses where they are not the NBA's own.
ESPN_CODES = {"GS": "GSW", "NO": "NOP", "NY": "NYK", "SA": "SAS", "UTAH": "UTA", "WSH": "WAS"}
_HEIGHT = re.compile(r"([0-9])-([0-9]{1,2})")
_RECORD = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
# More than one number in a shirt's field: a player who changed teams ("12-3"), as the list of players has it.
_JERSEY = re.compile(r"[0-9]{1,2}(?:-[0-9]{1,2})*")
# Ids of players are below two million, those of teams 1610612737 to 1610612766; other sources' may be larger.
MOST_ID = 10**10
# The two digits of a game's id reach that far.
LAST_SEASON = FIRST_SEASON + 99
GAMES_A_SEASON = 82
WEIGHT = (100, 400)
HEIGHT = (60, 100)
BIRTH_YEAR = 1900
MOST_POINTS, MOST_PERIODS = 250, 14
_YOUNGEST = 16


@cache
def team_codes_by_id() -> dict[int, str]:
    """NBA team id -> three-letter code."""
    return {t["id"]: t["abbreviation"] for t in static_teams.get_teams()}


def nba_team(fields: Fields, field: str, codes: Mapping[str, str] | None = None) -> str | None:
    """The NBA's code of the team in `field`, by a source's own `codes` first; None for a club of no NBA code."""
    code = fields.text(field)
    code = (codes or {}).get(code, code)
    return code if code in team_codes() else None


def known_team(fields: Fields, field: str, codes: Mapping[str, str] | None = None) -> str:
    """The NBA's code of the team in `field`; an error where it is no NBA team."""
    code = nba_team(fields, field, codes)
    if code is None:
        raise fields.error(field, f"{fields.values[field]!r} is no NBA team")
    return code


def height_inches(fields: Fields, field: str) -> int | None:
    """Inches of a height like "6-9"."""
    text = fields.text_or_none(field)
    if text is None:
        return None
    found = _HEIGHT.fullmatch(text)
    if found is None or not 60 <= 12 * int(found[1]) + int(found[2]) <= 100 or int(found[2]) > 11:
        raise fields.error(field, f"expected a height like '6-9', found {shown(text)}")
    return 12 * int(found[1]) + int(found[2])


def jersey(fields: Fields, field: str) -> str | None:
    """The number on a shirt, as it is written: "0" and "00" are two."""
    text = fields.text_or_none(field)
    if text is not None and not _JERSEY.fullmatch(text):
        raise fields.error(field, f"expected the number of a shirt, found {shown(text)}")
    return text


def digits_or_none(fields: Fields, field: str, least: int = 0, most: int = 999_999_999) -> int | None:
    """A whole number from `least` to `most` that is written as text."""
    text = fields.text_or_none(field)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise fields.error(field, f"expected digits from {least} to {most}, found {shown(text)}")
    return int(text)


def record(fields: Fields, field: str) -> tuple[int | None, int | None]:
    """Wins and losses of a record like "41-11"."""
    text = fields.text_or_none(field)
    if text is None:
        return None, None
    found = _RECORD.fullmatch(text)
    if found is None or int(found[1]) + int(found[2]) > GAMES_A_SEASON:
        raise fields.error(field, f"expected wins and losses like '41-11', found {shown(text)}")
    return int(found[1]), int(found[2])


def optional_integer(fields: Fields, field: str, least: int = 0, most: int = MOST_ID) -> int | None:
    """A whole number from `least` to `most`; None when absent or null."""
    return None if fields.values.get(field) is None else fields.integer(field, least, most)


def season_of_year(fields: Fields, field: str) -> str:
    """The season that starts in the year in `field`."""
    return season_label(fields.integer(field, FIRST_SEASON, LAST_SEASON))


def team_id(fields: Fields, field: str, code: str) -> int:
    """The NBA's id of the team of a code; an error where the id is another's."""
    found = fields.integer(field)
    if team_codes_by_id().get(found) != code:
        raise fields.error(field, f"{found} is not the id of {code}")
    return found


def dated_season(fields: Fields, field: str, day: date) -> str:
    """The season that starts in the year in `field`; an error where `day` is none of its dates."""
    season = season_of_year(fields, field)
    if season_of_date(day) != season:
        raise fields.error(field, f"{day} is no date of the season {season}")
    return season


def source_id(fields: Fields, field: str) -> str:
    """Another source's id, which is written as digits."""
    text = fields.text(field)
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise fields.error(field, f"expected an id, found {shown(text)}")
    return text


def born(fields: Fields, field: str) -> date:
    """A date of birth of somebody who may play."""
    found = fields.day(field, BIRTH_YEAR)
    if found.year > fields.payload.fetched_at.year - _YOUNGEST:
        raise fields.error(field, f"{found} is no date of a player's birth")
    return found


def american_day(fields: Fields, field: str) -> date:
    """A date like "01/08/2025"."""
    text = fields.text(field)
    try:
        found = datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=clock.EASTERN).date()
    except ValueError as error:
        raise fields.error(field, f"expected a date like 01/08/2025, found {shown(text)}") from error
    if not FIRST_SEASON <= found.year <= LAST_SEASON + 1:
        raise fields.error(field, f"{found} is no date of the NBA's")
    return found


def player_id(fields: Fields, field: str) -> int:
    """The NBA's id of a person."""
    return fields.integer(field, 1, MOST_ID)


def season_of(fields: Fields, field: str, game_id: str, day: date) -> str:
    """The season that a game's id and its date, in `field`, agree on."""
    season = season_of_game(game_id)
    if season_of_date(day) != season:
        raise fields.error(field, f"game {game_id} is of {season}, not of a season with {day}")
    return season
