"""The lines of a gamebook: what each kind of line says.

The layout is that of the league's one-page box score as public readers of it know it:

    VISITOR: Memphis Grizzlies (27-53)
    45 GG Jackson F 35:42 7 21 2 10 6 6 0 2 2 2 2 2 1 1 -13 22
    240:00 38 94 9 34 22 26 10 32 42 25 19 6 10 5 -17 107
    24 Marcus Morris Sr. DNP - Coach's Decision
    Inactive: Grizzlies - Morant (Injury/Illness - Right Shoulder; Labral Repair), Clarke (…)

The numbers of a player and of a team follow the minutes as FG FGA 3P 3PA FT FTA OR DR TOT A PF ST TO BS +/- PTS. The
number on the shirt may be missing, the reason too ("DNP"), or stand without spaces ("NWT-Personal Reasons"), or go on
in the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TEAM = re.compile(r"(VISITOR|HOME): (.+?) \([0-9]{1,2}-[0-9]{1,2}\)")
DATE = re.compile(r"[A-Z][a-z]+day, ([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})\b")
HEADING = re.compile(r"POS MIN FG .*")
_NUMBERS = r"((?: [+-]?[0-9]{1,3}){16})"
_NAME = r"(?:([0-9]{1,2}) )?([^\W\d].*?)"
PLAYED = re.compile(rf"{_NAME}(?: ([FGC]))? ([0-9]{{1,3}}):([0-5][0-9]){_NUMBERS}")
NOT_PLAYED = re.compile(rf"{_NAME} (DNP|DND|NWT)(?: ?[-\u2013] ?(.*))?")
INACTIVE = re.compile(r"Inactive: (.+?) ?- ?(.*)")
# A line of totals ends a team's players.
TOTALS = re.compile(rf"([0-9]{{3}}):[0-5][0-9]{_NUMBERS}")
# What begins like a player or has a time or a code is no part of a reason.
_PLAYER = re.compile(r"[0-9]{1,2} [A-Z]\S* [A-Z]|.*\b(?:[0-9]{1,3}:[0-9]{2}|DNP|DND|NWT)\b")
_ABSENT = re.compile(r"([^(),]+?)\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\s*(?:,|$)")
COUNTS = (
    *("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "pf", "stl", "tov", "blk"),
    *("plus_minus", "points"),
)


def goes_on(line: str) -> bool:
    """Whether `line`, below a player who did not play, can be the rest of his reason."""
    return _PLAYER.match(line) is None


def absentees(text: str) -> Iterator[tuple[str, str | None]]:
    """(name, reason) of "Morant (Injury/Illness - …), Clarke ()"; the report gives last names alone here.

    ValueError where the text is not such a list to its end.
    """
    position = 0
    text = text.strip()
    while position < len(text):
        found = _ABSENT.match(text, position)
        if found is None:
            raise ValueError(text[position:])
        yield found[1].strip(), (found[2] or "").strip() or None
        position = found.end()
        while position < len(text) and text[position] == " ":
            position += 1
