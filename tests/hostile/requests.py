"""What is sent: bodies that are no JSON, JSON that is no request, requests that are almost right."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.hostile.endpoints import DAY, GOOD_BODIES, Endpoint, envelope, good_event

HUGE = b" " * 50_000_000


@dataclass(frozen=True)
class Request:
    """A body with the headers that it comes with, and what it is called."""

    name: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Raw(str):
    """JSON as it is written, put where a value belongs."""


def dumps(value: Any) -> bytes:
    """JSON with `Raw` parts as they are; half surrogates as escapes."""
    parts: list[str] = []

    def mark(one: Any) -> Any:
        if isinstance(one, Raw):
            parts.append(str(one))
            return f"@@{len(parts) - 1}@@"
        if isinstance(one, dict):
            return {k: mark(v) for k, v in one.items()}
        return [mark(v) for v in one] if isinstance(one, list) else one

    text = json.dumps(mark(value))
    for number, part in enumerate(parts):
        text = text.replace(f'"@@{number}@@"', part)
    return text.encode()


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    inner = "1" if opening != "[" else ""
    return (opening * depth + inner + closing * depth).encode()


# Sent as they are.
BODIES: Mapping[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t ",
    "no JSON": b"not json at all",
    "half JSON": b'{"start_date": "2024-11-',
    "two values": b"{} {}",
    "a form": b"start_date=2024-11-04&end_date=2024-11-04",
    "XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "NUL bytes": b"\0" * 100,
    "no UTF-8": b'{"start_date": "\xff\xfe"}',
    "UTF-16": json.dumps({"start_date": DAY}).encode("utf-16"),
    "gzip": bytes.fromhex("1f8b0800000000000003abae050043bfa6a302000000"),
    "null": b"null",
    "true": b"true",
    "a number": b"5",
    "a text": b'"text"',
    "a list": b"[]",
    "a list of objects": b"[{}, {}]",
    "an empty object": b"{}",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "a number of 5,000 digits": b"9" * 5000,
    "a number of 5,000 digits inside": b'{"start_date": ' + b"9" * 5000 + b"}",
    "1e400": b'{"start_date": 1e400}',
    "a half surrogate": b'{"start_date": "\\ud800"}',
    "a half surrogate as a name": b'{"\\udfff": 1}',
    "1,000 lists deep": nested(1_000),
    "1,000 objects deep": nested(1_000, '{"a":', "}"),
    "100,000 lists deep": nested(100_000),
    "100,000 objects deep": nested(100_000, '{"a":', "}"),
    "100,000 lists opened": b"[" * 100_000,
    "40 deep": nested(40, '{"message":', "}"),
    "10,000 names": json.dumps({f"n{i}": i for i in range(10_000)}).encode(),
    "a name of 100,000 characters": json.dumps({"n" * 100_000: 1}).encode(),
    "14 MB of rubbish": b'{"message": "' + b"x" * 14_000_000 + b'"}',
    "20 MB": HUGE[:20_000_000],
    "50 MB": HUGE,
}
TOO_LONG = frozenset({"20 MB", "50 MB"})

# In place of a date or a moment.
_NO_DATES: Mapping[str, Any] = {
    "a number": 5,
    "a negative number": -1,
    "a fraction": 1.5,
    "true": True,
    "a list": [DAY],
    "an object": {"date": DAY},
    "an empty text": "",
    "a NUL": f"{DAY}\0",
    "a half surrogate": "\ud800",
    "digits": "1731024000",
    "a word": "someday",
    "too many days": "today-99999999",
    "a word with a line's end": "today\n",
    "other digits": "٢٠٢٤-١١-٠٤",
    "no such day": "2024-02-30",
    "a week": "2024-W45-1",
    "the year 0": "0000-01-01",
    "the year 1": "0001-01-01",
    "the year 9999": "9999-12-31",
    "the year 10000": "10000-01-01",
    "before the league": "1946-07-31",
    "a moment": f"{DAY}T00:00:00Z",
    "a text of 100,000": "2" * 100_000,
    "NaN": Raw("NaN"),
    "Infinity": Raw("Infinity"),
    "1e400": Raw("1e400"),
    "5,000 digits": Raw("9" * 5000),
}
_NO_MOMENTS: Mapping[str, Any] = {
    **{k: v for k, v in _NO_DATES.items() if k != "a moment"},
    "a date": DAY,
    "no zone": f"{DAY}T12:00:00",
    "the first moment": "0001-01-01T00:00:00Z",
    "before the first moment": "0001-01-01T00:00:00+14:00",
    "the last moment": "9999-12-31T23:59:59Z",
    "after the last moment": "9999-12-31T23:59:59-14:00",
    "a zone of days": f"{DAY}T12:00:00+99:00",
}
_NO_TEXTS: Mapping[str, Any] = {
    "a number": 5,
    "null": None,
    "a list": ["a"],
    "a NUL": "a\0b",
    "a half surrogate": "a\udc00",
    "100,000 characters": "a" * 100_000,
}
_NO_PATHS: Mapping[str, Any] = {
    "empty": "",
    "upwards": "../../../../etc/passwd",
    "upwards inside": "a/../../b.json.gz",
    "upwards by four": "../../../x.json.gz",
    "absolute": "/etc/passwd",
    "absolute by four": "/a/b/c.json.gz",
    "backslashes": "a\\..\\b\\c.json.gz",
    "a NUL": "a/b/c/d\0.json.gz",
    "a line's end": "a/b/c/d.json.gz\n",
    "a half surrogate": "a/b/c/\ud800.json.gz",
    "a URL": "file:///etc/passwd",
    "a bucket": "gs://bucket/a",
    "empty segments": "a//b/c.json.gz",
    "a dot": "a/./b/c.json.gz",
    "encoded": "a/%2e%2e/b/c.json.gz",
    "a home": "~/a/b/c.json.gz",
    "too short": "a/b",
    "long": "a/b/c/" + "d" * 100_000,
    "a number": 5,
}


def _without(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {k: v for k, v in body.items() if k != name}


def _twice(body: Mapping[str, Any]) -> bytes:
    text = dumps(body)
    return text[:-1] + b", " + text[1:]


def _fields(good: Mapping[str, Any], wrong: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for name, values in wrong.items():
        for what, value in values.items():
            yield f"{name}: {what}", {**good, name: value}


def manual_bodies(endpoint: Endpoint) -> Iterator[tuple[str, bytes]]:
    """The endpoint's good body with something wrong."""
    good = dict(GOOD_BODIES[endpoint.service, endpoint.path])
    dates = [n for n in ("start_date", "end_date", "game_date", "date") if n in good]
    wrong = {**dict.fromkeys(dates, _NO_DATES), "simulated_at": _NO_MOMENTS}
    for name, body in _fields(good, wrong):
        yield name, dumps(body)
    for name in ("start_date", "game_date", "workflow"):
        if name in good:
            yield f"without {name}", dumps(_without(good, name))
    yield "twice the same names", _twice(good)
    yield "a field too many", dumps({**good, "surprise": 1})
    yield "a deep field too many", dumps({**good, "surprise": Raw(nested(500).decode())})
    yield "no such trigger", dumps({**good, "trigger": "somebody"})
    yield "a list around it", dumps([good])
    if "end_date" in good:
        yield "the wrong way round", dumps({**good, "end_date": "2024-11-03"})
        yield "forty years", dumps({**good, "end_date": "2064-11-04"})
        yield "all years", dumps({**good, "start_date": "1946-08-01", "end_date": "2099-12-31"})
    for name, value in (("processors", "all"), ("processors", [""]), ("processors", ["x"] * 10_000)):
        if endpoint.path == "/process-date-range":
            yield f"{name}: {str(value)[:20]}", dumps({**good, name: value})
    for name, value in (("scrapers", []), ("scrapers", ["x"] * 20_000), ("timeouts", {"nbac_schedule": Raw("NaN")})):
        if endpoint.path == "/scrape":
            yield f"{name}: {str(value)[:20]}", dumps({**good, name: value})
    for what, value in _NO_TEXTS.items():
        if "workflow" in good:
            yield f"workflow: {what}", dumps({**good, "workflow": value})


def push_bodies() -> Iterator[tuple[str, bytes]]:
    """A good push with something wrong in the envelope, or in the event inside."""
    good = good_event()
    data = dumps(good)
    around = envelope(data)
    for what, value in {
        "text": "3",
        "a list": [1],
        "an object": {},
        "negative": -1,
        "true": True,
        "a fraction": 1.5,
        "1e400": Raw("1e400"),
        "NaN": Raw("NaN"),
        "5,000 digits": Raw("9" * 5000),
        "beyond 64 bits": 2**70,
        "a million and one": 1_000_001,
    }.items():
        yield f"deliveryAttempt: {what}", dumps({**around, "deliveryAttempt": value})
    for what, value in {
        "not base64": "%%%",
        "not ASCII": "größe",
        "URL-safe": "__--",
        "half": base64.b64encode(data).decode()[:-3],
        "a number": 5,
        "a list": [1],
        "null": None,
        "an object": {},
        "empty": "",
        "a half surrogate": "\ud800",
    }.items():
        yield f"data: {what}", dumps({**around, "message": {"data": value, "messageId": "1"}})
    for name, body in BODIES.items():
        if name not in TOO_LONG and len(body) < 10_000_000:
            yield f"data is {name}", dumps(envelope(body))
    yield "messageId: a list", dumps({**around, "message": {**around["message"], "messageId": [1]}})
    yield "messageId: long", dumps({**around, "message": {**around["message"], "messageId": "1" * 5000}})
    yield "subscription: an object", dumps({**around, "subscription": {}})
    yield "message: a text", dumps({**around, "message": "text"})
    yield "message: a list", dumps({**around, "message": []})
    yield "without a message", dumps(_without(around, "message"))
    yield "the envelope's names twice", _twice(around)
    yield "the event's names twice", dumps(envelope(_twice(good)))
    for name, body in event_bodies(good):
        yield name, dumps(envelope(body))


def event_bodies(good: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Events that are almost right."""
    wrong = {
        "simulated_at": _NO_MOMENTS,
        "occurred_at": {k: v for k, v in _NO_MOMENTS.items() if k in {"a number", "no zone", "the last moment"}},
        "event_id": _NO_TEXTS,
        "correlation_id": _NO_TEXTS,
        "source": {k: v for k, v in _NO_TEXTS.items() if k != "100,000 characters"},
        "schema_version": {"2": 2, "text": "one"},
        "phase": {"9": "phase9", "null": None, "a list": ["phase1"]},
        "trigger": {"unknown": "somebody", "null": None},
        "tables": {"a text": "t", "an object": {}, "no table": [{}], "negative": [_table(-1)], "huge": [_table(2**70)]},
        "payload": {"a list": [], "deep": Raw(nested(500, '{"a":', "}").decode()), "NaN": {"x": Raw("NaN")}},
        "raw_paths": {what: [path] for what, path in _NO_PATHS.items()} | {"a text": "a/b/c/d"},
        "game_dates": {what: [date] for what, date in _NO_DATES.items()}
        | {
            "10,000 dates": [f"{1950 + i // 300}-{i % 300 // 28 + 1:02d}-{i % 28 + 1:02d}" for i in range(10_000)],
            "10,000 times one": [DAY] * 10_000,
            "years apart": ["2020-01-01", DAY],
            "a text": DAY,
        },
        "surprise": {"1": 1},
    }
    for name, body in _fields(good, wrong):
        yield name, dumps(body)


def _table(rows: int) -> dict[str, Any]:
    return {"table": "nba_raw.shots", "rows_changed": rows, "content_hash": "x"}


_TYPES = ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "application/json; charset=\xff")


def requests_for(endpoint: Endpoint) -> Iterator[Request]:
    """All that is sent to an endpoint."""
    for name, body in BODIES.items():
        yield Request(name, body)
    for content_type in _TYPES:
        yield Request(f"no JSON as {content_type!a}", b"a=b&c=d", {"Content-Type": content_type})
    yield Request("no JSON, no type", b"a", {})
    strange = {"Content-Type": "application/json", "X-Correlation-Id": "\xff" * 5000, "User-Agent": "\xe9" * 5000}
    yield Request("no JSON, strange headers", b"a", strange)
    if endpoint.is_push:
        yield from _pushes()
    else:
        for name, body in manual_bodies(endpoint):
            yield Request(name, body)


@cache
def _pushes() -> tuple[Request, ...]:
    return tuple(Request(name, body) for name, body in push_bodies())
