"""Where the code asks the gateway for a statement that it has composed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.googlesql.statements import ROOT

_ASKING = ("query", "execute", "dry_run", "merge_rows", "merge_query", "staged_query")
_PACKAGES = ("common", "data_processors", "monitoring", "orchestration", "predictions", "scrapers")
# The gateway itself, and what asks other databases (the embedded stack's own).
_APART = ("common/warehouse.py", "orchestration/local")


def call_sites() -> set[str]:
    """`module:function` of every function that sends a text which is not simply that of a file."""
    found = set()
    for package in _PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            place = str(file.relative_to(ROOT))
            if not place.startswith(_APART):
                module = place.removesuffix(".py").replace("/", ".")
                found |= {f"{module}:{name}" for name in _composing(file)}
    return found


def _composing(file: Path) -> Iterator[str]:
    for name, function in _functions(ast.parse(file.read_text(encoding="utf-8")), ""):
        calls = [n for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
        if any(_asks(call) and not _is_text_of_a_file(call.args[0]) for call in calls if call.args):
            yield name


def _functions(node: ast.AST, path: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{path}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield f"{path}{child.name}", child


def _asks(call: ast.Call) -> bool:
    """`….warehouse.query(…)`, `warehouse.execute(…)`, `self._warehouse.merge_rows(…)`, `live.query(…)`."""
    assert isinstance(call.func, ast.Attribute)
    owner = ast.unparse(call.func.value)
    return call.func.attr in _ASKING and (owner.endswith("warehouse") or owner == "live")


def _is_text_of_a_file(text: ast.expr) -> bool:
    """`query_text("…")`, `….read_text(…)`: nothing put in."""
    return isinstance(text, ast.Call) and (
        (isinstance(text.func, ast.Name) and text.func.id == "query_text")
        or (isinstance(text.func, ast.Attribute) and text.func.attr == "read_text")
    )
