"""How api.bettingpros.com is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest

BASE_URL = "https://api.bettingpros.com/v3"
SPORT = "NBA"
HEADERS: Mapping[str, str] = {
    "Accept": "application/json",
    "Origin": "https://www.bettingpros.com",
    "Referer": "https://www.bettingpros.com/",
}


class BettingProsScraper(Scraper):
    """A feed of bettingpros.com; its key travels in a header."""

    site = "api.bettingpros.com"
    key_setting = "bettingpros_api_key"

    def authenticated(self, request: SourceRequest, key: str) -> SourceRequest:
        """`request` with the key."""
        return replace(request, headers={**request.headers, "X-Api-Key": key})
