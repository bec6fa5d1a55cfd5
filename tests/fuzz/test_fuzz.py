"""Spoilt payloads of every feed, a few a feed; `python -m tests.fuzz` tries many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.raw_store import RawPayload
from data_processors.raw.feeds import FEEDS, Feed
from data_processors.raw.raw_tables import PLAYER_BOXSCORES, ScopeRows
from tests.fuzz import made
from tests.fuzz.corpus import corpus
from tests.fuzz.harness import fuzz

# A PDF or a page takes seconds.
MUTATIONS, OF_LARGE, LARGE = 25, 2, 100_000
SHARED = Path(os.environ.get("NBA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CORPUS = corpus(SHARED)


def is_large(payload: RawPayload) -> bool:
    return len(payload.body) > LARGE


@pytest.mark.usefixtures("shared")
def test_every_feed_has_a_payload() -> None:
    assert [name for name in FEEDS if not CORPUS[name]] == []


@pytest.mark.parametrize("name", FEEDS)
def test_a_spoilt_payload_is_refused_by_name_or_read_for_what_it_can_be(name: str) -> None:
    if not CORPUS[name]:
        pytest.skip("only real answers show this feed's shape")
    count = OF_LARGE if any(map(is_large, CORPUS[name])) else MUTATIONS
    found = fuzz(FEEDS[name], CORPUS[name], count)
    assert found.mutations == count
    assert dict(found.untyped) == {}
    assert dict(found.implausible) == {}


@pytest.fixture
def log() -> Iterator[RawPayload]:
    yield from made.payloads("nbac_player_boxscore")


def test_the_harness_finds_a_parser_that_breaks(log: RawPayload) -> None:
    def breaks(payload: RawPayload) -> list[ScopeRows]:
        first: dict[str, Any] = payload.json()["resultSets"][0]
        rows = [dict(zip(first["headers"], row, strict=False)) for row in first["rowSet"]]
        return [ScopeRows(PLAYER_BOXSCORES, "game:1", payload, rows)]

    found = fuzz(Feed("planted", 1, True, breaks), [log], 60)
    assert found.counts["untyped"] > 0
    assert any(words.startswith("KeyError") for words in found.untyped)


def test_the_harness_finds_a_parser_that_believes_everything(log: RawPayload) -> None:
    def believes(payload: RawPayload) -> list[ScopeRows]:
        return [ScopeRows(PLAYER_BOXSCORES, "game:1", payload, [{"points": -5, "fgm": 9, "fga": 3}])]

    found = fuzz(Feed("planted", 1, True, believes), [log], 5)
    assert (found.counts["implausible"], found.counts["untyped"]) == (5, 0)
