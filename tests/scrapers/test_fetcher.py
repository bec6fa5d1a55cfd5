"""A fetch against a source that misbehaves."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from common import deadline as deadlines
from common.errors import DeadlineExceededError, RequestError, SourceUnavailableError
from common.logging import JsonFormatter
from scrapers.body_kinds import BodyKind
from scrapers.fetcher import Fetcher
from scrapers.source_request import SourceRequest
from tests.scrapers.misbehaving import MisbehavingSource, answers

MakeFetcher = Callable[..., Fetcher]
KEY = "k3y-of-the-odds-feed"


def ask(source: MisbehavingSource) -> SourceRequest:
    return SourceRequest("events", source.url, {"markets": "player_points"}, secret_params={"apiKey": KEY})


def test_a_good_answer_comes_at_once_with_parameters_and_key_sent(
    source: MisbehavingSource, live_fetcher: MakeFetcher, naps: list[float]
) -> None:
    source.script = [answers(b'{"rows": [1]}')]
    answer = live_fetcher().fetch(ask(source))
    assert (answer.status, answer.body, answer.readable) == (200, b'{"rows": [1]}', True)
    assert source.queries == [{"markets": "player_points", "apiKey": KEY}]
    assert naps == []


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_trouble_of_the_moment_is_waited_out(
    status: int, source: MisbehavingSource, live_fetcher: MakeFetcher, naps: list[float]
) -> None:
    source.script = [answers(b"busy", status), answers(b"busy", status), answers()]
    assert live_fetcher().fetch(ask(source)).readable
    assert source.requests == 3
    assert len(naps) == 2
    assert 0.5 <= naps[0] <= 1 <= naps[1] <= 2


def test_retry_after_in_seconds_is_honoured_and_capped(
    source: MisbehavingSource, live_fetcher: MakeFetcher, naps: list[float]
) -> None:
    source.script = [
        answers(b"", 429, {"Retry-After": "7"}),
        answers(b"", 503, {"Retry-After": "9999"}),
        answers(),
    ]
    live_fetcher(http_backoff_cap=60).fetch(ask(source))
    assert naps == [7, 60]


def test_retry_after_as_a_date_is_honoured(
    source: MisbehavingSource, live_fetcher: MakeFetcher, naps: list[float]
) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    source.script = [answers(b"", 429, {"Retry-After": then}), answers()]
    live_fetcher().fetch(ask(source))
    assert 25 < naps[0] <= 30


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_final(status: int, source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b'{"message": "no such event"}', status)]
    with pytest.raises(RequestError, match="no such event") as caught:
        live_fetcher().fetch(ask(source))
    assert caught.value.status == status
    assert source.requests == 1


def test_a_source_that_stays_down_is_given_up_after_the_attempts(
    source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    source.script = [answers(b"", 500)]
    with pytest.raises(SourceUnavailableError, match="HTTP 500") as caught:
        live_fetcher(http_max_attempts=4).fetch(ask(source))
    assert source.requests == 4
    assert caught.value.attributes["status"] == 500


def test_a_redirect_without_end_is_a_refusal(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b"", 302, {"Location": source.url})]
    with pytest.raises(RequestError, match="redirects without end"):
        live_fetcher().fetch(ask(source))
    assert source.requests <= 7


def test_truncated_json_is_asked_again(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b'{"rows": [1, 2'), answers(b'{"rows": [1, 2]}')]
    assert live_fetcher().fetch(ask(source)).body == b'{"rows": [1, 2]}'


def test_a_body_that_breaks_off_is_asked_again(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b'{"rows": [1, 2]}', claimed=900), answers(b'{"rows": [1, 2]}')]
    assert live_fetcher().fetch(ask(source)).body == b'{"rows": [1, 2]}'
    assert source.requests == 2


def test_a_body_that_always_breaks_off_is_no_answer(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b"[1, 2]", claimed=900)]
    with pytest.raises(SourceUnavailableError):
        live_fetcher().fetch(ask(source))


def test_a_page_instead_of_json_is_handed_on_as_unreadable_after_the_retries(
    source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    source.script = [answers(b"<html>Access denied</html>")]
    answer = live_fetcher().fetch(ask(source))
    assert not answer.readable
    assert answer.body == b"<html>Access denied</html>"
    assert source.requests == 3


def test_a_compressed_body_is_decoded(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(gzip.compress(b"[1]" + b" " * 300_000), headers={"Content-Encoding": "gzip"})]
    assert live_fetcher().fetch(ask(source)).body.strip() == b"[1]"


def test_a_damaged_compressed_body_is_asked_again(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b"not gzip at all", headers={"Content-Encoding": "gzip"}), answers(b"[1]")]
    assert live_fetcher().fetch(ask(source)).body == b"[1]"


def test_a_silent_source_is_left_after_the_read_time_out(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [lambda _handler: time.sleep(2), answers(b"[1]")]
    started = time.monotonic()
    assert live_fetcher(http_read_timeout=0.2).fetch(ask(source)).body == b"[1]"
    assert time.monotonic() - started < 1.5


def test_a_body_that_drips_is_left_after_its_limit_though_each_byte_is_in_time(
    source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        try:
            while not stop.wait(0.02):
                handler.wfile.write(b" ")
        except OSError:
            pass  # the client hung up, as it should
        handler.close_connection = True

    source.script = [drip, answers(b"[1]")]
    started = time.monotonic()
    try:
        answer = live_fetcher(body_seconds=0.3).fetch(ask(source))
    finally:
        stop.set()
    assert answer.body == b"[1]"
    assert time.monotonic() - started < 2


def test_headers_that_drip_are_left_after_their_limit_though_each_byte_is_in_time(
    source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not stop.wait(0.02):
                handler.wfile.write(b"x")
        except OSError:
            pass  # the client hung up, as it should
        handler.close_connection = True

    source.script = [drip, answers(b"[1]")]
    started = time.monotonic()
    try:
        answer = live_fetcher(http_read_timeout=0.2).fetch(ask(source))
    finally:
        stop.set()
    assert answer.body == b"[1]"
    assert time.monotonic() - started < 2


def test_a_connection_is_used_again_after_its_headers_came_in_time(
    source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    source.script = [answers(b"[1]"), answers(b"[2]")]
    fetcher = live_fetcher(http_read_timeout=0.1)
    assert fetcher.fetch(ask(source)).body == b"[1]"
    time.sleep(0.3)
    assert fetcher.fetch(ask(source)).body == b"[2]"
    assert source.requests == 2


def test_a_kept_answer_that_still_holds_is_not_sent_again(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    stamp = {"ETag": '"v1"', "Last-Modified": "Mon, 04 Nov 2024 12:00:00 GMT"}
    source.script = [answers(b"[1]", headers=stamp), answers(b"", 304)]
    fetcher = live_fetcher()
    first = fetcher.fetch(ask(source))
    assert first.validators == stamp
    second = fetcher.fetch(replace(ask(source), validators=first.validators))
    assert (second.not_modified, second.body) == (True, b"")
    assert source.headers[1]["If-None-Match"] == '"v1"'
    assert source.headers[1]["If-Modified-Since"] == stamp["Last-Modified"]
    assert "If-None-Match" not in source.headers[0]


def test_a_304_that_nobody_asked_for_is_a_refusal(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b"", 304)]
    with pytest.raises(RequestError):
        live_fetcher().fetch(ask(source))


@pytest.mark.parametrize(
    ("expects", "good", "bad"),
    [
        ("pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n", b"<html><body>Access denied</body></html>"),
        ("pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n", b"%PDF-1.7\n1 0 obj\n"),
        ("html", b"<!DOCTYPE html><html><body></body></html>\n", b'{"message": "blocked"}'),
        ("html", b"<!DOCTYPE html><html><body></body></html>\n", b"<!DOCTYPE html><html><body>"),
        ("csv", b"game_id,period\n0022400561,1\n", b"<html><body></body></html>"),
        ("csv", b"game_id,period\n0022400561,1\n", b"game_id,period\n"),
    ],
)
def test_what_is_no_document_of_the_expected_kind_is_asked_again(
    expects: BodyKind, good: bytes, bad: bytes, source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    request = SourceRequest("report", source.url, {}, expects=expects)
    source.script = [answers(bad), answers(good)]
    answer = live_fetcher().fetch(request)
    assert (answer.readable, answer.body) == (True, good)
    source.script = [answers(bad)]
    assert not live_fetcher().fetch(request).readable


def test_a_closed_port_is_a_source_that_is_not_available(live_fetcher: MakeFetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/odds"
        with pytest.raises(SourceUnavailableError, match="ConnectionError"):
            live_fetcher().fetch(SourceRequest("events", url, {}, secret_params={"apiKey": KEY}))


def test_a_source_that_keeps_failing_is_not_asked_again_for_a_while(
    source: MisbehavingSource, live_fetcher: MakeFetcher
) -> None:
    source.script = [answers(b"", 500)]
    fetcher = live_fetcher(http_max_attempts=1)
    for _ in range(3):
        with pytest.raises(SourceUnavailableError, match="HTTP 500"):
            fetcher.fetch(ask(source))
    with pytest.raises(SourceUnavailableError, match="not asked"):
        fetcher.fetch(ask(source))
    assert source.requests == 3


def test_refusals_do_not_open_the_circuit(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers(b"", 404)]
    fetcher = live_fetcher()
    for _ in range(5):
        with pytest.raises(RequestError):
            fetcher.fetch(ask(source))
    assert source.requests == 5


def test_no_request_goes_out_after_the_work_s_deadline(source: MisbehavingSource, live_fetcher: MakeFetcher) -> None:
    source.script = [answers()]
    limit = deadlines.Deadline(60, "scrape")
    limit.revoke()
    with deadlines.within(limit), pytest.raises(DeadlineExceededError):
        live_fetcher().fetch(ask(source))
    assert source.requests == 0


def test_the_key_is_in_no_error_and_no_log_line(
    source: MisbehavingSource, live_fetcher: MakeFetcher, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the source repeats it, or where the library's own error quotes the URL."""
    echo = f'{{"message": "apiKey={KEY} / {KEY} is unknown"}}'.encode()
    errors: list[str] = []
    with caplog.at_level(logging.INFO):
        for script in ([answers(b"", 500)], [answers(echo, 401)], [answers(b"[", claimed=9)]):
            source.script = script
            with pytest.raises((RequestError, SourceUnavailableError)) as caught:
                live_fetcher().fetch(ask(source))
            errors.append(f"{caught.value} {caught.value.attributes}")
        with pytest.raises(SourceUnavailableError) as caught:
            live_fetcher().fetch(
                SourceRequest("x", "http://127.0.0.1:9/odds", {"markets": "h2h"}, secret_params={"apiKey": KEY})
            )
        errors.append(f"{caught.value} {caught.value.attributes}")
    lines = [JsonFormatter("scrapers").format(r) for r in caplog.records]
    assert len(lines) > 3
    assert KEY not in "".join(errors) + "".join(lines)
    assert KEY not in repr(ask(source))
