"""Text of any origin as a column of the warehouse holds it."""

from __future__ import annotations


def storable(text: str, most: int | None = None) -> str:
    """`text` with half surrogates and NUL written as escapes, cut to `most` characters."""
    plain = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    if most is None or len(plain) <= most:
        return plain
    return f"{plain[:most]} … ({len(plain)} characters)"
