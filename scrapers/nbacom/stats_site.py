"""How stats.nba.com wants to be asked."""

from __future__ import annotations

from collections.abc import Mapping

BASE_URL = "https://stats.nba.com/stats"
LEAGUE_ID = "00"
# Without a browser's headers the site lets the connection hang (the same set as nba_api sends).
HEADERS: Mapping[str, str] = {
    "User-Agent": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/145.0.0.0 Safari/537.36"
    ),
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "en-US,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
    "Referer": "https://www.nba.com/",
    "Origin": "https://www.nba.com",
}

# Our names of season types (`common.ids.SEASON_TYPES`) -> the site's word for its parameter SeasonType.
SEASON_TYPE_WORDS: Mapping[str, str] = {
    "Pre Season": "Pre Season",
    "Regular Season": "Regular Season",
    "All Star": "All Star",
    "Playoffs": "Playoffs",
    "PlayIn": "PlayIn",
    "IST Final": "IST",
}


def request_name(season_type: str) -> str:
    """The name of a date's request in the raw store, by our name: "Regular Season" -> "regular_season"."""
    return season_type.lower().replace(" ", "_")
