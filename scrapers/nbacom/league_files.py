"""The league's sites beside stats.nba.com: files on its CDN, reports as PDF, its officials' site."""

from __future__ import annotations

from scrapers.nbacom.stats_site import HEADERS

CDN_URL = "https://cdn.nba.com/static/json"
INJURY_URL = "https://ak-static.cms.nba.com/referee/injury"
GAMEBOOK_URL = "https://statsdmz.nba.com/pdfs"
OFFICIALS_URL = "https://official.nba.com/wp-json/api/v1"
# The same browser as for stats.nba.com.
BROWSER_HEADERS = HEADERS
# A bucket that may not be listed answers 403 for a file that is not there.
NO_SUCH_FILE = frozenset({403, 404})
