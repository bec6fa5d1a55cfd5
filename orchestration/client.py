"""Calls to the services by HTTP, as Cloud Scheduler and people make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import requests

from common import clock
from common.errors import TransientError

_SECONDS = (10, 1800)


class ServiceClient:
    """POSTs JSON to `<base>/<service>/<path>` and returns the answer's body with its HTTP code as `http_status`."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._session = requests.Session()

    def post(self, service: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call one endpoint; TransientError when nobody answers in time."""
        try:
            answer = self._session.post(f"{self._base}/{service}/{path}", json=body, timeout=_SECONDS)
        except requests.RequestException as error:
            raise TransientError("the service did not answer", service=service, path=path, cause=str(error)) from error
        content: dict[str, Any]
        try:
            content = answer.json()
        except requests.JSONDecodeError:
            content = {"status": "failed", "error": answer.text[:500]}
        return {**content, "http_status": answer.status_code}

    def scrape(
        self, scrapers: Sequence[str], first: date, last: date, *, at: datetime | None, post_game: bool = False
    ) -> dict[str, Any]:
        """Fetch these scrapers' payloads for the dates; Phase 1 publishes what it stored."""
        body = {
            "scrapers": list(scrapers),
            "start_date": str(first),
            "end_date": str(last),
            "trigger": "scheduler",
            "simulated_at": clock.iso_utc(at) if at else None,
            "post_game": post_game,
        }
        return self.post("scrapers", "scrape", body)

    def process_dates(
        self, service: str, first: date, last: date, *, at: datetime | None, downstream: bool = False
    ) -> dict[str, Any]:
        """Ask a phase to look at a range of dates by itself."""
        body = {
            "start_date": str(first),
            "end_date": str(last),
            "trigger": "reconcile",
            "downstream": downstream,
            "simulated_at": clock.iso_utc(at) if at else None,
        }
        return self.post(service, "process-date-range", body)
