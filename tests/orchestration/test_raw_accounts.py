from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from common.raw_store import RawStore
from common.warehouse import QueryResult
from orchestration.raw_accounts import compared, reconcile

OLD, NEW = (f"nbac_schedule/2024-25/season/2024110{n}T090000000000Z.json.gz" for n in (4, 5))
FIRST, SECOND = (f"oddsa_player_props/2024-11-04/e/2024110{n}T090000000000Z.json.gz" for n in (3, 4))


def test_every_file_is_counted_once() -> None:
    found = compared([OLD, NEW, FIRST], {OLD: ("landed", None), NEW: ("landed", None), FIRST: ("waiting", "a name")})
    assert found.files == 3
    assert found.feeds["nbac_schedule"] == {"superseded": 1, "landed": 1}
    assert found.left_over == []


def test_of_a_feed_that_keeps_every_answer_an_older_one_is_not_superseded() -> None:
    found = compared([FIRST, SECOND], {SECOND: ("landed", None)})
    assert [f.path for f in found.left_over] == [FIRST]


def test_the_newest_answer_must_have_been_read_itself() -> None:
    assert [f.path for f in compared([OLD, NEW], {OLD: ("landed", None)}).left_over] == [NEW]


def test_rows_that_could_not_be_written_are_left_over_with_the_reason() -> None:
    (left,) = compared([FIRST], {FIRST: ("failed", "BigQuery refused")}).left_over
    assert left.reason == "BigQuery refused"


def test_a_file_of_an_unknown_feed_that_lies_in_quarantine_is_accounted_for() -> None:
    path = "nbac_hustle/2024-11-04/day/20241104T090000000000Z.json.gz"
    assert compared([path], {path: ("quarantined", "no parser")}).left_over == []


def test_a_file_that_was_set_apart_as_damaged_is_named_for_a_person(tmp_path: Path) -> None:
    store = RawStore(tmp_path.as_uri())

    def keep(day: int) -> str:
        at = datetime(2024, 11, day, 9, tzinfo=UTC)
        fixed = {"feed": "nbac_schedule", "scope": "2024-25", "request": "schedule", "url": "u", "params": {}}
        return store.put(**fixed, status=200, content_type="", body=b"1", fetched_at=at)

    torn = keep(4)
    (tmp_path / torn).write_bytes(b"torn")
    newer = keep(5)
    warehouse = SimpleNamespace(query=lambda *_: QueryResult([{"path": newer, "outcome": "landed", "detail": None}]))
    found = reconcile(SimpleNamespace(raw_store=store, warehouse=warehouse), None, None)  # type: ignore[arg-type]
    assert (found.files, found.left_over) == (1, [])
    assert [p.startswith(torn) for p in found.damaged] == [True]
    other = reconcile(SimpleNamespace(raw_store=store, warehouse=warehouse), date(2023, 1, 1), date(2023, 1, 2))  # type: ignore[arg-type]
    assert other.damaged == []
