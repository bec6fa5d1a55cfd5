"""How ESPN is asked, and its ids of the teams."""

from __future__ import annotations

from collections.abc import Mapping

API_URL = "https://site.api.espn.com/apis/site/v2/sports/basketball/nba"
PAGE_URL = "https://www.espn.com/nba"
# The pages are for browsers; others get a 403.
BROWSER_HEADERS: Mapping[str, str] = {
    "User-Agent": (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/145.0.0.0 Safari/537.36"
    ),
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Language": "en-US,en;q=0.5",
}
# NBA code -> ESPN's id of the team.
TEAM_IDS: Mapping[str, str] = {
    **{"ATL": "1", "BOS": "2", "BKN": "17", "CHA": "30", "CHI": "4", "CLE": "5", "DAL": "6", "DEN": "7", "DET": "8"},
    **{"GSW": "9", "HOU": "10", "IND": "11", "LAC": "12", "LAL": "13", "MEM": "29", "MIA": "14", "MIL": "15"},
    **{"MIN": "16", "NOP": "3", "NYK": "18", "OKC": "25", "ORL": "19", "PHI": "20", "PHX": "21", "POR": "22"},
    **{"SAC": "23", "SAS": "24", "TOR": "28", "UTA": "26", "WAS": "27"},
}
