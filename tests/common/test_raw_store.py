import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common.errors import PayloadError
from common.raw_store import RawStore

AT = datetime(2024, 11, 4, 15, tzinfo=UTC)


def put(store: RawStore, body: bytes, at: datetime) -> str:
    return store.put(
        feed="oddsa_events",
        scope="2024-11-04",
        request="events",
        url="https://api.the-odds-api.com/v4/events",
        params={"date": "x"},
        status=200,
        content_type="application/json",
        body=body,
        fetched_at=at,
    )


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path.as_uri())


def test_a_payload_comes_back_as_it_was_put(store: RawStore) -> None:
    path = put(store, b'{"a": [1, 2]}', AT)
    found = store.get(path)
    assert path == "oddsa_events/2024-11-04/events/20241104T150000000000Z.json.gz"
    assert found.json() == {"a": [1, 2]}
    assert (found.feed, found.scope, found.fetched_at, found.status) == ("oddsa_events", "2024-11-04", AT, 200)


def test_binary_payloads_are_kept_too(store: RawStore) -> None:
    body = b"%PDF-1.7\xff\xfe\x00"
    assert store.get(put(store, body, AT)).body == body


def test_an_equal_answer_makes_no_new_file_and_a_different_one_does(store: RawStore) -> None:
    first = put(store, b"1", AT)
    assert put(store, b"1", AT + timedelta(hours=8)) == first
    second = put(store, b"2", AT + timedelta(hours=9))
    assert store.list("oddsa_events") == [first, second]
    assert put(store, b"1", AT + timedelta(hours=10)) != first  # it changed and changed back: both are history
    assert len(store.list()) == 3


def test_the_newest_answer_is_found_as_of_a_moment(store: RawStore) -> None:
    first = put(store, b"1", AT)
    second = put(store, b"2", AT + timedelta(hours=1))
    assert store.newest_sibling(first) == second
    assert store.newest_sibling(second, not_after=AT) == first


def test_a_damaged_file_is_a_payload_error_that_names_it(store: RawStore, tmp_path: Path) -> None:
    path = put(store, b"1", AT)
    (tmp_path / path).write_bytes(gzip.compress(b"{}"))
    with pytest.raises(PayloadError, match="damaged") as caught:
        store.get(path)
    assert caught.value.raw_path == path
    with pytest.raises(PayloadError, match="no such payload"):
        store.get("oddsa_events/x/y/z.json.gz")


def test_a_body_that_is_not_json_says_what_to_do(store: RawStore) -> None:
    with pytest.raises(PayloadError, match="not JSON") as caught:
        store.get(put(store, b"<html>", AT)).json()
    assert "scrape again" in str(caught.value.remedy)


OUTSIDE = (
    "../secret.json.gz",
    "oddsa_events/../../secret.json.gz",
    "oddsa_events/2024-11-04/../../../secret.json.gz",
    "/etc/passwd",
    "//etc/passwd",
    "..\\secret.json.gz",
    "oddsa_events\\..\\secret.json.gz",
    "file:///etc/passwd",
    "gs://bucket/file",
    "oddsa_events//x",
    "oddsa_events/./x",
    "oddsa_events/x\x00.json.gz",
    "oddsa_events/x\n",
    "oddsa_events/\ud800",
    "a" * 5000,
    ".",
    "..",
    "~/x",
)


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_out_of_the_store_opens_nothing(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.json.gz").write_bytes(gzip.compress(b"{}"))
    store = RawStore((tmp_path / "raw").as_uri())
    put(store, b"1", AT)
    for ask in (store.get, store.list, store.newest_sibling):
        with pytest.raises(PayloadError, match="not a path of the raw store"):
            ask(f"{path}/x" if ask is store.newest_sibling and "/" not in path else path)


def test_a_link_that_leads_out_of_the_store_is_not_followed(tmp_path: Path) -> None:
    outside = RawStore((tmp_path / "elsewhere").as_uri())
    path = put(outside, b"1", AT)
    store = RawStore((tmp_path / "raw").as_uri())
    put(store, b"2", AT + timedelta(hours=1))
    (tmp_path / "raw" / "linked").symlink_to(tmp_path / "elsewhere" / "oddsa_events")
    with pytest.raises(PayloadError, match="not a path of the raw store"):
        store.get(path.replace("oddsa_events", "linked"))


def test_a_store_behind_a_link_is_a_store(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "raw").symlink_to(tmp_path / "disk")
    store = RawStore((tmp_path / "raw").as_uri())
    path = put(store, b"1", AT)
    assert store.get(path).body == b"1"
    assert store.list() == [path]


@pytest.mark.parametrize("name", ["..", ".", "", "../..", "a/../../b", "\x00", "\ud800"])
def test_a_request_is_kept_in_its_feed_s_folder_whatever_a_site_calls_it(store: RawStore, name: str) -> None:
    path = store.put(
        feed="oddsa_events", scope=name, request=name, url="u", params={}, status=200, content_type="", body=b"1"
    )
    assert path.count("/") == 3
    assert path.startswith("oddsa_events/")
    assert store.get(path).body == b"1"
    assert store.list() == [path]
