"""The project's SQL as the analyzer takes it: migrations, files and what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.googlesql.catalog import Catalog
from tests.googlesql.recorder import Sent

ROOT = Path(__file__).resolve().parents[2]
# Parameters are called by one name everywhere.
PARAMETERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("before", "box_first", "box_last", "day", "end_date", "fetched_first", "fetched_last", "first", "game_date"),
        "DATE",
    ),
    **dict.fromkeys(
        ("fit_first", "fit_last", "last", "schedule_first", "schedule_last", "start_date", "today"), "DATE"
    ),
    **dict.fromkeys(("at", "loaded_at", "moment", "now", "since", "until"), "TIMESTAMP"),
    **dict.fromkeys(("player_id", "rows"), "INT64"),
    **dict.fromkeys(
        ("batch_id", "feature_version", "game_id", "item_id", "message_id", "name_key", "opponent", "season"), "STRING"
    ),
    **dict.fromkeys(("do_not_fit", "status", "team"), "STRING"),
    **dict.fromkeys(("feeds", "game_ids", "paths", "seasons"), "ARRAY<STRING>"),
    "with_resolved": "BOOL",
}
# But for these.
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "explained_payloads": {"before": "TIMESTAMP"},
    "failed_audits": {"since": "DATE"},
    "feed_freshness": {"since": "DATE"},
    "runs_of_range": {"since": "DATE"},
}
# Parts of statements: what begins with WITH and is no statement by itself.
FRAGMENTS = ("consolidation_changes", "graded_rows")
_STAGING = re.compile(r"`?\bnba_staging\.(?P<table>\w+?)(?:_[0-9a-f]{16})?\b`?")
# What a processor's SELECT has computed lies in staging without the time of writing.
_COMPUTED = re.compile(_STAGING.pattern + r"(?= AS computed\b)")
_DATASETS = ("nba_raw", "nba_reference", "nba_analytics", "nba_precompute", "nba_predictions", "nba_orchestration")


def sql_files() -> list[Path]:
    """Every `.sql` file but the migrations, in the folders of the code."""
    folders = ("bin", "common", "data_processors", "monitoring", "orchestration", "predictions", "scrapers")
    return sorted(f for folder in folders for f in (ROOT / folder).rglob("*.sql"))


def is_template(sql: str) -> bool:
    """Whether code has to put something in before it is a statement."""
    return re.search(r"\{[a-z_]+\}", sql) is not None


def mark(sql: str) -> str:
    """The longest line that stands in every statement made of a file: by it a file is known again."""
    lines = (line.strip() for line in sql.splitlines())
    return max((w for w in lines if not w.startswith("--") and "{" not in w), key=len)


def statement_of(file: Path) -> Sent:
    """A file as a statement, with the parameters that it names; KeyError for one whose type is not known."""
    sql = file.read_text(encoding="utf-8")
    known = {**PARAMETERS, **OTHERWISE.get(file.stem, {})}
    named = sorted(set(re.findall(r"@([a-z]\w*)", _without_comments(sql))))
    return Sent(sql, {name: known[name] for name in named}, "", str(file.relative_to(ROOT)))


def is_in(file: Path, sql: str) -> bool:
    """Whether a statement was made of a file."""
    return mark(file.read_text(encoding="utf-8")) in sql


def analyzed(catalog: Catalog, sent: Sent) -> list[Any]:
    """The resolved statements, of a script several; RefusedError when GoogleSQL does not take one."""
    return catalog.analyze_script(_on_real_tables(catalog, sent), sent.params)


def _on_real_tables(catalog: Catalog, sent: Sent) -> str:
    """The statement without a semicolon, a staging table replaced by the one that it was made like."""

    def real(found: re.Match[str]) -> str:
        if sent.table.endswith(f".{found['table']}"):
            return sent.table
        names = (f"{dataset}.{found['table']}" for dataset in _DATASETS)
        return next((n for n in names if catalog.has(n)), found[0])

    def computed(found: re.Match[str]) -> str:
        return f"(SELECT * EXCEPT (loaded_at) FROM {real(found)})"

    return _STAGING.sub(real, _COMPUTED.sub(computed, sent.sql)).strip().rstrip(";")


def _without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def distinct(sent: Iterable[Sent]) -> list[Sent]:
    """One of those that differ in names of staging tables, numbers of parameters and who sent them at most."""

    def shape(one: Sent) -> tuple[str, tuple[tuple[str, str], ...]]:
        text = re.sub(r"_[0-9a-f]{16}\b", "_x", re.sub(r"@(a|r)\d+_", r"@\1n_", one.sql))
        return re.sub(r"'(a|r)\d+'", r"'\1n'", text), tuple(sorted(set(one.params.items())))

    return list({shape(one): one for one in reversed(list(sent))}.values())
