"""Sends one message to the webhook: bounded in time and attempts, its address never in a log, an error or an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import sleep as real_sleep
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity

from common.errors import ConfigurationError, TransientError
from common.logging import register_secret_address
from common.settings import Settings

log = logging.getLogger(__name__)
VARIABLE = "NBA_ALERT_WEBHOOK_URL"
_TIMEOUT = (5.0, 10.0)
_ATTEMPTS = 3
_RETRIED = frozenset({408, 425, 429})
# Longer than all attempts with their waits take: then a sender that has not said "sent" is dead.
LEASE_SECONDS = 300


class _AttemptFailed(Exception):
    """An attempt that may go well later; its text is free of the address."""


@dataclass
class Webhook:
    """Where messages go. `sleep` waits between attempts."""

    url: str
    sleep: Callable[[float], None] = real_sleep

    @classmethod
    def of(cls, settings: Settings) -> Webhook | None:
        """The webhook of the settings; None where none is set. ConfigurationError for what is no web address."""
        url = settings.alert_webhook_url.get_secret_value().strip() if settings.alert_webhook_url else ""
        if not url:
            return None
        try:
            prepared = requests.Request("POST", url).prepare()
            sound = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
        except (requests.RequestException, ValueError):
            sound = False
        if not sound:
            # The value is not quoted: the address is a secret, a mistyped one too.
            raise ConfigurationError(f"{VARIABLE} is no http(s) address")
        # As the libraries write it in their own errors and debug lines, where signs may be written otherwise.
        register_secret_address(str(prepared.url))
        return cls(url)

    def send(self, body: Mapping[str, Any]) -> None:
        """POST `body` as JSON, up to three times.

        ConfigurationError when the webhook refuses it for good, TransientError when no attempt was taken. Whoever
        did not answer in time may have taken it all the same.
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=tenacity.wait_exponential(multiplier=1, max=10),
            retry=tenacity.retry_if_exception_type(_AttemptFailed),
            sleep=self.sleep,
            before_sleep=_log_retry,
            reraise=True,
        )
        try:
            retrying(self._attempt, body)
        except _AttemptFailed as failure:
            raise TransientError(f"the alert webhook did not take the message: {failure}", attempts=_ATTEMPTS) from None

    def _attempt(self, body: Mapping[str, Any]) -> None:
        try:
            # The answer's body is not read: nothing in it is of use, and it could come for ever.
            with requests.post(self.url, json=body, timeout=_TIMEOUT, allow_redirects=False, stream=True) as answer:
                status = answer.status_code
        except (requests.RequestException, OSError) as error:
            # Their words quote the address.
            raise _AttemptFailed(type(error).__name__) from None
        if status >= 500 or status in _RETRIED:
            raise _AttemptFailed(f"HTTP {status}")
        if not 200 <= status < 300:
            raise ConfigurationError(f"the alert webhook refused the message: is {VARIABLE} right?", status=status)


def _log_retry(state: tenacity.RetryCallState) -> None:
    failure = state.outcome.exception() if state.outcome else None
    log.warning("alert not taken yet; trying again", extra={"attempt": state.attempt_number, "cause": str(failure)})
