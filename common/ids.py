"""Canonical ids. `game_id` and `player_id` are the NBA's own; everything else is mapped to them when parsed."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from nba_api.stats.static import teams as static_teams

# Our names, as the tables have them. What a site calls them stands beside its scrapers.
SEASON_TYPES = {
    "001": "Pre Season",
    "002": "Regular Season",
    "003": "All Star",
    "004": "Playoffs",
    "005": "PlayIn",
    "006": "IST Final",
}
FIRST_SEASON = 1946
# The season of 2019-20 paused in March and was played to its end in August to October 2020.
_LATE_STARTS = {2020: date(2020, 11, 1)}
# What sportsbooks call a team where it is not the league's own name for it.
_TEAM_ALIASES = {"la clippers": "LAC", "la lakers": "LAL"}
_SUFFIX = re.compile(r"\b(jr|sr|ii|iii|iv|v)$")
_PARENTHESES = re.compile(r"\([^)]*\)")
_DROPPED = re.compile(r"[.'’`´]")
_SPACED = re.compile(r"[^a-z0-9]+")


def canonical_game_id(value: str | int) -> str:
    """The ten-digit NBA game id, e.g. 22400157 -> "0022400157".

    Raises ValueError for anything that is not one: its first three digits must name a season type.
    """
    text = str(value).strip().zfill(10)
    if not text.isdigit() or len(text) != 10 or text[:3] not in SEASON_TYPES:
        raise ValueError(f"{value!r} is not an NBA game id (ten digits, 001 to 006 first)")
    return text


def season_type(game_id: str) -> str:
    """Our name of the season type, from the id's first three digits; sites have words of their own for it."""
    return SEASON_TYPES[game_id[:3]]


def season_of_game(game_id: str) -> str:
    """The season of a game id, e.g. "0022400157" -> "2024-25", "0029600001" -> "1996-97".

    The id has two digits of the year: 46 to 99 are of the 20th century, since the league began in 1946.
    """
    year = int(game_id[3:5])
    return season_label(year + (1900 if year >= FIRST_SEASON % 100 else 2000))


def season_label(first_year: int) -> str:
    """The season that starts in `first_year`, e.g. 2024 -> "2024-25"."""
    return f"{first_year}-{(first_year + 1) % 100:02d}"


def season_of_date(day: date) -> str:
    """The season that a date belongs to; a season runs from August to July, 2019-20 to October 2020."""
    return season_label(day.year if day >= _first_day(day.year) else day.year - 1)


def season_start(season: str) -> date:
    """The first date that can belong to a season (1 August; 1 November 2020 of 2020-21)."""
    return _first_day(int(season[:4]))


def _first_day(year: int) -> date:
    return _LATE_STARTS.get(year, date(year, 8, 1))


@cache
def _teams() -> dict[str, str]:
    by_name = {t["full_name"].lower(): t["abbreviation"] for t in static_teams.get_teams()}
    return by_name | _TEAM_ALIASES


@cache
def team_codes() -> frozenset[str]:
    """The 30 three-letter team codes of the NBA."""
    return frozenset(t["abbreviation"] for t in static_teams.get_teams())


def team_code(full_name: str) -> str:
    """The NBA's three-letter code of a team's full name, e.g. "Los Angeles Clippers" -> "LAC".

    Raises KeyError with the name when it is no NBA team.
    """
    found = _teams().get(" ".join(full_name.lower().split()))
    if found is None:
        raise KeyError(full_name)
    return found


def normalise_name(name: str, *, keep_suffix: bool = True) -> str:
    """A player's name for comparison: no accents, dots, case; hyphens as spaces; parentheses dropped.

    "Nikola Vučević" -> "nikola vucevic"; "Portis, Bobby" -> "bobby portis";
    "P. J. Tucker" and "P.J. Tucker" -> "pj tucker". With keep_suffix=False a trailing
    Jr., Sr., II to V goes too.
    """
    text = _PARENTHESES.sub(" ", name)
    if text.count(",") == 1:
        last, first = text.split(",")
        # "Portis, Bobby" is turned round; "Trent, Jr." is not a last name and a first name.
        text = f"{last} {first}" if _SUFFIX.search(_plain(first)) else f"{first} {last}"
    text = _plain(text)
    text = re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", text)  # initials: "p j" -> "pj"
    if not keep_suffix:
        text = _SUFFIX.sub("", text).strip()
    return text


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    letters = letters.replace("ı", "i").replace("ł", "l").replace("đ", "d").replace("ø", "o")
    return _SPACED.sub(" ", _DROPPED.sub("", letters)).strip()
