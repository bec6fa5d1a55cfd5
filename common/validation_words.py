"""What pydantic found wrong with somebody's data, in few words: the data itself may be megabytes."""

from __future__ import annotations

from pydantic import ValidationError

_LONGEST = 200


def first_problem(error: ValidationError) -> tuple[str, str]:
    """Where the first problem is ("players.3.line"; "body" for the whole) and what it is; both cut to a line."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    return cut(where), cut(str(first["msg"]).removeprefix("Value error, "))


def cut(text: str, longest: int = _LONGEST) -> str:
    """`text`, or its beginning and how much more there was."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest} characters more)"
