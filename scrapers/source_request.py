"""One request to a source, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scrapers.body_kinds import BodyKind


@dataclass(frozen=True)
class SourceRequest:
    """A GET request. `name` is its stable name within a scope of the raw store, e.g. an event id.

    `secret_params` and `headers` go to the source and nowhere else: not into the raw store, logs or errors.
    With the `validators` of an answer that is kept, the source may say that it still holds.
    """

    name: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    expects: BodyKind = "json"
    validators: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def host(self) -> str:
        """The host that pacing and the circuit breaker go by."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True)
class SourceAnswer:
    """A 200 answer, or a 304 without a body: nothing changed since the answer that the validators are of.

    `readable` is False when the body was not what the request expects at the last attempt either.
    `validators` are the answer's `ETag` and `Last-Modified`, where it has them.
    """

    status: int
    content_type: str
    body: bytes
    readable: bool
    validators: Mapping[str, str] = field(default_factory=dict)

    @property
    def not_modified(self) -> bool:
        """Whether the stored answer still holds."""
        return self.status == NOT_MODIFIED


NOT_MODIFIED = 304
