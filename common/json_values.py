"""Values that any reader of JSON takes: what is told must not fail over what it quotes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from common.storable_text import storable

# Deeper than anything of ours; what lies below is cut off.
_MAX_DEPTH = 50


def clean(value: object, depth: int = 0) -> object:
    """`value` without what JSON or UTF-8 can't say: texts as `storable` writes them, NaN and Infinity as null."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == _MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        return {storable(k) if isinstance(k, str) else k: clean(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [clean(v, depth + 1) for v in value]
    return value
