"""What a source's words say of a game: whether it is off, and which of its entries in a schedule counts."""

from __future__ import annotations

import re
from datetime import date

# "PPD", "Postponed", "Postponed - weather", "Canceled".
_OFF = re.compile(r"\b(PPD|POSTPONED|CANCEL+ED)\b", re.IGNORECASE)


def is_off(status_text: str | None) -> bool:
    """Whether a game does not take place as listed, by the text that people read.

    Flags and codes beside it are not asked: feeds are known to say "postponed" in them of every game.
    """
    return _OFF.search(status_text or "") is not None


def standing(status_text: str | None, day: date) -> tuple[bool, date]:
    """Of one game's entries in a schedule the one with the greatest value counts.

    A moved game may stand at its old date and at its new one: one that is on counts before one that is off, and a
    later date before an earlier one.
    """
    return not is_off(status_text), day
