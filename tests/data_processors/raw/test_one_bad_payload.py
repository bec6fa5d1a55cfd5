"""A payload that breaks its parser, or holds what no column can, costs itself and nothing else."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.api_core import exceptions as google_errors

from common.errors import PayloadError, StorageUnavailableError, TerminalError
from common.merge import MergeResult
from common.raw_store import RawPayload, RawStore
from common.warehouse import QueryResult
from data_processors.raw import reading
from data_processors.raw.culprits import land_apart
from data_processors.raw.feeds import FEEDS
from data_processors.raw.landing import State
from data_processors.raw.raw_tables import PLAYER_LIST, Row, ScopeRows
from data_processors.raw.row_values import check_values
from tests.data_processors.raw.archive import payload

FEED = "nbac_player_list"


@dataclass
class Nothing:
    """A warehouse without rows that refuses to load what `poison` says."""

    poison: Callable[[Mapping[str, Any]], bool] = lambda row: False
    loads: list[list[int]] = field(default_factory=list)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> QueryResult:
        return QueryResult()

    @contextmanager
    def staged_rows(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        self.loads.append([r["player_id"] for r in rows])
        if any(self.poison(r) for r in rows):
            raise TerminalError("BigQuery refused the statement") from google_errors.BadRequest("invalid row")
        yield f"{table}_staged"

    def merge_query(self, table: str, source: str, **_: object) -> MergeResult:
        return MergeResult(0, len(self.loads[-1]))


def row_of(number: int, **values: Any) -> Row:
    return {"season": "2024-25", "player_id": number, "snapshot_date": date(2024, 8, 1), **values}


def unit_of(number: int, **values: Any) -> ScopeRows:
    found = payload(FEED, b"{}", path=f"{FEED}/2024-25/p{number}/20241104T150000000000Z.json.gz")
    return ScopeRows(PLAYER_LIST, f"season:{number}", found, [row_of(number, **values)])


class ForeignError(Exception):
    """What a library raises."""


BREAKS: list[BaseException] = [
    ForeignError("PSSyntaxError"),
    RecursionError("maximum recursion depth exceeded"),
    KeyError("PTS"),
    AttributeError("'NoneType' object has no attribute 'get'"),
    OverflowError("int too large"),
    decimal.InvalidOperation(),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    ValueError("\ud800 \0"),
    TypeError("unhashable type: 'list'"),
]


@pytest.mark.parametrize("error", BREAKS, ids=lambda e: type(e).__name__)
def test_whatever_a_parser_raises_sets_its_payload_apart(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def parse(found: RawPayload) -> list[ScopeRows]:
        if "bad" in found.path:
            raise error
        return [ScopeRows(PLAYER_LIST, "season:2024-25", found, [row_of(1)])]

    monkeypatch.setitem(FEEDS, FEED, replace(FEEDS[FEED], parse=parse))
    bad, good = (payload(FEED, b"{}", path=f"{FEED}/2024-25/{n}/20241104T150000000000Z.json.gz") for n in ("bad", "ok"))
    parsed = reading.parse_batch(Nothing(), [bad, good])  # type: ignore[arg-type]
    assert parsed.rows == {good.path: 1}
    (item,) = parsed.quarantined
    assert (item.raw_path, item.content) == (bad.path, b"{}")
    assert isinstance(item.error, PayloadError)
    assert (item.error.feed, type(error).__name__ in str(item.error)) == (FEED, True)
    str(item.error).encode()


def test_being_out_of_memory_is_no_payload_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(_: RawPayload) -> list[ScopeRows]:
        raise MemoryError

    monkeypatch.setitem(FEEDS, FEED, replace(FEEDS[FEED], parse=parse))
    with pytest.raises(MemoryError):
        reading.parse_batch(Nothing(), [payload(FEED, b"{}")])  # type: ignore[arg-type]


@pytest.mark.parametrize("feed", list(FEEDS))
@pytest.mark.parametrize("body", [b"[" * 100_000, b'"\\ud800"', b"\0", b"", b"%PDF-1.4\n%%EOF", b"{}", b"NaN"])
def test_no_body_breaks_a_batch(feed: str, body: bytes) -> None:
    parsed = reading.parse_batch(Nothing(), [payload(feed, body)])  # type: ignore[arg-type]
    assert [type(i.error) for i in parsed.quarantined] == [PayloadError]


@pytest.mark.parametrize(
    "value",
    [
        *("\ud800", "a\0b", "x" * 100_000, math.nan, math.inf, -math.inf, 2**63, -(2**63) - 1, 10**400, [1], {"a": 1}),
        *(b"x", decimal.Decimal(1), datetime(2024, 11, 4)),  # noqa: DTZ001 - the point
    ],
    ids=lambda v: repr(v)[:20],
)
def test_a_value_that_no_column_can_hold_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(PayloadError) as caught:
        check_values([unit_of(1, college=value)])
    assert caught.value.field == "player_list.college"
    str(caught.value).encode()
    assert len(str(caught.value)) < 2_000


@pytest.mark.parametrize("day", [None, "2024-11-04", date(1, 1, 1), date(9999, 1, 1)])
def test_a_row_without_a_plausible_date_has_no_partition(day: object) -> None:
    with pytest.raises(PayloadError, match="expected a date"):
        check_values([unit_of(1, snapshot_date=day)])


def test_what_a_column_can_hold_passes() -> None:
    values = {"a": None, "b": True, "c": 2**63 - 1, "d": -1.5, "e": "Dončić 🏀", "f": datetime(2024, 11, 4, tzinfo=UTC)}
    check_values([unit_of(1, **values), ScopeRows(PLAYER_LIST, "season:x", payload(FEED, b""), [])])


@pytest.mark.parametrize("bad", [{0}, {3}, {6}, {1, 5}])
def test_rows_that_the_warehouse_refuses_cost_their_payload_alone(bad: set[int]) -> None:
    warehouse = Nothing(lambda row: row["player_id"] in bad)
    units = [unit_of(n) for n in range(7)]
    found = land_apart(warehouse, units, State({}, frozenset(), {}))  # type: ignore[arg-type]
    assert {i.raw_path for i in found.culprits} == {units[n].payload.path for n in bad}
    landed = set().union(*(t.paths for t in found.results))
    assert landed == {units[n].payload.path for n in range(7) if n not in bad}
    assert all(t.error is None for t in found.results)
    assert len({r["source_row_hash"] for u in units for r in u.rows}) == 7
    fresh = land_apart(Nothing(), [unit_of(2)], State({}, frozenset(), {}))  # type: ignore[arg-type]
    assert fresh.results[0].error is None
    assert units[2].rows[0]["source_row_hash"] == _hash_of(2)


def _hash_of(number: int) -> str:
    unit = unit_of(number)
    land_apart(Nothing(), [unit], State({}, frozenset(), {}))  # type: ignore[arg-type]
    return str(unit.rows[0]["source_row_hash"])


def test_a_table_that_refuses_everything_has_failed_and_accuses_nobody() -> None:
    units = [unit_of(n) for n in range(4)]
    found = land_apart(Nothing(lambda row: True), units, State({}, frozenset(), {}))  # type: ignore[arg-type]
    assert found.culprits == []
    assert [type(t.error) for t in found.results] == [TerminalError]


def test_a_payload_that_can_t_be_read_now_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    store = RawStore("memory://one-bad")
    monkeypatch.setattr(store._fs, "store", {})
    kept = [
        store.put(
            feed=FEED,
            scope="2024-25",
            request=name,
            url="u",
            params={},
            status=200,
            content_type="",
            body=b"{}",
        )
        for name in ("a", "b", "c")
    ]
    cat = type(store._fs).cat_file

    def failing(self: object, path: str, *rest: Any, **named: Any) -> bytes:
        if "/b/" in path:
            raise TimeoutError("late")
        return bytes(cat(self, path, *rest, **named))

    monkeypatch.setattr(type(store._fs), "cat_file", failing)
    unopened = reading.Unopened()
    (portion,) = reading.batches(store, kept, unopened, None)
    assert [p.path for p in portion] == [kept[0], kept[2]]
    assert {p: type(e) for p, e in unopened.failed.items()} == {kept[1]: StorageUnavailableError}
    assert unopened.damaged == []


def test_in_the_place_of_a_damaged_state_comes_the_one_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    store = RawStore("memory://stepping-back")
    monkeypatch.setattr(store._fs, "store", {})
    paths = [
        store.put(
            feed=FEED,
            scope="2024-25",
            request="a",
            url="u",
            params={},
            status=200,
            content_type="",
            body=str(hour).encode(),
            fetched_at=datetime(2024, 11, 4, hour, tzinfo=UTC),
        )
        for hour in (1, 2, 3)
    ]
    for path in paths[1:]:
        store._fs.pipe_file(f"{store._root}/{path}", b"torn")
    unopened = reading.Unopened()
    (portion,) = reading.batches(store, [paths[2]], unopened, None)
    assert [p.body for p in portion] == [b"1"]
    assert [i.raw_path for i in unopened.damaged] == [paths[2]]
