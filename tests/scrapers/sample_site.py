"""A stand-in for all sites: a local server that answers a site's path with a stored response."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import HTTPAdapter

from scrapers.transport import Transport
from tests.scrapers.misbehaving import MisbehavingSource, answers


@dataclass
class Asked:
    """A request as it reached the site."""

    address: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class SampleSite:
    """Bodies by address (host and path) and parameters; 404 for others, 304 to who has the body already."""

    server: MisbehavingSource
    asked: list[Asked] = field(default_factory=list)
    _bodies: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.script = [self._answer]

    def serve(self, address: str, body: bytes, **params: str) -> None:
        """Answer requests to `address` that have `params` (others may come with them) with `body`."""
        self._bodies.append((address, params, body))

    def transport(self) -> Transport:
        """A session whose requests all come here, whatever host they name, as if it were the real sites."""
        session = requests.Session()
        session.mount("https://", _ToTheSite(self.server.url.rsplit("/", 1)[0]))
        return Transport(session, real_sites=True)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        address, given = parts.path.lstrip("/"), dict(parse_qsl(parts.query))
        self.asked.append(Asked(address, given, dict(handler.headers)))
        for known, params, body in self._bodies:
            if known == address and params.items() <= given.items():
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                if handler.headers.get("If-None-Match") == tag:
                    answers(b"", 304)(handler)
                else:
                    answers(body, headers={"ETag": tag})(handler)
                return
        answers(b'{"message": "not found"}', 404)(handler)


class _ToTheSite(HTTPAdapter):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = f"{self._url}/{parts.netloc}{parts.path}?{parts.query}"
        return super().send(request, *args, **kwargs)


def sample_body(shared: Path, name: str) -> bytes:
    """A response of the samples, e.g. "bdl_games/raw_278cb9ed.json"."""
    content = (shared / "samples" / name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content
