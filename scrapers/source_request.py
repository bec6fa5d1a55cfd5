"""One request to a source, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class SourceRequest:
    """A GET request. `name` is its stable name within a scope of the raw store, e.g. an event id.

    `secret_params` and `headers` go to the source and nowhere else: not into the raw store, logs or errors.
    """

    name: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def host(self) -> str:
        """The host that pacing and the circuit breaker go by."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True)
class SourceAnswer:
    """A 200 answer. `readable` is False when the body was no JSON at the last attempt either."""

    status: int
    content_type: str
    body: bytes
    readable: bool
