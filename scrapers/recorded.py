"""The recorded transport: an archive of real answers under the same `requests` session.

An archive is a folder with `index.jsonl`, one answer a line: `method, url, params, file, available_from`
(UTC); `params` without secrets and without `date`. It answers as the site would have at the caller's
moment: only what was available by then. Every answer carries `X-NBA-Source: recorded`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter

from common import clock
from common.errors import ConfigurationError
from common.settings import Settings
from scrapers.made_response import MISSING_HEADER, NO_ENTRY, NOT_YET, made_response

_SOURCE = "recorded"
_UNINDEXED = frozenset({"apiKey", "date"})
# There `date` is the moment that history is asked for; to other sites it is a parameter like any.
_ODDS_HOST = "api.the-odds-api.com"
_Key = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Recording:
    """One answer of the archive."""

    file: Path
    available_from: datetime

    def body(self) -> bytes:
        """The answer's bytes."""
        content = self.file.read_bytes()
        return gzip.decompress(content) if self.file.suffix == ".gz" else content


class Archive:
    """The index of an archive; reading it takes tens of milliseconds, a look-up none."""

    def __init__(self, folder: Path) -> None:
        index = folder / "index.jsonl"
        if not index.is_file():
            raise ConfigurationError(
                "no recorded archive here: set NBA_ARCHIVE (or --archive) to a folder with index.jsonl",
                setting="archive",
                folder=str(folder),
            )
        self._recordings: dict[_Key, list[Recording]] = {}
        with index.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    entry = json.loads(line)
                    recording = Recording(folder / entry["file"], clock.parse_utc(entry["available_from"]))
                    key = _key(entry["method"], entry["url"], entry["params"])
                except (ValueError, KeyError) as error:
                    raise ConfigurationError(
                        f"the archive's index cannot be read: {error!r}", file=str(index), line=number
                    ) from error
                self._recordings.setdefault(key, []).append(recording)
        for recordings in self._recordings.values():
            recordings.sort(key=lambda r: r.available_from)

    def find(self, method: str, url: str, params: Mapping[str, str]) -> list[Recording]:
        """All answers to a request, oldest first; empty when the archive does not know it."""
        return self._recordings.get(_key(method, url, params), [])


@lru_cache(maxsize=2)
def open_archive(folder: Path) -> Archive:
    """The archive in `folder`; its index is read once a process."""
    return Archive(folder)


def archive_of(settings: Settings) -> Archive:
    """The archive of the settings; ConfigurationError when there is none."""
    if settings.archive is None:
        raise ConfigurationError("source=recorded needs an archive: set NBA_ARCHIVE or --archive", setting="archive")
    return open_archive(settings.archive.absolute())


class RecordedAdapter(BaseAdapter):
    """Answers requests from an archive; never opens a connection."""

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive

    def send(self, request: requests.PreparedRequest, *_args: object, **_kwargs: object) -> requests.Response:
        """The newest answer that was there at the request's `date`, or else at the caller's clock."""
        parts = urlsplit(request.url or "")
        url = f"{parts.scheme}://{parts.netloc}{parts.path}"
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        of_a_moment = "date" in query and parts.netloc == _ODDS_HOST
        moment = clock.parse_utc(query["date"]) if of_a_moment else clock.now()
        wanted = {k: v for k, v in query.items() if k not in _UNINDEXED or (k == "date" and not of_a_moment)}
        if of_a_moment and url.endswith("/events"):
            wanted["game_date"] = clock.eastern_date(moment).isoformat()
        method = request.method or "GET"
        recordings = self._archive.find(method, url, wanted)
        if not recordings:
            return _missing(request, NO_ENTRY, f"the archive has no answer to {method} {url} {_shown(wanted)}")
        there = [r for r in recordings if r.available_from <= moment]
        if there:
            headers = {"X-NBA-Available-From": clock.iso_utc(there[-1].available_from)}
            return made_response(request, _SOURCE, 200, there[-1].body(), headers)
        first = clock.iso_utc(recordings[0].available_from)
        envelope = _without_rows(recordings[0].body())
        if envelope is not None:
            return made_response(request, _SOURCE, 200, envelope, {"X-NBA-Available-From": first})
        asked = clock.iso_utc(moment)
        return _missing(request, NOT_YET, f"nothing yet at {asked}, first at {first}: {method} {url} {_shown(wanted)}")

    def close(self) -> None:
        """Nothing to close."""


def _key(method: str, url: str, params: Mapping[str, object]) -> _Key:
    return method.upper(), url, frozenset((k, str(v)) for k, v in params.items())


def _shown(params: Mapping[str, str]) -> str:
    return "&".join(f"{k}={v}" for k, v in sorted(params.items()))


def _without_rows(body: bytes) -> bytes | None:
    """stats.nba.com's envelope without rows, as it answers before a game; None for what has no such envelope.

    That is also a file that is no JSON (a PDF, a page): before it is published, the site has none.
    """
    try:
        document: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(document, dict) or "resultSets" not in document:
        return None
    emptied = [{**result, "rowSet": []} for result in document["resultSets"]]
    return json.dumps({**document, "resultSets": emptied}).encode()


def _missing(request: requests.PreparedRequest, why: str, message: str) -> requests.Response:
    return made_response(request, _SOURCE, 404, json.dumps({"message": message}).encode(), {MISSING_HEADER: why})
