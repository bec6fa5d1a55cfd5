"""The raw payload archive: every response as it came, kept for good, on a folder or a bucket.

Layout: `<feed>/<scope>/<request>/<fetched_at>.json.gz`; `scope` is the game date or the season that the
request was about. A file holds the request (secrets left out), when it was answered, and the body; all
answers to one request lie side by side, so the newest can be found without an index. An answer equal to
the newest one there makes no new file.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from common import clock
from common import deadline as deadlines
from common.errors import PayloadError
from common.raw_paths import is_inside, segment

_STAMP = "%Y%m%dT%H%M%S%fZ"


def request_folder(feed: str, scope: str, request: str) -> str:
    """The folder of all answers to one request."""
    return f"{segment(feed)}/{segment(scope)}/{segment(request)}"


@dataclass(frozen=True)
class RawPayload:
    """One stored response. `body` is the bytes as they came; `path` is relative to the store."""

    feed: str
    scope: str
    url: str
    params: Mapping[str, str]
    fetched_at: datetime
    status: int
    content_type: str
    body: bytes
    path: str = ""
    sha256: str = field(default="")
    # The answer's ETag and Last-Modified, for asking whether it still holds.
    validators: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON; PayloadError where it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise PayloadError(
                f"the body is not JSON: {error}",
                feed=self.feed,
                raw_path=self.path,
                remedy="the site answered an error page or broke off; scrape again, then retry the payload",
            ) from error


class RawStore:
    """Reads and writes payloads under a file:// or gs:// URL."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.url_to_fs(url)
        self.url = url

    def put(
        self,
        *,
        feed: str,
        scope: str,
        request: str,
        url: str,
        params: Mapping[str, str],
        status: int,
        content_type: str,
        body: bytes,
        fetched_at: datetime | None = None,
        validators: Mapping[str, str] | None = None,
    ) -> str:
        """Keep a response; returns its path, or the path of the equal answer that is there already.

        `request` names the request within its scope (one name a URL and parameters). Equality is asked of
        the newest answer not younger than this one. DeadlineExceededError when the work's time is up.
        """
        fetched_at = fetched_at or clock.now()
        folder = request_folder(feed, scope, request)
        path = f"{folder}/{fetched_at.astimezone(UTC).strftime(_STAMP)}.json.gz"
        digest = hashlib.sha256(body).hexdigest()
        earlier = [p for p in self.list(folder) if p <= path]
        if earlier and self.get(earlier[-1]).sha256 == digest:
            return earlier[-1]
        document: dict[str, Any] = {
            "feed": feed,
            "scope": scope,
            "url": url,
            "params": dict(params),
            "fetched_at": clock.iso_utc(fetched_at),
            "status": status,
            "content_type": content_type,
            "sha256": digest,
        }
        if validators:
            document["validators"] = dict(validators)
        try:
            document["text"] = body.decode("utf-8")
        except UnicodeDecodeError:
            document["base64"] = base64.b64encode(body).decode()
        full = f"{self._root}/{path}"
        self._fs.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
        # mtime=0: the same payload makes the same bytes. Half a surrogate comes back as the site sent it.
        content = gzip.compress(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"), mtime=0)
        # Written beside and moved: a killed scraper leaves no half a payload under a final name, and two that
        # keep the same answer at once don't take each other's file away.
        partial = f"{full}.{uuid.uuid4().hex}.partial"
        if limit := deadlines.current():
            # Whoever gave this work up has reported it by now; its late thread must not store anything.
            limit.check()
        self._fs.pipe_file(partial, content)
        self._fs.mv(partial, full)
        return path

    def get(self, path: str) -> RawPayload:
        """The payload at `path`; PayloadError when the file is missing, damaged or outside the store."""
        feed = path.split("/", 1)[0]
        full = self._inside(path)
        try:
            document = json.loads(gzip.decompress(self._fs.cat_file(full)))
            body = (
                document["text"].encode() if "text" in document else base64.b64decode(document["base64"], validate=True)
            )
            return RawPayload(
                feed=document["feed"],
                scope=document["scope"],
                url=document["url"],
                params=document["params"],
                fetched_at=clock.parse_utc(document["fetched_at"]),
                status=document["status"],
                content_type=document["content_type"],
                body=body,
                path=path,
                sha256=document["sha256"],
                validators=document.get("validators", {}),
            )
        except FileNotFoundError as error:
            raise PayloadError("no such payload in the raw store", feed=feed, raw_path=path) from error
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise PayloadError(
                f"the stored payload is damaged: {error!r}",
                feed=feed,
                raw_path=path,
                remedy="scrape it again",
            ) from error

    def list(self, prefix: str = "") -> list[str]:
        """All payload paths under `prefix` (a folder), oldest answer of a request first; PayloadError as `get`."""
        base = self._inside(prefix.rstrip("/")) if prefix else str(self._root)
        try:
            found: Iterable[str] = self._fs.find(base)
        except FileNotFoundError:
            return []
        cut = len(str(self._root).rstrip("/")) + 1
        return sorted(p[cut:] for p in found if p.endswith(".json.gz"))

    def _inside(self, path: str) -> str:
        """Where `path` is in the file system; PayloadError when that is no place of this store, links followed."""
        full = f"{self._root}/{path}"
        if is_inside(path):
            if not isinstance(self._fs, LocalFileSystem):
                return full
            root = os.path.realpath(self._root)
            if os.path.commonpath([root, os.path.realpath(full)]) == root:
                return full
        raise PayloadError(
            "not a path of the raw store",
            feed=path.split("/", 1)[0][:100],
            raw_path=path[:200],
            remedy="a path is <feed>/<scope>/<request>/<file>, as the store lists it",
        )

    def newest_sibling(self, path: str, not_after: datetime | None = None) -> str:
        """The newest answer to the same request as `path`, at most as of `not_after`."""
        self._inside(path)
        limit = not_after.astimezone(UTC).strftime(_STAMP) if not_after else "9"
        siblings = [p for p in self.list(path.rsplit("/", 1)[0]) if p.rsplit("/", 1)[1] <= f"{limit}~"]
        return siblings[-1] if siblings else path
