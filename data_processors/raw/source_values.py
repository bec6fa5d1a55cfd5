"""What sources write in ways of their own: team codes and ids, heights, records; shared by their parsers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from nba_api.stats.static import teams as static_teams

from common.ids import team_codes
from data_processors.raw.payload_fields import Fields

# Codes that ESPN uses where they are not the NBA's own.
ESPN_CODES = {"GS": "GSW", "NO": "NOP", "NY": "NYK", "SA": "SAS", "UTAH": "UTA", "WSH": "WAS"}
_HEIGHT = re.compile(r"(\d)-(\d{1,2})")
_RECORD = re.compile(r"(\d{1,2})-(\d{1,2})")


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
    if found is None:
        raise fields.error(field, f"expected a height like '6-9', found {text!r}")
    return 12 * int(found[1]) + int(found[2])


def digits_or_none(fields: Fields, field: str) -> int | None:
    """A whole number that is written as text."""
    text = fields.text_or_none(field)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise fields.error(field, f"expected digits, found {text!r}")
    return int(text)


def record(fields: Fields, field: str) -> tuple[int | None, int | None]:
    """Wins and losses of a record like "41-11"."""
    text = fields.text_or_none(field)
    if text is None:
        return None, None
    found = _RECORD.fullmatch(text)
    if found is None:
        raise fields.error(field, f"expected wins and losses like '41-11', found {text!r}")
    return int(found[1]), int(found[2])


def optional_integer(fields: Fields, field: str) -> int | None:
    """A whole number; None when absent or null."""
    return None if fields.values.get(field) is None else fields.integer(field)
