import errno
import gzip
import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import fsspec
import google.auth.exceptions
import pytest
import requests
from fsspec.spec import AbstractFileSystem
from gcsfs.retry import HttpError

from common.errors import ConfigurationError, DeadlineExceededError, NbaError, PayloadError, StorageUnavailableError
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


LATER: list[Exception] = [
    TimeoutError("timed out"),
    ConnectionResetError("reset"),
    OSError(errno.EIO, "input/output error"),
    OSError(errno.ENOSPC, "no space left"),
    OSError(errno.EMFILE, "too many open files"),
    aiohttp.ServerDisconnectedError(),
    requests.ConnectionError("refused"),
    requests.ReadTimeout("late"),
    google.auth.exceptions.RefreshError("metadata server"),
    HttpError({"code": 503, "message": "backend"}),
    HttpError({"code": 429, "message": "slow down"}),
    ValueError("Bad Request: o\ninvalid"),
]
REFUSED: list[Exception] = [
    PermissionError(errno.EACCES, "denied"),
    OSError("Forbidden: https://storage.googleapis.com/b/o\nno storage.objects.get access"),
    HttpError({"code": 401, "message": "Invalid Credentials"}),
    google.auth.exceptions.DefaultCredentialsError("none"),
]
CALLS: dict[str, tuple[str, Callable[[RawStore, str], object]]] = {
    "get": ("cat_file", lambda store, path: store.get(path)),
    "list": ("find", lambda store, path: store.list()),
    "newest_sibling": ("find", lambda store, path: store.newest_sibling(path)),
    "put after a look at the newest": ("cat_file", lambda store, path: put(store, b"2", AT + timedelta(hours=1))),
    "put": ("pipe_file", lambda store, path: put(store, b"2", AT + timedelta(hours=1))),
    "put under its name": ("mv", lambda store, path: put(store, b"2", AT + timedelta(hours=1))),
}


@pytest.fixture
def remote() -> Iterator[RawStore]:
    """A store that is no local folder."""
    made = RawStore("memory://rawcore")
    yield made
    made._fs.rm("/rawcore", recursive=True)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("error", [*LATER, *REFUSED], ids=lambda e: f"{type(e).__name__} {e}"[:30])
def test_what_the_storage_can_t_do_says_nothing_of_a_payload(
    remote: RawStore, monkeypatch: pytest.MonkeyPatch, call: str, error: Exception
) -> None:
    path = put(remote, b"1", AT)
    method, work = CALLS[call]

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(type(remote._fs), method, fail)
        with pytest.raises(NbaError) as caught:
            work(remote, path)
    assert type(caught.value) is (ConfigurationError if error in REFUSED else StorageUnavailableError)
    if error in REFUSED:
        assert str(caught.value.attributes["right"]).startswith("storage.objects.")
    assert caught.value.__cause__ is error
    assert remote.list() == [path]
    assert remote.get(path).body == b"1"


def test_our_own_deadline_is_not_taken_for_the_storage_s(store: RawStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def late() -> None:
        raise DeadlineExceededError("time is up")

    limit = type("Limit", (), {"check": staticmethod(late)})
    monkeypatch.setattr("common.raw_store.deadlines.current", lambda: limit)
    with pytest.raises(DeadlineExceededError):
        put(store, b"1", AT)
    assert store.list() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is refused to root")
def test_a_folder_that_may_not_be_listed_is_not_an_empty_one(store: RawStore, tmp_path: Path) -> None:
    put(store, b"1", AT)
    folder = tmp_path / "oddsa_events" / "2024-11-04"
    folder.chmod(0)
    try:
        with pytest.raises(ConfigurationError, match="refuses to list"):
            store.list()
    finally:
        folder.chmod(0o755)


def test_a_listing_that_breaks_off_below_is_not_a_short_one(store: RawStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, b"1", AT)
    scandir = os.scandir

    def broken(path: str) -> Any:
        if str(path).endswith("2024-11-04"):
            raise OSError(errno.EIO, "input/output error", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", broken)
    with pytest.raises(StorageUnavailableError):
        store.list()


DOCUMENTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda d: [d],
    "null": lambda d: None,
    "params are no mapping": lambda d: d | {"params": [1]},
    "a parameter is no text": lambda d: d | {"params": {"a": 1}},
    "validators are no mapping": lambda d: d | {"validators": "x"},
    "no time": lambda d: d | {"fetched_at": "yesterday"},
    "a time without zone": lambda d: d | {"fetched_at": "2024-11-04T15:00:00"},
    "a time before all": lambda d: d | {"fetched_at": "0001-01-01T00:00:00+14:00"},
    "a time that is a number": lambda d: d | {"fetched_at": 7},
    "status is text": lambda d: d | {"status": "200"},
    "body is a number": lambda d: d | {"text": 7},
    "another body": lambda d: d | {"text": "2"},
    "a lone surrogate": lambda d: d | {"text": "\ud800"},
    "no base64": lambda d: {k: v for k, v in d.items() if k != "text"} | {"base64": "x!"},
    "no body": lambda d: {k: v for k, v in d.items() if k != "text"},
    "no url": lambda d: {k: v for k, v in d.items() if k != "url"},
    "another feed's": lambda d: d | {"feed": "nbac_schedule"},
}


@pytest.mark.parametrize("damage", DOCUMENTS)
def test_a_document_of_another_shape_is_damage(store: RawStore, tmp_path: Path, damage: str) -> None:
    path = put(store, b"1", AT)
    document = json.loads(gzip.decompress((tmp_path / path).read_bytes()))
    (tmp_path / path).write_bytes(gzip.compress(json.dumps(DOCUMENTS[damage](document)).encode()))
    with pytest.raises(PayloadError, match="damaged"):
        store.get(path)


def test_nesting_without_end_is_damage_of_the_file_and_of_the_body(store: RawStore, tmp_path: Path) -> None:
    path = put(store, b"[" * 100_000, AT)
    with pytest.raises(PayloadError, match="not JSON"):
        store.get(path).json()
    (tmp_path / path).write_bytes(gzip.compress(b"[" * 100_000))
    with pytest.raises(PayloadError, match="damaged"):
        store.get(path)


def test_any_byte_of_a_file_that_flips_is_damage_or_makes_no_difference(store: RawStore, tmp_path: Path) -> None:
    path = put(store, json.dumps([{"id": n, "name": f"player {n * n}"} for n in range(80)]).encode(), AT)
    whole, content = store.get(path), (tmp_path / path).read_bytes()
    chance = random.Random(7)  # noqa: S311 - a sample
    damaged = 0
    for position in [*range(20), *chance.sample(range(20, len(content)), min(300, len(content) - 20))]:
        torn = bytearray(content)
        torn[position] ^= chance.randrange(1, 256)
        (tmp_path / path).write_bytes(torn)
        try:
            assert store.get(path) == whole
        except PayloadError:
            damaged += 1
    assert damaged > 280


def test_a_name_that_no_file_can_have_is_no_payload(store: RawStore) -> None:
    with pytest.raises(PayloadError, match="no such payload"):
        store.get(f"a/b/{'x' * 600}/c.json.gz")


@pytest.mark.parametrize("again", [b"1", b"2"])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=1)])
def test_a_damaged_newest_answer_is_replaced_and_kept_apart(
    store: RawStore, tmp_path: Path, again: bytes, later: timedelta
) -> None:
    before = put(store, b"1", AT - timedelta(hours=1))
    torn = put(store, b"2", AT)
    (tmp_path / torn).write_bytes(b"torn")
    replaced = put(store, again, AT + later)
    assert store.list() == [before, replaced]
    assert store.get(store.newest_sibling(before)).body == again
    (apart,) = store.damaged()
    assert apart.startswith(torn)
    assert (tmp_path / apart).read_bytes() == b"torn"


def test_readers_step_back_to_the_newest_answer_that_can_be_opened(store: RawStore, tmp_path: Path) -> None:
    paths = [put(store, str(n).encode(), AT + timedelta(hours=n)) for n in range(3)]
    (tmp_path / paths[2]).write_bytes(b"torn")
    folder = paths[0].rsplit("/", 1)[0]
    assert [p.body for p in store.readable(store.answers(folder))] == [b"1", b"0"]
    assert store.answers(folder, AT + timedelta(hours=1)) == [paths[1], paths[0]]


class ListingsKept(AbstractFileSystem):  # type: ignore[misc]
    """A bucket as gcsfs sees it: a listing that was read once is answered from fsspec's own cache."""

    protocol = "listingskept"
    cachable = False
    there: tuple[str, ...] = ()

    def find(self, path: str, **_: object) -> list[str]:
        path = self._strip_protocol(path)
        if path not in self.dircache:
            self.dircache[path] = list(self.there)
            return list(self.there)
        return list(self.dircache[path])


def test_files_that_another_instance_stores_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.register_implementation("listingskept", ListingsKept, clobber=True)
    store = RawStore("listingskept://bucket")
    assert store.list() == []
    name = "oddsa_events/2024-11-04/events/20241104T150000000000Z.json.gz"
    monkeypatch.setattr(ListingsKept, "there", (f"bucket/{name}",))
    assert store.list() == [name]


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
