"""A gateway without a warehouse: it writes down what it is asked to send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from common.context import Context
from common.query_parameters import query_parameter
from common.settings import Settings
from common.statement_log import described
from common.warehouse import QueryResult, Warehouse
from tests.googlesql.catalog import Catalog

_GATEWAY = ("common.warehouse", "contextlib", __name__)


@dataclass(frozen=True)
class Sent:
    """A statement as it was sent: the types of its parameters by name, and who asked for it."""

    sql: str
    params: Mapping[str, str]
    table: str
    sender: str


class StopHere(Exception):
    """Raised by the gateway in the place of an answer."""


class Recorder(Warehouse):
    """Answers a statement with the rows that `answers` has for it, none, or, told to stop, with `StopHere`."""

    def __init__(self, catalog: Catalog) -> None:
        self.settings = Settings()
        self.sent: list[Sent] = []
        self._catalog = catalog
        self._stops = False
        self._answers: list[list[dict[str, Any]]] = []

    def asked(self, ask: Callable[[Context], object], *answers: list[dict[str, Any]]) -> None:
        """Have `ask` send; `answers` are the rows of its first statements, after which it is stopped."""
        context = Context(self.settings)
        vars(context)["warehouse"] = self
        self._answers = list(answers)
        before = len(self.sent)
        with suppress(StopHere):
            ask(context)
        if len(self.sent) - before <= len(answers):
            raise AssertionError(f"{len(answers) + 1} statements were to be sent, not {len(self.sent) - before}")

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> QueryResult:
        return self._note(sql, params)

    def dry_run(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        self._note(sql, params)
        return 0

    def load(self, table: str, rows: Sequence[Mapping[str, Any]], *, schema_of: str | None = None, **how: Any) -> int:
        known = set(self.columns(schema_of or table))
        for row in rows:
            assert set(row) <= known, f"{table} has no {set(row) - known}"
        return len(rows)

    def columns(self, table: str) -> list[str]:
        return [name for name, _ in self._catalog.columns(table)]

    def schema(self, table: str) -> list[Any]:
        return [_Column(name) for name in self.columns(table)]

    def exists(self, table: str) -> bool:
        return self._catalog.has(table)

    def _execute(
        self, sql: str, params: Mapping[str, Any] | None, *, work: Sequence[object], table: str
    ) -> QueryResult:
        return self._note(sql, params, work, table)

    def _drop(self, staged: str) -> None:
        """There is nothing to drop."""

    def _note(
        self, sql: str, params: Mapping[str, Any] | None, work: Sequence[object] = (), table: str = ""
    ) -> QueryResult:
        parameters = [query_parameter(k, v) for k, v in (params or {}).items()]
        line = described(sql, parameters, work=work, table=table, gateway=_GATEWAY)
        self.sent.append(Sent(line["sql"], line["params"], line["table"], line["sender"]))
        if not self._answers:
            raise StopHere
        return QueryResult(rows=self._answers.pop(0), rows_changed=1)


@dataclass(frozen=True)
class _Column:
    name: str
