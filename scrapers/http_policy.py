"""What an HTTP outcome means and how long to wait before the next attempt; pure functions, no waiting."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Besides 5xx: the request itself was fine, only the moment was not.
_RETRIED_4XX = frozenset({408, 425, 429})
# Longest answers known: a season's schedule (3 MB) and a season's game log (10 MB).
MAX_BODY_BYTES = 64 * 1024 * 1024
# A whole body, however steadily it drips; the read time-out bounds only the wait for the next bytes.
MAX_BODY_SECONDS = 120.0
MAX_REDIRECTS = 5
# The header that asks whether an answer with such a validator still holds.
_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


def is_retried(status: int) -> bool:
    """Whether the same request may be answered later."""
    return status >= 500 or status in _RETRIED_4XX


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or an HTTP date (0 when it has passed).

    None without a header, and for one that is neither form: the backoff decides then.
    """
    if not header:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def wait_seconds(attempt: int, cap: float, retry_after: float | None = None) -> float:
    """The wait after failed attempt number `attempt` (from 1), never more than `cap`.

    What the source asked for, else exponential backoff with jitter: between half and all of 1, 2, 4, 8 … s,
    so that clients that failed together don't come back together.
    """
    if retry_after is not None:
        return min(cap, retry_after)
    longest = min(cap, 2.0 ** (attempt - 1))
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, not a secret


def validators(headers: Mapping[str, str]) -> dict[str, str]:
    """The validators of an answer: its `ETag` and `Last-Modified`, where it has them."""
    return {name: headers[name] for name in _CONDITIONS if headers.get(name)}


def conditional_headers(validators: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request that need not be answered while the answer with these validators holds."""
    return {_CONDITIONS[name]: value for name, value in validators.items() if name in _CONDITIONS}
