"""Every statement that is sent, written to a file: for the tests, which put them before GoogleSQL's own analyzer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_GATEWAY = ("common.warehouse", "common.warehouse_jobs", "common.statement_log", "contextlib")


def note_statement(file: Path, sql: str, parameters: Sequence[Any], *, work: Sequence[object], table: str) -> None:
    """Append a statement as one JSON line of `described`.

    One write of one line: several processes and threads may share the file.
    """
    line = described(sql, parameters, work=work, table=table)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, (json.dumps(line) + "\n").encode())
    finally:
        os.close(handle)


def described(
    sql: str, parameters: Sequence[Any], *, work: Sequence[object], table: str, gateway: Sequence[str] = _GATEWAY
) -> dict[str, Any]:
    """A statement: `sql` as it stands in the code (no dataset prefix), the types of its `params` by name (no values),
    the `work` and `table` of a writing one, and as `sender` the module and function that asked `gateway` for it.
    """
    return {
        "sql": sql,
        "params": {p.name: _type(p.to_api_repr()["parameterType"]) for p in parameters},
        "work": [str(w) for w in work],
        "table": table,
        "sender": _sender(gateway),
    }


def _type(declared: dict[str, Any]) -> str:
    return f"ARRAY<{declared['arrayType']['type']}>" if declared["type"] == "ARRAY" else str(declared["type"])


def _sender(gateway: Sequence[str]) -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") in (*gateway, __name__):
        frame = frame.f_back
    return f"{frame.f_globals.get('__name__')}:{frame.f_code.co_qualname}"
