"""JSON as a request may bring it: what Python's parser lets through and a table or a file can't take is refused.

That is: bytes that are not UTF-8, names given twice, NaN and Infinity, numbers beyond 64 bits, NUL characters and
half surrogates in a text, and more than `MAX_DEPTH` levels.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

# A prediction request, the deepest of ours, has seven.
MAX_DEPTH = 32
_INT64 = 2**63
_INT64_DIGITS = 20


class NotStrictJsonError(ValueError):
    """What was given is no JSON that we take; says why and, where it is known, where."""


def parse(data: bytes) -> Any:
    """The value that `data` says; NotStrictJsonError that says what is wrong with it."""
    try:
        found = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_int,
            parse_float=_float,
        )
    except NotStrictJsonError:
        raise
    except UnicodeDecodeError as error:
        raise NotStrictJsonError(f"not UTF-8 (byte {error.start})") from error
    except ValueError as error:
        raise NotStrictJsonError(f"not JSON: {error}") from error
    except RecursionError as error:
        raise NotStrictJsonError(_TOO_DEEP) from error
    _check(found)
    return found


_TOO_DEEP = f"more than {MAX_DEPTH} levels deep"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise NotStrictJsonError(f"a name is given twice: {counts.most_common(1)[0][0][:100]!a}")
    return found


def _no_constant(word: str) -> Any:
    raise NotStrictJsonError(f"{word} is no number of JSON")


def _int(digits: str) -> int:
    if len(digits) <= _INT64_DIGITS and -_INT64 <= (found := int(digits)) < _INT64:
        return found
    raise NotStrictJsonError(f"a number is beyond 64 bits: {digits[:40]}")


def _float(digits: str) -> float:
    found = float(digits)
    if math.isinf(found):
        raise NotStrictJsonError(f"a number is beyond 64 bits: {digits[:40]}")
    return found


def _check(value: Any) -> None:
    """Walk through `value`, not by recursion."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, str):
            _check_text(one)
        elif isinstance(one, dict | list):
            if depth == MAX_DEPTH:
                raise NotStrictJsonError(_TOO_DEEP)
            if isinstance(one, dict):
                for name in one:
                    _check_text(name)
                one = one.values()
            waiting += [(inner, depth + 1) for inner in one if isinstance(inner, str | dict | list)]


def _check_text(text: str) -> None:
    if "\0" in text:
        raise NotStrictJsonError("a text has a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotStrictJsonError("a text has half a surrogate pair") from error
