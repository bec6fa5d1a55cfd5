"""The raw payload archive: every response as it came, kept for good, on a folder or a bucket.

Layout: `<feed>/<scope>/<request>/<fetched_at>.json.gz`; `scope` is the game date or the season that the
request was about. A file holds the request (secrets left out), when it was answered, and the body; all
answers to one request lie side by side, so the newest can be found without an index. An answer equal to
the newest one there makes no new file. A file whose bytes are damaged counts as absent: whoever stores an answer
beside it sets it apart as `<name>.damaged`, for a person, and readers go on with the newest one that can be read.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import logging
import os
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from common import clock
from common import deadline as deadlines
from common.errors import ConfigurationError, PayloadError
from common.raw_paths import is_inside, segment
from common.storage_errors import storage_call

log = logging.getLogger(__name__)
_STAMP = "%Y%m%dT%H%M%S%fZ"
_FILE, _DAMAGED = ".json.gz", ".damaged"


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
        except (ValueError, RecursionError) as error:
            raise PayloadError(
                f"the body is not JSON: {error}",
                feed=self.feed,
                raw_path=self.path,
                remedy="the site answered an error page or broke off; scrape again, then retry the payload",
            ) from error


class RawStore:
    """Reads and writes payloads under a file:// or gs:// URL.

    Every call raises StorageUnavailableError where the storage can't do it now, ConfigurationError where it refuses.
    """

    def __init__(self, url: str) -> None:
        # A listing that is kept would never show what other instances store.
        self._fs, self._root = fsspec.url_to_fs(url, use_listings_cache=False)
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
        the newest answer not younger than this one; where that one is damaged it is set apart, and this answer is
        kept whatever lies before it. DeadlineExceededError when the work's time is up.
        """
        fetched_at = fetched_at or clock.now()
        folder = request_folder(feed, scope, request)
        path = f"{folder}/{fetched_at.astimezone(UTC).strftime(_STAMP)}.json.gz"
        digest = hashlib.sha256(body).hexdigest()
        earlier = [p for p in self.list(folder) if p <= path]
        if earlier and self._holds(earlier[-1], digest):
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
        # mtime=0: the same payload makes the same bytes. Half a surrogate comes back as the site sent it.
        content = gzip.compress(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"), mtime=0)
        self._write(path, content)
        return path

    def get(self, path: str) -> RawPayload:
        """The payload at `path`; PayloadError when the file is missing, damaged (by its bytes) or outside the store."""
        feed = path.split("/", 1)[0]
        full = self._inside(path)
        try:
            with storage_call("read", path):
                content: bytes = self._fs.cat_file(full)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise PayloadError("no such payload in the raw store", feed=feed, raw_path=path) from error
        try:
            return _opened(content, path)
        except (gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, OverflowError, RecursionError) as error:
            raise PayloadError(
                f"the stored payload is damaged: {error!r}",
                feed=feed,
                raw_path=path,
                remedy="scrape it again",
            ) from error

    def list(self, prefix: str = "") -> list[str]:
        """All payload paths under `prefix` (a folder), oldest answer of a request first; PayloadError as `get`."""
        return [p for p in self._files(prefix) if p.endswith(_FILE)]

    def damaged(self, prefix: str = "") -> Sequence[str]:
        """The files under `prefix` that were set apart because their bytes are damaged."""
        return [p for p in self._files(prefix) if p.endswith(_DAMAGED)]

    def answers(self, folder: str, not_after: datetime | None = None) -> Sequence[str]:
        """The answers to one request, the newest first, at most as of `not_after`."""
        limit = not_after.astimezone(UTC).strftime(_STAMP) if not_after else "9"
        return [p for p in reversed(self.list(folder)) if p.rsplit("/", 1)[1] <= f"{limit}~"]

    def newest_sibling(self, path: str, not_after: datetime | None = None) -> str:
        """The newest answer to the same request as `path`, at most as of `not_after`; it may be damaged."""
        self._inside(path)
        return next(iter(self.answers(path.rsplit("/", 1)[0], not_after)), path)

    def readable(self, paths: Iterable[str]) -> Iterator[RawPayload]:
        """The payloads at `paths` that can be opened, one by one; a damaged or missing one is told in the log."""
        for path in paths:
            try:
                yield self.get(path)
            except PayloadError as error:
                log.warning("passed over a damaged payload", extra={"raw_path": path, "error": str(error)})

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

    def _holds(self, path: str, digest: str) -> bool:
        """Whether the file at `path` has this body; a damaged one is set apart and has not."""
        try:
            return self.get(path).sha256 == digest
        except PayloadError as error:
            log.warning("a damaged payload was set apart", extra={"raw_path": path, "error": str(error)})
        try:
            with storage_call("write", path):
                self._fs.mv(f"{self._root}/{path}", f"{self._root}/{path}.{uuid.uuid4().hex[:8]}{_DAMAGED}")
        except FileNotFoundError:
            log.info("somebody else has set it apart", extra={"raw_path": path})
        return False

    def _write(self, path: str, content: bytes) -> None:
        full = f"{self._root}/{path}"
        # Written beside and moved: a killed scraper leaves no half a payload under a final name, and two that
        # keep the same answer at once don't take each other's file away.
        partial = f"{full}.{uuid.uuid4().hex}.partial"
        try:
            with storage_call("write", path):
                self._fs.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
            if limit := deadlines.current():
                # Whoever gave this work up has reported it by now; its late thread must not store anything.
                limit.check()
            with storage_call("write", path):
                self._fs.pipe_file(partial, content)
                self._fs.mv(partial, full)
        except FileNotFoundError as error:
            raise ConfigurationError(
                "the raw store is not there", url=self.url, remedy="make the bucket or the folder"
            ) from error

    def _files(self, prefix: str) -> Sequence[str]:
        base = self._inside(prefix.rstrip("/")) if prefix else str(self._root).rstrip("/")
        try:
            with storage_call("list", prefix or self.url):
                found = _files_below(base) if isinstance(self._fs, LocalFileSystem) else self._fs.find(base)
        except (FileNotFoundError, NotADirectoryError):
            return []
        cut = len(str(self._root).rstrip("/")) + 1
        return sorted(p[cut:] for p in found)


def _files_below(base: str) -> list[str]:
    """All files below a folder. fsspec's own walk leaves out, unsaid, whatever it can't list."""

    def refuse(error: OSError) -> None:
        # A folder below may go while it is walked; then it has nothing.
        if not isinstance(error, FileNotFoundError) or error.filename == base:
            raise error

    return [f"{folder}/{name}" for folder, _, names in os.walk(base, onerror=refuse) for name in names]


def _opened(content: bytes, path: str) -> RawPayload:
    """The payload in a stored file; ValueError, KeyError or one of gzip's errors where the bytes are damaged."""
    document = json.loads(gzip.decompress(content))
    if not isinstance(document, dict):
        raise ValueError(f"expected an object, found {type(document).__name__}")

    def typed[T](name: str, kind: type[T]) -> T:
        value = document[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ValueError(f"{name}: expected {kind.__name__}, found {type(value).__name__}")
        return value

    body = typed("text", str).encode() if "text" in document else base64.b64decode(typed("base64", str), validate=True)
    sha256 = typed("sha256", str)
    if hashlib.sha256(body).hexdigest() != sha256:
        raise ValueError("the body does not fit its sha256")
    feed = typed("feed", str)
    if feed != path.split("/", 1)[0]:
        raise ValueError(f"a payload of {feed!r} lies here")
    return RawPayload(
        feed=feed,
        scope=typed("scope", str),
        url=typed("url", str),
        params=_texts(typed("params", dict)),
        fetched_at=clock.parse_utc(typed("fetched_at", str)),
        status=typed("status", int),
        content_type=typed("content_type", str),
        body=body,
        path=path,
        sha256=sha256,
        validators=_texts(typed("validators", dict)) if "validators" in document else {},
    )


def _texts(found: dict[Any, Any]) -> Mapping[str, str]:
    if not all(isinstance(v, str) for v in found.values()):
        raise ValueError("expected texts under names")
    return found
