import json
import time

import pytest

from common.strict_json import MAX_DEPTH, NotStrictJsonError, parse


@pytest.mark.parametrize(
    "value", [None, True, 5, -(2**63), 2**63 - 1, 1.5, "größe 🏀", [], {}, {"a": [{"b": [1, "x"]}]}]
)
def test_json_is_read(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode("utf-8-sig")) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'{"a": 1, "a": 2}', "given twice: 'a'"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b"1e400", "beyond 64 bits"),
        (b"9223372036854775808", "beyond 64 bits"),
        (b"9" * 5000, "beyond 64 bits"),
        (b'"\\ud800"', "half a surrogate"),
        (b'{"\\udc00": 1}', "half a surrogate"),
        (b'["a\\u0000b"]', "NUL"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "levels deep"),
        (b"[" * 100_000 + b"]" * 100_000, "levels deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "levels deep"),
    ],
)
def test_what_a_table_or_a_file_could_not_take_is_refused(text: bytes, words: str) -> None:
    with pytest.raises(NotStrictJsonError, match=words):
        parse(text)


def test_as_deep_as_is_allowed_is_read() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None


def test_many_names_twice_take_no_longer_than_many_names() -> None:
    pairs = ", ".join(f'"n{n}": 1' for n in range(100_000))
    started = time.monotonic()
    with pytest.raises(NotStrictJsonError, match="given twice: 'n0'"):
        parse(f'{{{pairs}, "n0": 2}}'.encode())
    assert time.monotonic() - started < 20
