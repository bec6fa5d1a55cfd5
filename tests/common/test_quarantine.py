"""Whatever has to be kept can be kept."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.api_core import exceptions as google_errors

from common.errors import PayloadError, TerminalError
from common.merge import MergeResult
from common.quarantine import Quarantine, QuarantinedPayload
from common.warehouse import QueryResult


@dataclass
class Table:
    """A quarantine table that refuses what `refuses` says."""

    refuses: Callable[[Mapping[str, Any]], bool] = lambda row: False
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> QueryResult:
        return QueryResult()

    def merge_rows(self, table: str, rows: Sequence[dict[str, Any]], **_: object) -> MergeResult:
        if any(self.refuses(r) for r in rows):
            raise TerminalError("refused") from google_errors.BadRequest("row")
        self.kept |= {r["item_id"]: r for r in rows}
        return MergeResult(len(rows), len(rows))


def item(path: str, content: bytes, message: str = "x") -> QuarantinedPayload:
    return QuarantinedPayload("f", path, PayloadError(message, feed="f"), content)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b", b"\xed\xa0\x80", bytes(range(256))])
def test_bytes_that_are_no_text_are_kept_as_base64(content: bytes) -> None:
    table = Table()
    Quarantine(table).payloads([item("p", content)])  # type: ignore[arg-type]
    assert base64.b64decode(table.kept["p"]["content"]) == content


def test_text_is_kept_as_it_came_and_what_is_huge_is_cut_and_says_so() -> None:
    table = Table()
    Quarantine(table).payloads([item("p", "Dončić".encode()), item("q", b"x" * 9_000_000)])  # type: ignore[arg-type]
    assert table.kept["p"]["content"] == "Dončić"
    assert table.kept["q"]["content"].endswith("(9000000 characters)")
    assert len(table.kept["q"]["content"]) < 8_000_100


def test_an_error_of_any_characters_can_be_told() -> None:
    table = Table()
    Quarantine(table).payloads([item("p", b"", "\ud800 \0" + "x" * 9_000)])  # type: ignore[arg-type]
    message = table.kept["p"]["error_message"]
    assert message.startswith("\\ud800 \\x00xxx")
    assert len(message) < 4_100


def test_one_that_is_refused_loses_neither_the_others_nor_itself() -> None:
    table = Table(lambda row: row["content"] == "bad")
    Quarantine(table).payloads([item("a", b"1"), item("b", b"bad"), item("c", b"3")])  # type: ignore[arg-type]
    assert {k: v["content"] for k, v in table.kept.items()} == {"a": "1", "b": None, "c": "3"}
