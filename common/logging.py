"""JSON logs, one object a line, each with the correlation id of the work that wrote it; secrets never appear."""

from __future__ import annotations

import json
import logging
import math
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import islice

from common.errors import NbaError
from common.storable_text import storable

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_SECRET_PARAMETER = re.compile(
    r"(?i)\b(api_?key|access_token|authorization|x-api-key|token)(=|:\s*|\"\s*:\s*\")([^&\s\"']+)"
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_known_secrets: set[str] = set()
# A shorter path of a secret address is a word like "hook".
_SECRET_PATH = 12
# A line says what happened; what it happened to is in a table or a file, and may have megabytes.
_LONGEST_TEXT = 4000
_LONGEST_STACK = 16_000
_MOST_ITEMS = 100
_MOST_LEVELS = 6
_INT64 = 2**63


def register_secret(value: str) -> None:
    """From now on `value` is written as *** wherever it would appear in a log line."""
    if len(value) >= 4:
        _known_secrets.add(value)


def register_secret_address(url: str) -> None:
    """Register a URL that is a secret as a whole, as a webhook's is.

    Libraries quote host and path apart, so the path with its query is registered, too; one that is too short to be a
    secret is not, since it would be taken out of other texts.
    """
    register_secret(url)
    rest = url.partition("://")[2].partition("/")[2]
    if len(rest) >= _SECRET_PATH:
        register_secret(rest)


def without_known_secrets(text: str) -> str:
    """`text` without any registered secret; nothing else in it is touched."""
    for secret in _known_secrets:
        text = text.replace(secret, "***")
    return text


def redact(text: str) -> str:
    """`text` without the values of secret parameters and without any registered secret."""
    return _SECRET_PARAMETER.sub(r"\1\2***", without_known_secrets(text))


def _redacted(value: object, level: int = 0, longest: int = _LONGEST_TEXT) -> object:
    """A value of a log line as it may be written: every text redacted, bounded, and of characters that UTF-8 has.

    Redacted before it is JSON, where quotes are written otherwise, and before it is cut: half a secret is one, too.
    """
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        if level == _MOST_LEVELS:
            return f"… ({len(value)} more)"
        inner = list(islice(value, _MOST_ITEMS))
        if isinstance(value, Mapping):
            found: dict[str, object] = {_bounded(str(k)): _redacted(value[k], level + 1) for k in inner}
            return found | ({"…": f"{len(value) - len(inner)} more"} if len(value) > len(inner) else {})
        more = [f"… ({len(value) - len(inner)} more)"] if len(value) > len(inner) else []
        return [_redacted(v, level + 1) for v in inner] + more
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _INT64 else "a number beyond 64 bits"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return _bounded(redact(_text(value)), longest)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - a log line must not fail over what it quotes
        return f"({type(value).__name__} that can't be shown: {type(error).__name__})"


def _bounded(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Beginning and end of a long `text`: an error's words stand at either."""
    if len(text) > longest:
        half = longest // 2
        text = f"{text[:half]} … ({len(text) - 2 * half} characters left out) … {text[-half:]}"
    return storable(text)


@contextmanager
def correlated(value: str | None) -> Iterator[None]:
    """Give every log line inside the block this correlation id."""
    token = correlation_id.set(value)
    try:
        yield
    finally:
        correlation_id.reset(token)


class JsonFormatter(logging.Formatter):
    """Cloud Logging's structured fields: severity, message, time; `extra=` and error attributes beside them."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "severity": record.levelname,
            "message": record.getMessage(),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "service": self.service,
            "logger": record.name,
        }
        if current := correlation_id.get():
            line["correlation_id"] = current
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error_type"] = type(error).__name__
            if isinstance(error, NbaError):
                line |= {f"error_{k}": v for k, v in error.attributes.items()}
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(
            {k: _redacted(v, longest=_LONGEST_STACK if k == "stack" else _LONGEST_TEXT) for k, v in line.items()},
            ensure_ascii=False,
        )


def configure(service: str, level: str = "INFO") -> None:
    """Send this process's logs to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
