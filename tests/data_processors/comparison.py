"""Two tables cell by cell: same keys, same columns, numbers within 1e-9."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd


def differences(ours: pd.DataFrame, theirs: pd.DataFrame, key: Sequence[str], tolerance: float = 1e-9) -> list[str]:
    """What differs, in words; empty when the frames say the same. `theirs` may have more columns."""
    left, right = _by_key(ours, key), _by_key(theirs, key)
    assert left, "nothing to compare"
    found = [f"only in ours: {k}" for k in left if k not in right]
    found += [f"only in theirs: {k}" for k in right if k not in left]
    missing = [c for c in ours.columns if c not in theirs.columns]
    if missing:
        return [f"not recomputed: {missing}"]
    for row_key in left.keys() & right.keys():
        for column in ours.columns:
            a, b = left[row_key][column], right[row_key][column]
            if not _same(a, b, tolerance):
                found.append(f"{column} of {row_key}: {a!r} against {b!r}")
    return found


def _by_key(frame: pd.DataFrame, key: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    rows = {tuple(r[k] for k in key): r for r in frame.to_dict("records")}
    assert len(rows) == len(frame), f"the key {key} is not unique"
    return rows


def _same(a: Any, b: Any, tolerance: float) -> bool:
    a, b = (None if v is None or pd.isna(v) else v for v in (a, b))
    if a is None or b is None:
        return a is b
    if isinstance(a, float) or isinstance(b, float):
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
    return bool(a == b)
