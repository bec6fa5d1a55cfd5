"""The table of an injury report's PDF as text: one cell a column, one line a ruled row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from common.raw_store import RawPayload
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.pdf import pdf_of

COLUMNS = ("game_date", "game_time", "matchup", "team", "player", "status", "reason")
_HEADER = ("Game", "Date", "Game", "Time", "Matchup", "Team", "Player", "Name", "Current", "Status", "Reason")
# The first word of each column's heading.
_STARTS = (0, 2, 4, 5, 6, 8, 10)
_FOOTER = re.compile(r"Page (\d+) of (\d+)")
_MARGIN = 2.0
_TITLE_SIZE = 15.0
Word = dict[str, Any]
Cells = dict[str, str]


def read_pages(payload: RawPayload) -> tuple[str, list[Cells]]:
    """The title and the rows of all pages, in their order; a cell without text is an empty string."""
    title = ""
    edges: list[float] = []
    rows: list[Cells] = []
    with pdf_of(payload) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            words = page.extract_words(x_tolerance=1.5, extra_attrs=["size"])
            title = title or _text(w for w in words if w["size"] > _TITLE_SIZE)
            words = [w for w in words if w["size"] <= _TITLE_SIZE]
            words = _without_footer(payload, words, number, len(pdf.pages))
            if not edges:
                edges, words = _columns(payload, words)
            rulings = sorted(
                line["top"] for line in page.lines if abs(line["x0"] - edges[4]) < 2 * _MARGIN + 1 and line["width"]
            )
            rows.extend(_rows(words, edges, rulings))
    if not title:
        raise payload_error(payload, "the PDF has no text", field="title")
    return title, rows


def _without_footer(payload: RawPayload, words: list[Word], number: int, pages: int) -> list[Word]:
    bottom = max((w["top"] for w in words), default=0.0)
    footer = [w for w in words if abs(w["top"] - bottom) < _MARGIN]
    found = _FOOTER.fullmatch(_text(footer))
    if found is None or (int(found[1]), int(found[2])) != (number, pages):
        raise payload_error(
            payload, f"expected 'Page {number} of {pages}', found {_text(footer)!r}", field=f"page {number}"
        )
    return [w for w in words if w not in footer]


def _columns(payload: RawPayload, words: list[Word]) -> tuple[list[float], list[Word]]:
    """The left edges of the columns, by the heading of the first page; and the words below it."""
    top = next((w["top"] for w in words if w["text"] == "Matchup"), None)
    heading = sorted((w for w in words if top is not None and abs(w["top"] - top) < _MARGIN), key=lambda w: w["x0"])
    if top is None or tuple(w["text"] for w in heading) != _HEADER:
        raise payload_error(payload, f"expected the columns {' '.join(_HEADER)!r}", field="heading")
    return [heading[n]["x0"] - _MARGIN for n in _STARTS], [w for w in words if w["top"] > top + _MARGIN]


def _rows(words: Sequence[Word], edges: Sequence[float], rulings: Sequence[float]) -> Iterable[Cells]:
    """Words by ruled row and column; rows without a word are left out."""
    bands: dict[int, list[Word]] = {}
    for word in words:
        middle = (word["top"] + word["bottom"]) / 2
        bands.setdefault(sum(r < middle for r in rulings), []).append(word)
    for _, band in sorted(bands.items()):
        yield {
            name: _text(w for w in band if left <= w["x0"] < right)
            for name, left, right in zip(COLUMNS, edges, [*edges[1:], float("inf")], strict=True)
        }


def _text(words: Iterable[Word]) -> str:
    """Words of a cell, line by line."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(round(word["top"] / _MARGIN), []).append(word)
    ordered = [w for _, line in sorted(lines.items()) for w in sorted(line, key=lambda w: w["x0"])]
    return " ".join(str(w["text"]).replace("\x00", "") for w in ordered)
