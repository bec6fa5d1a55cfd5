"""A kept translation is the one that the server would make, and is forgotten with what it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchestration.local import catalog_lookups, staging_apart
from orchestration.local.kept_translations import KeptTranslations

STAGED = "nba_staging.rows_{own}"


class Translator:
    """Translates a statement plainly and kept, and counts how often the server was asked for the kept one."""

    def __init__(self) -> None:
        from local_bigquery.sql.translate import translate

        self.asked = 0
        self._plain = translate
        self._kept = KeptTranslations(self._counted)

    def _counted(self, tree: Any, context: Any) -> Any:
        self.asked += 1
        return self._plain(tree, context)

    def both(self, sql: str, **types: str) -> str:
        """DuckDB's statement, the same both ways, with the same values and the same tables told."""
        from local_bigquery.sql.translate import Context, parse

        (tree,) = parse(sql)
        found = []
        for translate in (self._plain, self._kept):
            values = dict.fromkeys(types, "value")
            context = Context("local", None, {n: f"CAST(${n} AS {t})" for n, t in types.items()}, values)
            translated, bound = translate(tree, context)
            found.append((translated, bound, set(context.referenced), set(context.used)))
        assert found[0] == found[1]
        return found[0][0]

    def ddl(self, sql: str) -> None:
        """A statement that changes the lake, as the server carries it out."""
        from local_bigquery.jobs.query import run_ddl
        from local_bigquery.sql.translate import Context, parse

        self._kept(parse(sql)[0], Context("local", None))
        run_ddl("local", sql)


@pytest.fixture
def translator(database: Any) -> Iterator[Translator]:
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database as module
    from local_bigquery.jobs import query
    from local_bigquery.sql import rules
    from local_bigquery.sql.rules import partitions

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in (
            (tables, "physical"),
            (tables, "columns"),
            (rules.tables, "_not_found"),
            (module, "objects"),
            (partitions, "_hidden"),
            (query, "execute"),
        ):
            patch.setattr(owner, name, getattr(owner, name))  # put back afterwards
        catalog_lookups.install()
        staging_apart.install()
        made = Translator()
        made.ddl("CREATE OR REPLACE TABLE nba_raw.games (id STRING, day DATE, points INT64)")
        made.asked = 0
        yield made


def test_the_same_text_is_translated_once_whatever_its_values(translator: Translator) -> None:
    sql = "SELECT points / 2 AS half FROM nba_raw.games WHERE day = @day AND id = 'x'"
    for _ in range(3):
        assert "local" in translator.both(sql, day="DATE")
    assert translator.asked == 1
    translator.both(sql, day="TIMESTAMP")
    translator.both(sql.replace("'x'", "'X'"), day="DATE")
    assert translator.asked == 3


def test_staging_tables_differ_by_their_number_alone(translator: Translator) -> None:
    from local_bigquery.errors import BigQueryError

    for own in ("0123456789abcdef", "fedcba9876543210"):
        table = STAGED.format(own=own)
        made = translator.both(f"CREATE OR REPLACE TABLE {table} AS SELECT id, points FROM nba_raw.games")
        assert own in made
        translator.ddl(f"CREATE OR REPLACE TABLE {table} AS SELECT id, points FROM nba_raw.games")
        translator.both(f"SELECT SUM(points) AS points FROM {table}")
    assert translator.asked == 2
    other = STAGED.format(own="00000000deadbeef")
    translator.ddl(f"CREATE OR REPLACE TABLE {other} AS SELECT id, CAST(points AS STRING) AS points FROM nba_raw.games")
    translator.both(f"SELECT MAX(points) AS points FROM {other}")
    with pytest.raises(BigQueryError, match="was not found"):
        translator.both(f"SELECT SUM(points) AS points FROM {STAGED.format(own='aaaaaaaaaaaaaaaa')}")


def test_a_change_of_a_table_makes_its_translations_anew(translator: Translator) -> None:
    sql = "SELECT * FROM nba_raw.games"
    translator.both(sql)
    translator.ddl("ALTER TABLE nba_raw.games SET OPTIONS (require_partition_filter = FALSE)")
    translator.both(sql)
    translator.ddl("ALTER TABLE nba_raw.games ADD COLUMN more FLOAT64")
    translator.both(sql)
    translator.both(sql)
    assert translator.asked == 3 + 2  # the two changes are asked for, too


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT table_name FROM nba_raw.INFORMATION_SCHEMA.TABLES",
        "SELECT @@project_id AS project",
        "SELECT id FROM nba_raw.games FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()",
    ],
)
def test_what_depends_on_the_moment_is_never_kept(translator: Translator, sql: str) -> None:
    before = translator.asked
    translator.both(sql)
    translator.both(sql)
    assert translator.asked == before + 2
