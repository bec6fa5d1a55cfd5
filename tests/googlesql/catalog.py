"""The datasets as the migrations make them, for the analyzer: tables, views and table functions with their types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zetasql.wasi._pb2.zetasql.proto import function_pb2 as functions
from zetasql.wasi._pb2.zetasql.proto import simple_catalog_pb2 as simple_catalog
from zetasql.wasi._pb2.zetasql.public import function_pb2 as function_kinds

from tests.googlesql import resolved
from tests.googlesql.engine import Engine, RefusedError, sql_type

Columns = list[tuple[str, Any]]
# What the project reads of a dataset's own tables.
_INFORMATION = {
    "TABLES": {"table_schema": "STRING", "table_name": "STRING", "table_type": "STRING", "creation_time": "TIMESTAMP"},
    "COLUMNS": {
        "table_schema": "STRING",
        "table_name": "STRING",
        "column_name": "STRING",
        "ordinal_position": "INT64",
        "is_nullable": "STRING",
        "data_type": "STRING",
    },
}

_READS_NOTHING = ("ResolvedCreateTableStmt", "ResolvedAlterTableStmt", "ResolvedAlterTableSetOptionsStmt")


@dataclass
class _Dataset:
    tables: dict[str, Columns] = field(default_factory=dict)
    functions: dict[str, tuple[Columns, Columns]] = field(default_factory=dict)


class Catalog:
    """Datasets that grow with DDL, and the analysis of statements against them.

    `bodies` are the resolved statements that make views and table functions, by name.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._datasets: dict[str, _Dataset] = {}
        self._registered: int | None = None
        self._is_behind = False
        self.bodies: dict[str, Any] = {}

    def analyze(self, text: str, parameters: Mapping[str, str] | None = None) -> Any:
        """The one statement of `text`, resolved. RefusedError: GoogleSQL's words."""
        (statement, *more) = self.analyze_script(text, parameters)
        if more:
            raise RefusedError("more than one statement")
        return statement

    def analyze_script(self, text: str, parameters: Mapping[str, str] | None = None) -> list[Any]:
        """The statements of `text`, resolved against the catalog as it is: what they make is not there for the next.

        RefusedError: GoogleSQL's words.
        """
        found, at = [], 0
        while not _is_blank(text.encode()[at:]):
            statement, at = self._engine.analyze(text, self._number(), parameters or {}, at=at)
            found.append(statement)
        return found

    def apply(self, script: str, seen: Callable[[Any], None] = lambda statement: None) -> None:
        """Analyze the statements of `script` in order, each against what those before it have made.

        Each is handed to `seen`. RefusedError names the place.
        """
        at, text = 0, script.encode()
        while not _is_blank(text[at:]):
            try:
                statement, end = self._next(script, at)
            except RefusedError as error:
                before = text[max(0, at - 60) : at].decode(errors="replace")
                raise RefusedError(f"{error}, in the statement after: …{before}") from error
            self._take(statement)
            seen(statement)
            at = end

    def columns(self, table: str) -> Columns:
        """Names and types of a table's columns; KeyError without the table."""
        dataset, _, name = table.partition(".")
        return self._datasets[dataset].tables[name]

    def has(self, table: str) -> bool:
        """Whether there is a table or view of this name."""
        dataset, _, name = table.partition(".")
        return dataset in self._datasets and name in self._datasets[dataset].tables

    # -- what DDL does -------------------------------------------------------------------------------

    def _next(self, script: str, at: int) -> tuple[Any, int]:
        # To tell the analyzer of a new table takes longer than to analyze: what reads no table need not wait for it.
        if self._registered is not None and self._is_behind:
            try:
                found = self._engine.analyze(script, self._registered, {}, at=at)
            except RefusedError:
                pass  # it may be about what the analyzer has not been told: below
            else:
                if resolved.unwrap(found[0])[0] in _READS_NOTHING:
                    return found
        return self._engine.analyze(script, self._number(), {}, at=at)

    def _take(self, statement: Any) -> None:
        kind, node = resolved.unwrap(statement)
        effect = getattr(self, f"_{kind.removeprefix('Resolved')}", None)
        if effect is not None:
            effect(node, list(resolved.field(node, "name_path")))
            if kind in ("ResolvedCreateViewStmt", "ResolvedCreateTableFunctionStmt"):
                self.bodies[".".join(resolved.field(node, "name_path"))] = statement
            self._is_behind = True
        elif kind.startswith(("ResolvedCreate", "ResolvedAlter", "ResolvedDrop", "ResolvedRename")):
            raise NotImplementedError(f"what {kind} does to the catalog")

    def _CreateSchemaStmt(self, node: Any, name: list[str]) -> None:
        self._datasets.setdefault(name[0], _Dataset())

    def _CreateTableStmt(self, node: Any, name: list[str]) -> None:
        columns = [(c.name, c.type) for c in resolved.field(node, "column_definition_list")]
        self._datasets[name[0]].tables[name[1]] = columns

    _CreateTableAsSelectStmt = _CreateTableStmt

    def _CreateViewStmt(self, node: Any, name: list[str]) -> None:
        columns = [(c.name, c.column.type) for c in resolved.field(node, "output_column_list")]
        self._datasets[name[0]].tables[name[1]] = columns

    def _CreateTableFunctionStmt(self, node: Any, name: list[str]) -> None:
        names = resolved.field(node, "argument_name_list")
        arguments = [(n, a.type) for n, a in zip(names, resolved.field(node, "signature").argument, strict=True)]
        columns = [(c.name, c.column.type) for c in resolved.field(node, "output_column_list")]
        self._datasets[name[0]].functions[name[1]] = (arguments, columns)

    def _AlterTableStmt(self, node: Any, name: list[str]) -> None:
        tables = self._datasets[name[0]].tables
        for action in resolved.field(node, "alter_action_list"):
            kind, what = resolved.unwrap(action)
            if kind == "ResolvedAddColumnAction":
                added = what.column_definition
                there = added.name.lower() in {c.lower() for c, _ in tables[name[1]]}
                if there and not what.is_if_not_exists:
                    raise RefusedError(f"{'.'.join(name)} has a column {added.name}")
                if not there:
                    tables[name[1]].append((added.name, added.type))
            elif kind == "ResolvedDropColumnAction":
                tables[name[1]] = [c for c in tables[name[1]] if c[0].lower() != what.name.lower()]
            elif kind == "ResolvedRenameToAction":
                tables[what.new_path[-1]] = tables.pop(name[1])
            elif kind not in (
                "ResolvedSetOptionsAction",
                "ResolvedAlterColumnOptionsAction",
                "ResolvedAlterColumnDropNotNullAction",
            ):
                raise NotImplementedError(f"what {kind} does to the catalog")

    def _AlterSchemaStmt(self, node: Any, name: list[str]) -> None:
        if name[0] not in self._datasets:
            raise RefusedError(f"there is no dataset {name[0]}")

    def _AlterTableSetOptionsStmt(self, node: Any, name: list[str]) -> None:
        """Options are nothing to the analyzer."""

    def _DropStmt(self, node: Any, name: list[str]) -> None:
        self._datasets[name[0]].tables.pop(name[1], None)

    def _DropTableFunctionStmt(self, node: Any, name: list[str]) -> None:
        self._datasets[name[0]].functions.pop(name[1], None)

    # -- what the analyzer is told -------------------------------------------------------------------

    def _number(self) -> int:
        if self._is_behind or self._registered is None:
            if self._registered is not None:
                self._engine.unregister(self._registered)
            self._registered = self._engine.register(self._proto())
            self._is_behind = False
        return self._registered

    def _proto(self) -> simple_catalog.SimpleCatalogProto:
        root = simple_catalog.SimpleCatalogProto(name="project")
        root.builtin_function_options.language_options.CopyFrom(self._engine.language)
        number = 0
        for name, dataset in self._datasets.items():
            below = root.catalog.add(name=name)
            information = below.catalog.add(name="INFORMATION_SCHEMA")
            rooms = [(below, "", dataset.tables), (information, "INFORMATION_SCHEMA.", _information())]
            for room, prefix, tables in rooms:
                for table, columns in tables.items():
                    number += 1
                    made = room.table.add(name=table, serialization_id=number, full_name=f"{name}.{prefix}{table}")
                    for column, kind in columns:
                        made.column.add(name=column, type=kind)
            for function, (arguments, columns) in dataset.functions.items():
                _add_function(below, [name, function], arguments, columns)
        return root


def _information() -> dict[str, Columns]:
    return {t: [(c, sql_type(kind)) for c, kind in columns.items()] for t, columns in _INFORMATION.items()}


def _add_function(room: Any, path: list[str], arguments: Columns, columns: Columns) -> None:
    made = room.custom_tvf.add(name_path=path)
    made.type = function_kinds.FunctionEnums.FIXED_OUTPUT_SCHEMA_TVF
    for name, kind in arguments:
        argument = made.signature.argument.add(kind=_argument_kind("ARG_TYPE_FIXED"), num_occurrences=-1)
        argument.type.CopyFrom(kind)
        argument.options.argument_name = name
    returned = made.signature.return_type
    returned.num_occurrences = 0
    returned.kind = _argument_kind("ARG_TYPE_RELATION")
    for name, kind in columns:
        returned.options.relation_input_schema.column.add(name=name, type=kind)


def _argument_kind(name: str) -> int:
    kinds = functions.FunctionArgumentTypeProto.DESCRIPTOR.fields_by_name["kind"].enum_type
    return int(kinds.values_by_name[name].number)


def _is_blank(text: bytes) -> bool:
    """Whether only comments and space are left."""
    return all(not line.strip() or line.strip().startswith(b"--") for line in text.splitlines())
