"""Calls to the services by HTTP, as Cloud Scheduler and people make them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from google.auth import exceptions as google_auth_errors
from google.auth.transport import requests as google_requests
from google.oauth2 import id_token

from common import clock
from common.errors import ConfigurationError, TransientError
from common.events import Trigger
from common.logging import correlation_id

log = logging.getLogger(__name__)
_CONNECT_SECONDS = 10.0
# Doubled with each repeat: five of them are half a minute in all, more than a worker takes to start.
_PAUSE_SECONDS = 0.5
_SECONDS = 1800.0


def token_of_this_account(audience: str) -> str:
    """An OIDC token of the account that this process runs as, for one service.

    ConfigurationError where there is no account, TransientError when Google did not answer.
    """
    try:
        return str(id_token.fetch_id_token(google_requests.Request(), audience))
    except google_auth_errors.TransportError as error:
        raise TransientError("no identity token could be fetched", audience=audience, cause=str(error)) from error
    except google_auth_errors.GoogleAuthError as error:
        raise ConfigurationError(
            "calling a service needs a Google account: run on Cloud Run, or set GOOGLE_APPLICATION_CREDENTIALS",
            audience=audience,
            cause=str(error),
        ) from error


class ServiceClient:
    """POSTs JSON to a path of a service and returns the answer's body with its HTTP code as `http_status`.

    A service is at `<base_url>/<service>`, or, where the URL has `{service}` in it, at that address with the name
    put in, as Cloud Run's are. Over https a call carries an identity token for the service; it also carries the
    correlation id of the work that it belongs to. A call whose connection breaks, for the process that answers has
    died, is sent again up to `repeats` times, with growing pauses: every call converges.
    """

    def __init__(self, base_url: str, *, token: Callable[[str], str] = token_of_this_account, repeats: int = 0) -> None:
        self._base = base_url.rstrip("/")
        self._token = token
        self._repeats = repeats
        self._session = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.close()

    def address(self, service: str) -> str:
        """The base URL of a service: the audience of its tokens."""
        if "{service}" in self._base:
            return self._base.replace("{service}", service)
        return f"{self._base}/{service}"

    def post(self, service: str, path: str, body: dict[str, Any], *, seconds: float = _SECONDS) -> dict[str, Any]:
        """Call one endpoint; TransientError when nobody answers within `seconds`."""
        address = self.address(service)
        headers = {}
        if correlation := correlation_id.get():
            headers["X-Correlation-Id"] = correlation
        if urlsplit(address).scheme == "https":
            headers["Authorization"] = f"Bearer {self._token(address)}"
        timeout = (min(_CONNECT_SECONDS, seconds), seconds)

        def send() -> requests.Response:
            return self._session.post(f"{address}/{path}", json=body, headers=headers, timeout=timeout)

        try:
            answer = self._insisting(send, f"{service}/{path}")
        except requests.RequestException as error:
            raise TransientError("the service did not answer", service=service, path=path, cause=str(error)) from error
        content: dict[str, Any]
        try:
            content = answer.json()
        except requests.JSONDecodeError:
            content = {"status": "failed", "error": answer.text[:500]}
        return {**content, "http_status": answer.status_code}

    def _insisting(self, send: Callable[[], requests.Response], what: str) -> requests.Response:
        for attempt in range(self._repeats):
            try:
                return send()
            # Not for one that is slow: that is a ReadTimeout. ChunkedEncodingError: it died while it answered.
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
                log.warning("the connection broke; calling again", extra={"call": what, "cause": str(error)})
                time.sleep(_PAUSE_SECONDS * 2**attempt)
        return send()

    def scrape(
        self,
        scrapers: Sequence[str],
        first: date,
        last: date,
        *,
        at: datetime | None,
        post_game: bool = False,
        trigger: Trigger = "scheduler",
        parallel: bool = False,
        timeouts: Mapping[str, float] | None = None,
        retries: Mapping[str, int] | None = None,
        seconds: float = _SECONDS,
    ) -> dict[str, Any]:
        """Fetch these scrapers' payloads for the dates; Phase 1 publishes what it stored."""
        body = {
            "scrapers": list(scrapers),
            "start_date": str(first),
            "end_date": str(last),
            "trigger": trigger,
            "simulated_at": clock.iso_utc(at) if at else None,
            "post_game": post_game,
            "parallel": parallel,
            "timeouts": dict(timeouts or {}),
            "retries": dict(retries or {}),
        }
        return self.post("scrapers", "scrape", body, seconds=seconds)

    def process_dates(
        self,
        service: str,
        first: date,
        last: date,
        *,
        at: datetime | None,
        downstream: bool = False,
        publish: bool = True,
        force: bool = False,
    ) -> dict[str, Any]:
        """Ask a phase to look at a range of dates by itself; without `publish` it tells no other phase.

        With `force` it computes again what is up to date.
        """
        body = {
            "start_date": str(first),
            "end_date": str(last),
            "trigger": "reconcile",
            "downstream": downstream,
            "publish": publish,
            "force": force,
            "simulated_at": clock.iso_utc(at) if at else None,
        }
        return self.post(service, "process-date-range", body)
