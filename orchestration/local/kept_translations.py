"""Translations of statements are kept: the same statement comes again and again, each time with other parameters.

`local-bigquery` reads GoogleSQL, works out the types and writes DuckDB's SQL anew for every job: for the statements of
phases 3 and 4 that takes longer than DuckDB needs to answer. A translation depends on the text, the parameters' types,
the columns of the tables named, and nothing else; so it is kept by all of these. What depends on more (the moment, what
tables there are, a session, a script's variables) is translated every time.
"""

from __future__ import annotations

import functools
import inspect
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from orchestration.local import staging_apart

_KEPT_AT_MOST = 500
# A staging table's name ends with a call's own number: apart from it the statement is the same.
_OWN = re.compile(r"(?<=_)[0-9a-f]{16}\b")
_STAGED = re.compile(r"\b(?P<dataset>\w*nba_staging)`?\.`?(?P<table>\w+)")
_EVERY_TIME = re.compile(r"INFORMATION_SCHEMA|SYSTEM_TIME|EXTERNAL_QUERY|__TABLES__|@@|\?|\*`", re.IGNORECASE)


@dataclass(frozen=True)
class _Translation:
    sql: str
    used: frozenset[str]
    referenced: frozenset[tuple[str, str, str]]


class KeptTranslations:
    """In the place of the server's `translate`."""

    def __init__(self, translate: Any) -> None:
        functools.update_wrapper(self, translate)
        self._translate = translate
        self._kept: OrderedDict[Any, _Translation] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, tree: Any, context: Any) -> tuple[str, dict[str, Any]]:
        if _is_temporary(tree):
            return self._plainly(tree, context)  # it tells the context of a table
        if _changes_the_lake(tree):
            with self._lock:
                self._kept.clear()  # options of a table count, too, and change no schema
            return self._plainly(tree, context)
        text = _text(tree)
        key = _key(text, tree, context)
        if key is None:
            return self._plainly(tree, context)
        numbers = _numbers(text)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        if kept is None:
            before = set(context.referenced)
            context.referenced.clear()
            sql, values = self._plainly(tree, context)
            referenced = frozenset(context.referenced)
            context.referenced |= before
            kept = _Translation(
                _renamed(sql, numbers),
                frozenset(values),
                frozenset((p, d, _renamed(t, numbers)) for p, d, t in referenced),
            )
            with self._lock:
                self._kept[key] = kept
                while len(self._kept) > _KEPT_AT_MOST:
                    self._kept.popitem(last=False)
            return sql, values
        back = {number: own for own, number in numbers.items()}
        context.used.clear()
        context.used.update(kept.used)
        context.referenced |= {(p, d, _renamed(t, back)) for p, d, t in kept.referenced}
        return _renamed(kept.sql, back), {name: context.values[name] for name in kept.used}

    def _plainly(self, tree: Any, context: Any) -> tuple[str, dict[str, Any]]:
        sql, values = self._translate(tree, context)
        return str(sql), dict(values)


def install() -> None:
    """Have queries and MERGEs use kept translations; TypeError when the server's function takes other parameters."""
    from local_bigquery.jobs import merge, query
    from local_bigquery.sql import translate

    plain = inspect.unwrap(translate.translate)
    if list(inspect.signature(plain).parameters) != ["tree", "context"]:
        raise TypeError("local-bigquery's translate has changed: see orchestration/local/kept_translations.py")
    query.translate = merge.translate = KeptTranslations(plain)


def _is_temporary(tree: Any) -> bool:
    from sqlglot import exp

    return isinstance(tree, exp.Create | exp.Drop) and tree.find(exp.TemporaryProperty) is not None


def _changes_the_lake(tree: Any) -> bool:
    from sqlglot import exp

    return isinstance(tree, exp.Create | exp.Drop | exp.Alter | exp.Command) and not _makes_staging(tree)


def _makes_staging(tree: Any) -> bool:
    from sqlglot import exp

    target = tree.find(exp.Table)
    return isinstance(tree, exp.Create) and target is not None and staging_apart.is_staging(target.db)


def _text(tree: Any) -> str:
    from local_bigquery.sql.dialect import BigQueryDialect
    from sqlglot import ErrorLevel

    # OPTIONS of a table are not in it, nor in DuckDB's statement.
    return str(tree.sql(dialect=BigQueryDialect, unsupported_level=ErrorLevel.IGNORE))


def _key(text: str, tree: Any, context: Any) -> Any:
    """All that a translation depends on; None where that is more than can be told."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database
    from local_bigquery.errors import BigQueryError

    if context.variables or context.functions or context.position or context.settings:
        return None
    if _EVERY_TIME.search(text) or context.project_id not in database._attached:
        return None
    staged = sorted({(m["dataset"], m["table"]) for m in _STAGED.finditer(text)})
    made = _target(tree) if _makes_staging(tree) else None
    try:
        columns = [
            [(f.name, f.type, f.mode) for f in tables.columns(context.project_id, *table)]
            for table in staged
            if table != made
        ]
    except BigQueryError:
        return None  # it is not there: the translation says so
    return (
        _renamed(text, _numbers(text)),
        type(tree).__name__,
        repr(sorted((k, repr(v)) for k, v in tree.meta.items() if k not in _PLACES)),
        context.project_id,
        context.dataset_id,
        frozenset(context.temporary),
        tuple(sorted(context.parameters.items())),
        tables.columns.schema_version(context.project_id),
        repr(columns),
    )


# Where a statement's words stood: for error messages only, and errors are never kept.
_PLACES = frozenset({"line", "col", "start", "end"})


def _target(tree: Any) -> tuple[str, str] | None:
    from sqlglot import exp

    target = tree.find(exp.Table)
    return (target.db, target.name) if target is not None else None


def _numbers(text: str) -> dict[str, str]:
    """For the number of each staging table, in the order of their appearance, one that is the same every time."""
    found = dict.fromkeys(_OWN.findall(text))
    return {own: f"{place:016x}" for place, own in enumerate(found)}


def _renamed(text: str, numbers: dict[str, str]) -> str:
    return _OWN.sub(lambda m: numbers.get(m[0], m[0]), text) if numbers else text
