"""What a feed's body must be to count as an answer; an error page or a body that broke off is none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Literal

BodyKind = Literal["json", "pdf", "html", "csv"]
# How far from its start or end a file's mark may stand.
_HEAD, _TAIL = 1024, 1024


def is_readable(kind: BodyKind, body: bytes) -> bool:
    """Whether `body` is a whole document of `kind`; what stands in it is Phase 2's to judge."""
    return _CHECKS[kind](body)


# Cached: of a range of dates each reads the same 2 MB schedule.
@lru_cache(maxsize=8)
def is_json(body: bytes) -> bool:
    """Whether a body can be read as JSON at all."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _is_pdf(body: bytes) -> bool:
    return b"%PDF-" in body[:_HEAD] and b"%%EOF" in body[-_TAIL:]


def _is_html(body: bytes) -> bool:
    return b"<html" in body[:_HEAD].lower() and b"</html>" in body[-_TAIL:].lower()


def _is_csv(body: bytes) -> bool:
    """A header of several columns and at least one line below it."""
    try:
        lines = csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True)
        header = next(lines, [])
        return len(header) > 1 and not header[0].lstrip().startswith(("<", "{")) and next(lines, None) is not None
    except (UnicodeDecodeError, csv.Error):
        return False


_CHECKS: Mapping[BodyKind, Callable[[bytes], bool]] = {
    "json": is_json,
    "pdf": _is_pdf,
    "html": _is_html,
    "csv": _is_csv,
}
