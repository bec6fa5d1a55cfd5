"""The lines of a gamebook: what each kind of line says.

The layout is that of the league's one-page box score as public readers of it know it:

    VISITOR: Memphis Grizzlies (27-53)
    45 GG Jackson F 35:42 7 21 2 10 6 6 0 2 2 2 2 2 1 1 -13 22
    240:00 38 94 9 34 22 26 10 32 42 25 19 6 10 5 -17 107
    24 Marcus Morris Sr. DNP - Coach's Decision
    Inactive: Grizzlies - Morant (Injury/Illness - Right Shoulder; Labral Repair), Clarke (…)

The numbers of a player and of a team follow the minutes as FG FGA 3P 3PA FT FTA OR DR TOT A PF ST TO BS +/- PTS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TEAM = re.compile(r"(VISITOR|HOME): (.+?) \(\d{1,2}-\d{1,2}\)")
DATE = re.compile(r"[A-Z][a-z]+day, ([A-Z][a-z]+ \d{1,2}, \d{4})\b")
PLAYED = re.compile(r"(\d{1,2}) (.+?)(?: ([FGC]))? (\d{1,3}):(\d\d)((?: [+-]?\d{1,3}){16})")
NOT_PLAYED = re.compile(r"(\d{1,2}) (.+?) (DNP|DND|NWT) - (.+)")
INACTIVE = re.compile(r"Inactive: (.+?) - (.*)")
# A line of totals ends a team's players.
TOTALS = re.compile(r"(\d{3}):00((?: [+-]?\d{1,3}){16})")
_ABSENT = re.compile(r"([^(),]+?)\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\))?\s*(?:,|$)")
COUNTS = (
    *("fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "pf", "stl", "tov", "blk"),
    *("plus_minus", "points"),
)


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
