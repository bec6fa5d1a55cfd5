"""Follows a source's redirects, without our keys wherever they lead to somebody else.

`requests` takes only `Authorization` out of a request that is redirected to another host; keys also travel in
headers of a source's own and in the query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote, unquote_plus, urljoin, urlsplit

import requests

from common.errors import RequestError
from scrapers.http_policy import MAX_REDIRECTS
from scrapers.source_request import SourceRequest

# What a stranger may see. All else stays behind: a header that is forgotten here costs an answer, not a key.
_HARMLESS = frozenset({"accept", "accept-language", "user-agent", "referer", "origin"})
_PORTS = {"http": 80, "https": 443}


@contextmanager
def opened(
    session: requests.Session, request: SourceRequest, headers: Mapping[str, str], timeout: tuple[float, float]
) -> Iterator[requests.Response]:
    """The answer to a request, its body unread, after all redirects; `headers` are those of the request and more.

    Once a redirect has left the origin (scheme, host, port), only harmless headers are sent. RequestError for
    redirects without end, and for one that would carry a key of the query to another origin.
    """
    url, params = request.url, {**request.params, **request.secret_params}
    for _ in range(MAX_REDIRECTS + 1):
        with session.get(
            url, params=params, headers=headers, timeout=timeout, stream=True, allow_redirects=False
        ) as response:
            location = session.get_redirect_target(response)
            if location is None:
                yield response
                return
            target = urljoin(response.url, location)
        if _origin(target) != _origin(url):
            shown = (target, unquote(target), unquote_plus(target))
            if any(secret in text for secret in request.secret_params.values() for text in shown):
                raise RequestError("the source redirects our key to another host", url=request.url, to=_host(target))
            headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
        url, params = target, {}
    raise RequestError("the source redirects without end", url=request.url, params=dict(request.params))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
