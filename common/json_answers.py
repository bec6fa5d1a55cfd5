"""JSON answers that are always well formed."""

from __future__ import annotations

from typing import Any

from flask.json.provider import DefaultJSONProvider

from common.json_values import clean


class CleanJson(DefaultJSONProvider):
    """Flask's JSON with `clean` before it."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """`obj` as JSON; a value of no JSON type as Flask writes it."""
        return super().dumps(clean(obj), **kwargs)
