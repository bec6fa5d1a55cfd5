"""Ways in which a payload goes wrong, each by a name; all seeded.

JSON (also the JSON inside a page), CSV, pages and PDFs have ways of their own; any body can lose or change bytes.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

Mutated = tuple[str, bytes]
_SCRIPT = re.compile(rb"(window\['__espnfitt__'\]\s*=\s*)(\{.*?\})(;</script>)", re.DOTALL)
_STREAM = re.compile(rb"\d+ \d+ obj.*?endobj", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_DATES = ("0001-01-01T00:00:00Z", "1812-06-18", "9999-12-31T23:59:59Z", "2024-13-45", "3024-11-04T00:00:00Z")
_NUMBERS = (-1, -5, 0.5, 61, 150, 500, 5000, 10**9, 2**63, 10**400, float("nan"), float("inf"), -(10**6))
_TEXTS = ("", " ", "x", "\x00", "a\x00b", "\ud800", "é" * 3, "9" * 30, "A" * 100_000, "'; DROP TABLE x; --", "-110")
_OTHERS: tuple[Any, ...] = (None, True, [], {}, [None], {"a": 1}, [[[[]]]])
_BRACKETS = 100_000


def mutate(body: bytes, rng: random.Random) -> Mutated:
    """`body` with one thing wrong, and what that is."""
    if rng.random() < 0.08:
        return _bytes(body, rng)
    if body.startswith(b"%PDF"):
        return _pdf(body, rng)
    script = _SCRIPT.search(body)
    if script is not None:
        name, changed = _json(script[2], rng)
        return name, body[: script.start(2)] + changed + body[script.end(2) :]
    try:
        json.loads(body)
    except ValueError:
        return _page(body, rng) if body.lstrip().startswith(b"<") else _csv(body, rng)
    return _json(body, rng)


# -- JSON ---------------------------------------------------------------------------------------------------


def _json(body: bytes, rng: random.Random) -> Mutated:
    if rng.random() < 0.03:
        return rng.choice(
            (
                ("brackets", b"[" * _BRACKETS),
                ("braces", b'{"a":' * _BRACKETS + b"1" + b"}" * _BRACKETS),
                ("no object", rng.choice((b"null", b"[]", b"{}", b"42", b'"text"', b"", b"NaN", b"\xff\xfe{}"))),
            )
        )
    value = json.loads(body)
    name, change = rng.choice(_JSON_CHANGES)
    if not change(value, rng):
        name = "number"
        _replace(value, rng, _NUMBERS)
    return name, json.dumps(value).encode("utf-8", "surrogatepass")


def _spots(value: Any, wanted: Callable[[Any], bool] = lambda _: True) -> list[tuple[Any, Any]]:
    found = []
    stack = [value]
    while stack:
        holder = stack.pop()
        keys: Iterator[Any] = iter(holder.keys() if isinstance(holder, dict) else range(len(holder)))
        for key in list(keys):
            if wanted(holder[key]):
                found.append((holder, key))
            if isinstance(holder[key], dict | list):
                stack.append(holder[key])
    return found


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _replace(value: Any, rng: random.Random, values: tuple[Any, ...], wanted: Callable[[Any], bool] = _is_leaf) -> bool:
    spots = _spots(value, wanted)
    if spots:
        holder, key = rng.choice(spots)
        holder[key] = copy.deepcopy(rng.choice(values))
    return bool(spots)


def _drop(value: Any, rng: random.Random) -> bool:
    holder, key = rng.choice(_spots(value) or [({0: 0}, 0)])
    del holder[key]
    return True


def _double(value: Any, rng: random.Random) -> bool:
    lists = [h[k] for h, k in _spots(value, lambda v: isinstance(v, list) and bool(v))]
    if lists:
        chosen = rng.choice(lists)
        chosen.append(copy.deepcopy(rng.choice(chosen)))
    return bool(lists)


def _empty(value: Any, rng: random.Random) -> bool:
    return _replace(value, rng, ([], {}), lambda v: isinstance(v, dict | list) and bool(v))


def _swap_headers(value: Any, rng: random.Random) -> bool:
    headers = [h[k] for h, k in _spots(value, lambda v: isinstance(v, list) and len(v) > 1) if k in {"headers", "keys"}]
    if headers:
        chosen = rng.choice(headers)
        first, second = rng.sample(range(len(chosen)), 2)
        chosen[first], chosen[second] = chosen[second], chosen[first]
    return bool(headers)


def _swap_values(value: Any, rng: random.Random) -> bool:
    """Two numbers of one row, or of one object, change places."""
    holders = []
    for holder, key in [({"": value}, ""), *_spots(value, lambda v: isinstance(v, dict | list))]:
        item = holder[key]
        keys = list(item) if isinstance(item, dict) else range(len(item))
        numbers = [k for k in keys if _is_number(item[k])]
        if len(numbers) > 1:
            holders.append((item, numbers))
    if holders:
        item, numbers = rng.choice(holders)
        first, second = rng.sample(numbers, 2)
        item[first], item[second] = item[second], item[first]
    return bool(holders)


def _nudge(value: Any, rng: random.Random) -> bool:
    spots = _spots(value, _is_number)
    if spots:
        holder, key = rng.choice(spots)
        number = holder[key]
        holder[key] = rng.choice((-number, number * 10, number + 1, number * 1000, number / 7, str(number)))
    return bool(spots)


def _nest(value: Any, rng: random.Random) -> bool:
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    return _replace(value, rng, (deep,), lambda _: True)


_JSON_CHANGES: tuple[tuple[str, Callable[[Any, random.Random], bool]], ...] = (
    ("drop", _drop),
    ("double", _double),
    ("empty", _empty),
    ("retype", lambda v, rng: _replace(v, rng, _OTHERS)),
    ("null", lambda v, rng: _replace(v, rng, (None,), lambda _: True)),
    ("number", lambda v, rng: _replace(v, rng, _NUMBERS, _is_number)),
    ("number", lambda v, rng: _replace(v, rng, _NUMBERS, _is_number)),
    ("number for anything", lambda v, rng: _replace(v, rng, _NUMBERS)),
    ("text", lambda v, rng: _replace(v, rng, _TEXTS, _is_text)),
    ("text for anything", lambda v, rng: _replace(v, rng, _TEXTS)),
    ("date", lambda v, rng: _replace(v, rng, _DATES, _is_text)),
    ("swap headers", _swap_headers),
    ("swap values", _swap_values),
    ("nudge", _nudge),
    ("nest", _nest),
)

# -- the others ---------------------------------------------------------------------------------------------


def _bytes(body: bytes, rng: random.Random) -> Mutated:
    kind = rng.choice(("truncate", "flip", "cut out"))
    if kind == "truncate":
        return kind, body[: rng.randrange(len(body))]
    if kind == "cut out":
        at = rng.randrange(len(body))
        return kind, body[:at] + body[at + rng.randrange(1, 200) :]
    changed = bytearray(body)
    for _ in range(rng.choice((1, 1, 8, 64))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return kind, bytes(changed)


def _pdf(body: bytes, rng: random.Random) -> Mutated:
    kind = rng.choice(("flip", "truncate", "objects", "digits", "drop object"))
    objects = [m.span() for m in _STREAM.finditer(body)]
    if kind in {"objects", "drop object"} and len(objects) > 1:
        (a, b), (c, d) = sorted(rng.sample(objects, 2))
        if kind == "objects":
            return kind, body[:a] + body[c:d] + body[b:c] + body[a:b] + body[d:]
        return kind, body[:a] + body[b:]
    if kind == "digits":
        # Numbers of the document itself: lengths, references, coordinates; of an uncompressed page its text.
        places = [m.start() for m in re.finditer(rb"\d", body[:200_000])]
        changed = bytearray(body)
        for at in rng.sample(places, min(len(places), rng.choice((1, 2, 6)))):
            changed[at] = rng.choice(b"0123456789")
        return kind, bytes(changed)
    return _bytes(body, rng)


def _csv(body: bytes, rng: random.Random) -> Mutated:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    kind = rng.choice(("number", "text", "date", "swap headers", "swap values", "drop", "double"))
    row = rng.choice(rows)
    column = rng.randrange(len(row))
    match kind:
        case "number":
            row[column] = str(rng.choice(_NUMBERS))
        case "text":
            row[column] = rng.choice(_TEXTS)
        case "date":
            row[column] = rng.choice(_DATES)
        case "swap headers":
            other = rng.randrange(len(rows[0]))
            rows[0][column], rows[0][other] = rows[0][other], rows[0][column]
        case "swap values":
            other = rng.randrange(len(row))
            row[column], row[other] = row[other], row[column]
        case "drop":
            del row[column]
        case "double":
            rows.append(rng.choice(rows))
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return kind, text.getvalue().encode("utf-8", "surrogatepass")


def _page(body: bytes, rng: random.Random) -> Mutated:
    text = body.decode("utf-8", "replace")
    numbers = list(_NUMBER.finditer(text))
    if numbers and rng.random() < 0.7:
        found = rng.choice(numbers)
        return "number", (text[: found.start()] + str(rng.choice(_NUMBERS)) + text[found.end() :]).encode()
    at = text.find(">", rng.randrange(len(text))) + 1
    return "text", (text[:at] + rng.choice(_TEXTS) + text[at:]).encode("utf-8", "surrogatepass")
