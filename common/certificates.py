"""Google's certificates by HTTP, kept for as long as their answer allows: not asked for with every message."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from google.auth import crypt
from google.auth import exceptions as google_auth_errors

log = logging.getLogger(__name__)
_MAX_AGE = re.compile(r"max-age=(\d{1,9})(?!\d)", re.ASCII)
_LONGEST_SECONDS = 24 * 3600.0
_FETCH_SECONDS = 10
# A caller waits for another's fetch as long as that may take, connection and answer.
_WAIT_SECONDS = 2.0 * _FETCH_SECONDS + 1
# For so long nobody asks again after a failure.
FAILURE_SECONDS = 5.0


@dataclass
class _Place:
    """What is known of one address. `fetching` is held by the one who asks."""

    fetching: threading.Lock = field(default_factory=threading.Lock)
    answer: Any = None
    # Moments of the monotonic clock: when it came, from when a newer one is asked for, until when this one is good.
    answered_at: float = 0.0
    renew_at: float = 0.0
    good_until: float = 0.0
    failure: google_auth_errors.TransportError | None = None
    failure_until: float = 0.0


class Certificates:
    """A google-auth transport: called with a URL it returns an answer with `status`, `headers` and `data`.

    One caller at a time asks Google, without holding those up who can go on with what is kept. After half of its age
    an answer is renewed; the old one serves until its end while that fails. A failure is remembered for
    `FAILURE_SECONDS`: it is raised again (TransportError), not waited for again. What is no set of certificates is
    a failure, whatever its status and headers say.
    """

    def __init__(self, fetch: Any) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._places: defaultdict[str, _Place] = defaultdict(_Place)

    def __call__(self, url: str, method: str = "GET", **more: Any) -> Any:
        with self._lock:
            place = self._places[url]
        if (known := _known(place)) is not None:
            return known
        asked = time.monotonic()
        # Who has something to go on with does not wait for another's fetch.
        if not place.fetching.acquire(timeout=0 if asked < place.good_until else _WAIT_SECONDS):
            if time.monotonic() < place.good_until:
                return place.answer
            raise google_auth_errors.TransportError("the certificates are being fetched, and do not come")
        try:
            if (known := _known(place)) is not None:
                return known
            if place.answered_at > asked:
                # Fetched while this caller waited: new enough for it, however short its age is.
                return place.answer
            return self._renew(place, url, method, more)
        finally:
            place.fetching.release()

    def forget(self) -> None:
        """Ask anew next time."""
        with self._lock:
            self._places.clear()

    def _renew(self, place: _Place, url: str, method: str, more: dict[str, Any]) -> Any:
        try:
            answer = self._fetch(url, method=method, timeout=_FETCH_SECONDS, **more)
            _check(answer)
        except (google_auth_errors.TransportError, OSError) as error:
            now = time.monotonic()
            place.failure = google_auth_errors.TransportError(str(error))
            place.failure_until = now + FAILURE_SECONDS
            log.error("the certificates could not be fetched", extra={"url": url, "cause": str(error)[:500]})
            if now < place.good_until:
                return place.answer
            raise place.failure from error
        now, age = time.monotonic(), _age(answer)
        place.answer, place.failure = answer, None
        place.answered_at, place.renew_at, place.good_until = now, now + age / 2, now + age
        return answer


def _known(place: _Place) -> Any:
    """The answer to go on with, None where Google must be asked; raises the failure of a moment ago."""
    now = time.monotonic()
    if now < place.renew_at:
        return place.answer
    if place.failure is not None and now < place.failure_until:
        if now < place.good_until:
            return place.answer
        raise google_auth_errors.TransportError(f"{place.failure} (a moment ago; not asked again yet)")
    return None


def _age(answer: Any) -> float:
    found = _MAX_AGE.search(str(answer.headers.get("cache-control", "")))
    return min(float(found[1]), _LONGEST_SECONDS) if found else 0.0


def _check(answer: Any) -> None:
    """TransportError where `answer` is no set of certificates that a token could be checked with."""
    if answer.status != 200:
        raise google_auth_errors.TransportError(f"the certificates were answered with {answer.status}")
    try:
        found = json.loads(answer.data)
        if not isinstance(found, dict) or not found:
            raise ValueError("no certificates by key id")
        for certificate in found.values():
            crypt.RSAVerifier.from_string(certificate)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise google_auth_errors.TransportError(f"the certificates can't be read: {error}") from error
