"""GoogleSQL's own analyzer, offline: ZetaSQL compiled to WASM (PyPI `zetasql`), started and asked."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import wasmtime
import zetasql.core.wasm_client as wasm_client
from google.protobuf import message
from zetasql.core.exceptions import ServerError
from zetasql.wasi import get_wasm_path
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2 as language
from zetasql.wasi._pb2.zetasql.proto import simple_catalog_pb2 as simple_catalog
from zetasql.wasi._pb2.zetasql.public import options_pb2 as options
from zetasql.wasi._pb2.zetasql.public import type_pb2 as types

# Features of ZetaSQL that BigQuery, as its reference documents it, does not have.
_NOT_BIGQUERY = {
    "ADDITIONAL_DATE_TIME_FUNCTIONS",
    "ALIASES_FOR_STRINGS",
    "ARRAY_ZIP",
    "BARE_ARRAY_ACCESS",
    "CHAINED_FUNCTION_CALLS",
    "DML_RETURNING",
    "ENABLE_MEASURES",
    "FROM_CLAUSE_ARRAY",
    "INLINE_LAMBDA_ARGUMENT",
    "INSERT_FROM_TABLE_PATH",
    "INSERT_VALUE_TABLE",
    "LATERAL_COLUMN_REFERENCES",
    "LATERAL_JOIN",
    "LIMIT_ALL",
    "MAP_TYPE",
    "MULTIWAY_UNNEST",
    "NESTED_UPDATE_DELETE_WITH_OFFSET",
    "NULLIFERROR_FUNCTIONS",
    "ORDERED_PRIMARY_KEYS",
    "PROTO_DEFAULT_IF_NULL",
    "SAFE_FUNCTION_CALL_WITH_LAMBDA_ARGS",
    "STRUCT_POSITIONAL_ACCESSOR",
    "TIMESTAMP_NANOS",
    "TIMESTAMP_PICOS",
    "UNNEST_AND_FLATTEN_ARRAYS",
    "UUID_TYPE",
}
_KINDS = {"FLOAT64": "TYPE_DOUBLE"}


class RefusedError(Exception):
    """GoogleSQL does not take the statement; the message is its own."""


class Engine:
    """A started analyzer with the language options of BigQuery."""

    def __init__(self) -> None:
        with mock.patch.object(wasm_client.Module, "from_file", _compiled):
            self._client = _Client(get_wasm_path())
        everything = self._call(
            "GetLanguageOptions", service.LanguageOptionsRequest(maximum_features=True), language.LanguageOptionsProto
        )
        self.language = language.LanguageOptionsProto(
            product_mode=options.PRODUCT_EXTERNAL,
            name_resolution_mode=options.NAME_RESOLUTION_DEFAULT,
            error_on_deprecated_syntax=True,
        )
        names = {options.LanguageFeature.Name(f): f for f in everything.enabled_language_features}
        self.language.enabled_language_features.extend(f for n, f in names.items() if _plain(n) not in _NOT_BIGQUERY)
        self.language.enabled_language_features.append(
            options.LanguageFeature.Value("FEATURE_CREATE_VIEWS_WITH_COLUMN_OPTIONS")
        )
        self.language.reserved_keywords.append("QUALIFY")  # as in BigQuery

    def register(self, catalog: simple_catalog.SimpleCatalogProto) -> int:
        """The number under which statements are analyzed against `catalog`."""
        request = service.RegisterCatalogRequest(simple_catalog=catalog)
        request.descriptor_pool_list.definitions.add().builtin.SetInParent()
        answer = self._call("RegisterCatalog", request, service.RegisterResponse)
        return int(answer.registered_id)

    def unregister(self, number: int) -> None:
        """Forget a catalog."""
        self._call("UnregisterCatalog", service.UnregisterRequest(registered_id=number))

    def analyze(self, text: str, catalog: int, parameters: Mapping[str, str], *, at: int = 0) -> tuple[Any, int]:
        """The resolved statement that begins at byte `at` of `text`, and the byte after it. RefusedError says why not.

        `parameters` are the types of the named ones: INT64, ARRAY<STRING> …; one that isn't named there is refused.
        """
        request = service.AnalyzeRequest(registered_catalog_id=catalog)
        request.options.CopyFrom(
            language_options(self.language, {name: sql_type(kind) for name, kind in parameters.items()})
        )
        location = request.parse_resume_location
        location.input, location.byte_position, location.allow_resume = text, at, True
        answer = self._call("Analyze", request, service.AnalyzeResponse)
        return answer.resolved_statement, int(answer.resume_byte_position)

    def parse_script(self, text: str) -> None:
        """Look at the syntax of a script of several statements. RefusedError: GoogleSQL's words."""
        request = service.ParseRequest(sql_statement=text, allow_script=True)
        request.options.CopyFrom(self.language)
        self._call("Parse", request, service.ParseResponse)

    def _call(self, name: str, request: message.Message, kind: Any = None) -> Any:
        try:
            more = () if kind is None else (kind,)
            return self._client.call_grpc_func(f"ZetaSqlLocalService_{name}", request, *more)
        except ServerError as error:
            raise RefusedError(str(error)) from error


def sql_type(name: str) -> types.TypeProto:
    """A type by its name in SQL."""
    made = types.TypeProto()
    if element := re.fullmatch(r"ARRAY<(.+)>", name):
        made.type_kind = types.TypeKind.Value("TYPE_ARRAY")
        made.array_type.element_type.CopyFrom(sql_type(element[1]))
    else:
        made.type_kind = types.TypeKind.Value(_KINDS.get(name, f"TYPE_{name}"))
    return made


def language_options(
    spoken: language.LanguageOptionsProto, parameters: Mapping[str, types.TypeProto]
) -> language.AnalyzerOptionsProto:
    """Options of one analysis."""
    made = language.AnalyzerOptionsProto(
        error_message_mode=options.ERROR_MESSAGE_ONE_LINE,
        default_timezone="UTC",
        parameter_mode=options.PARAMETER_NAMED,
        allow_undeclared_parameters=False,
        prune_unused_columns=False,
    )
    made.language_options.CopyFrom(spoken)
    for name, kind in parameters.items():
        made.query_parameters.add(name=name, type=kind)
    return made


class _Client(wasm_client.WasmClient):  # type: ignore[misc]
    """The library's client; it copies byte by byte, which takes longer than the analysis."""

    def write_bytes(self, ptr: int, data: bytes) -> None:
        ctypes.memmove(self._base() + ptr, data, len(data))

    def read_bytes(self, ptr: int, size: int) -> bytes:
        return ctypes.string_at(self._base() + ptr, size)

    def _base(self) -> int:
        return ctypes.addressof(self.memory.data_ptr().contents)


def _plain(feature: str) -> str:
    """`FEATURE_V_1_4_LATERAL_JOIN` -> `LATERAL_JOIN`."""
    return re.sub(r"^FEATURE_(V_\d_\d_)?", "", feature)


def _compiled(engine: wasmtime.Engine, path: str) -> wasmtime.Module:
    """The module compiled for this machine: half a minute the first time, then read from the user's cache folder."""
    versions = [importlib.metadata.version(name) for name in ("zetasql", "wasmtime")]
    what = hashlib.sha256("\0".join([*versions, os.uname().machine, _processor()]).encode()).hexdigest()[:16]
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nba-props"
    kept = folder / f"zetasql-{what}.cwasm"
    if kept.exists():
        return wasmtime.Module.deserialize_file(engine, str(kept))
    module = wasmtime.Module(engine, Path(path).read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: another process may read it meanwhile.
    handle, unfinished = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(module.serialize())
    Path(unfinished).rename(kept)
    return module


def _processor() -> str:
    """What tells processors apart: compiled code may use what another one lacks."""
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return ""
    return next((line for line in information.read_text().splitlines() if line.startswith(("flags", "Features"))), "")
