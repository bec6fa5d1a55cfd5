"""How balldontlie.io is asked: a bearer's key, and pages by cursor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import ClassVar

from common.context import Context
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest

_BASE_URL = "https://api.balldontlie.io/v1"
_PAGE_SIZE = "100"


class BdlScraper(Scraper):
    """A feed of balldontlie.io. Each page is a payload of its own, named by its cursor."""

    site = "api.balldontlie.io"
    key_setting = "bdl_api_key"
    path: ClassVar[str]
    request_name: ClassVar[str]
    paged: ClassVar[bool] = True

    def parameters(self, day: date) -> Mapping[str, str]:
        """The parameters of a date, those of the pages apart."""
        return {}

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """The first page."""
        params = {**self.parameters(day), **({"per_page": _PAGE_SIZE} if self.paged else {})}
        return [SourceRequest(self.request_name, f"{_BASE_URL}/{self.path}", params)]

    def next_page(self, request: SourceRequest, body: bytes) -> SourceRequest | None:
        """The page of `meta.next_cursor`; the last page names none."""
        document = json.loads(body)
        meta = document.get("meta") if isinstance(document, dict) else None
        cursor = meta.get("next_cursor") if isinstance(meta, dict) else None
        if cursor is None:
            return None
        params = {**request.params, "cursor": str(cursor)}
        return replace(request, name=f"{self.request_name}_from_{cursor}", params=params)

    def authenticated(self, request: SourceRequest, key: str) -> SourceRequest:
        """`request` with the key as a bearer's token."""
        return replace(request, headers={**request.headers, "Authorization": f"Bearer {key}"})
