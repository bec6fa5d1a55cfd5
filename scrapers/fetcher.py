"""Fetches one request: pacing, time-outs, retries with backoff, a circuit breaker a host, errors without secrets."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache

import requests
import tenacity
import urllib3

from common import clock
from common import deadline as deadlines
from common.errors import RequestError, SourceUnavailableError
from common.logging import redact
from common.settings import Settings
from scrapers import http_policy
from scrapers.body_kinds import is_readable
from scrapers.circuit import CircuitBreaker
from scrapers.made_response import MISSING_HEADER
from scrapers.pacing import Pacer
from scrapers.redirects import opened
from scrapers.source_request import NOT_MODIFIED, SourceAnswer, SourceRequest
from scrapers.transport import Transport, build_transport

log = logging.getLogger(__name__)
_CHUNK = 64 * 1024
_making = threading.Lock()


class _AttemptFailed(Exception):
    """An attempt whose request may be answered later; its text is free of secrets."""

    def __init__(self, reason: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.retry_after = retry_after


class Fetcher:
    """One session over a transport; shared by all threads of a process, so that hosts are paced together."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport | None = None,
        *,
        pacer: Pacer | None = None,
        breaker: CircuitBreaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
        body_seconds: float = http_policy.MAX_BODY_SECONDS,
        body_bytes: int = http_policy.MAX_BODY_BYTES,
    ) -> None:
        transport = transport or build_transport(settings)
        self.real_sites = transport.real_sites
        self._settings = settings
        self._session = transport.session
        self._pacer = pacer or Pacer(sleep=sleep)
        self._breaker = breaker or CircuitBreaker()
        self._sleep = sleep
        self._body_seconds = body_seconds
        self._body_bytes = body_bytes

    def fetch(self, request: SourceRequest) -> SourceAnswer:
        """The source's 200 answer; `readable` is False when the last attempt, too, got not what was expected.

        A request with the `validators` of an answer that is kept may be told that it still holds (304).
        RequestError when the source says no for good, SourceUnavailableError when all attempts failed or
        the host's circuit is open, DeadlineExceededError when the work's own time is up.
        """
        self._breaker.check(request.host)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.http_max_attempts),
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(_AttemptFailed) | tenacity.retry_if_result(_is_unreadable),
            sleep=self._bounded_sleep,
            before_sleep=lambda state: _log_retry(request, state),
            # What the last attempt brought, as it is: an unreadable body is kept, for a person to see.
            retry_error_callback=_last_outcome,
        )
        try:
            answer: SourceAnswer = retrying(self._attempt, request)
        except _AttemptFailed as failure:
            self._breaker.failed(request.host)
            raise SourceUnavailableError(
                f"the source did not answer: {failure}",
                url=request.url,
                params=dict(request.params),
                status=failure.status,
                attempts=self._settings.http_max_attempts,
            ) from None
        except RequestError:
            self._breaker.succeeded(request.host)
            raise
        if answer.readable:
            self._breaker.succeeded(request.host)
        else:
            # A page that says "blocked", most likely; asking on would not help.
            self._breaker.failed(request.host)
        return answer

    def _attempt(self, request: SourceRequest) -> SourceAnswer:
        if limit := deadlines.current():
            limit.check()
        if self.real_sites:
            self._pacer.wait(request.host)
        try:
            headers = {**request.headers, **http_policy.conditional_headers(request.validators)}
            timeout = (self._settings.http_connect_timeout, self._settings.http_read_timeout)
            with opened(self._session, request, headers, timeout) as response:
                status = response.status_code
                body = self._read_body(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # `from None`: the library's errors quote the whole URL, key included.
            raise _AttemptFailed(f"{type(error).__name__}: {_public(request, str(error))}") from None
        if http_policy.is_retried(status):
            header = response.headers.get("Retry-After")
            wait = http_policy.retry_after_seconds(header, clock.wall_clock())
            raise _AttemptFailed(f"HTTP {status}", status=status, retry_after=wait)
        if status == NOT_MODIFIED and request.validators:
            return SourceAnswer(status, "", b"", readable=True, validators=request.validators)
        if status != requests.codes.ok:
            said = _public(request, body[:200].decode("utf-8", "replace"))
            missing = response.headers.get(MISSING_HEADER)
            raise _refused(request, f"the source refused: {said}", status=status, missing=missing)
        return SourceAnswer(
            status=status,
            content_type=response.headers.get("Content-Type", ""),
            body=body,
            readable=is_readable(request.expects, body),
            validators=http_policy.validators(response.headers),
        )

    def _read_body(self, response: requests.Response) -> bytes:
        """The body, decoded; bounded in bytes and in seconds however slowly it drips."""
        ends = time.monotonic() + self._body_seconds
        parts: list[bytes] = []
        size = 0
        # read1 returns what has arrived; read and iter_content would wait until a chunk is full.
        while part := response.raw.read1(_CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self._body_bytes:
                raise _AttemptFailed(f"the body is longer than {self._body_bytes} bytes")
            if time.monotonic() > ends:
                raise _AttemptFailed(f"the body took longer than {self._body_seconds} s")
        return b"".join(parts)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        retry_after = failure.retry_after if isinstance(failure, _AttemptFailed) else None
        return http_policy.wait_seconds(state.attempt_number, self._settings.http_backoff_cap, retry_after)

    def _bounded_sleep(self, seconds: float) -> None:
        limit = deadlines.current()
        self._sleep(min(seconds, limit.remaining()) if limit else seconds)


def fetcher_for(settings: Settings) -> Fetcher:
    """The process's fetcher for these settings: pacing and circuits are shared by all that ask."""
    # Two first requests at once must not make two.
    with _making:
        return _fetcher(settings)


@lru_cache(maxsize=4)
def _fetcher(settings: Settings) -> Fetcher:
    return Fetcher(settings)


def _is_unreadable(answer: SourceAnswer) -> bool:
    return not answer.readable


def _last_outcome(state: tenacity.RetryCallState) -> object:
    return state.outcome.result() if state.outcome else None


def _public(request: SourceRequest, text: str) -> str:
    for secret in request.secret_params.values():
        text = text.replace(secret, "***")
    return redact(text)


def _refused(request: SourceRequest, message: str, **attributes: object) -> RequestError:
    status = attributes.pop("status", None)
    return RequestError(
        message,
        status=status if isinstance(status, int) else None,
        url=request.url,
        params=dict(request.params),
        **attributes,
    )


def _log_retry(request: SourceRequest, state: tenacity.RetryCallState) -> None:
    failure = state.outcome.exception() if state.outcome else None
    log.warning(
        "a source did not answer well; asking again",
        extra={
            "url": request.url,
            "request": request.name,
            "attempt": state.attempt_number,
            "reason": str(failure) if failure else f"the body is not {request.expects}",
            "wait_seconds": round(state.upcoming_sleep, 2),
        },
    )
