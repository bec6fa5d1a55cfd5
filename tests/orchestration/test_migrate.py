import re
from collections import Counter
from pathlib import Path

import pytest

from common.context import Context
from common.errors import ConfigurationError
from common.warehouse import Warehouse
from orchestration.migrate import Migration, apply, pending, read_migrations

# Of a table's metadata; BigQuery refuses the sixth.
_UPDATES_IN_TEN_SECONDS = 5


def test_every_migration_is_named_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "add_something.sql").write_text("SELECT 1;")
    with pytest.raises(ConfigurationError, match="NNN_what_it_does"):
        read_migrations(tmp_path)


def test_neighbouring_alters_of_a_table_are_sent_as_one_of_each_kind() -> None:
    sql = """-- What it does.
ALTER TABLE nba_raw.a ADD COLUMN IF NOT EXISTS x INT64 OPTIONS (description = "of x; with a semicolon");
ALTER TABLE nba_raw.a ALTER COLUMN x SET OPTIONS (description = "of x");
-- Another.
ALTER TABLE nba_raw.a
  ADD COLUMN IF NOT EXISTS y STRING;
ALTER TABLE nba_raw.b ADD COLUMN IF NOT EXISTS z STRING;
ALTER TABLE nba_raw.a ALTER COLUMN y SET OPTIONS (description = "of y");

INSERT INTO nba_raw.a (x) VALUES (1);
ALTER TABLE nba_raw.a ADD COLUMN IF NOT EXISTS later INT64;
ALTER TABLE nba_raw.a SET OPTIONS (description = "a");
"""
    joined = """-- What it does.
ALTER TABLE nba_raw.a
  ADD COLUMN IF NOT EXISTS x INT64 OPTIONS (description = "of x; with a semicolon"),
  ADD COLUMN IF NOT EXISTS y STRING;
ALTER TABLE nba_raw.a
  ALTER COLUMN x SET OPTIONS (description = "of x"),
  ALTER COLUMN y SET OPTIONS (description = "of y");
ALTER TABLE nba_raw.b
  ADD COLUMN IF NOT EXISTS z STRING;

INSERT INTO nba_raw.a (x) VALUES (1);
ALTER TABLE nba_raw.a
  ADD COLUMN IF NOT EXISTS later INT64;
ALTER TABLE nba_raw.a SET OPTIONS (description = "a");
"""
    assert Migration("900_x.sql", sql).sent.split() == joined.split()


def test_what_is_sent_does_what_the_file_says() -> None:
    for migration in read_migrations():
        assert _actions(migration.sent) == _actions(migration.sql), migration.name


def _actions(sql: str) -> list[tuple[str, str]]:
    """(table, action) of every ALTER, and the other lines, in no order."""
    found = []
    for statement in re.split(r";[ \t]*$", sql, flags=re.MULTILINE):
        text = re.sub(r"^--.*\n?", "", statement, flags=re.MULTILINE).strip()
        altered = re.match(r"ALTER TABLE (\S+)\s+", text)
        if altered is None:
            found.append(("", text))
        else:
            found += [(altered[1], action.strip()) for action in text[altered.end() :].split(",\n")]
    return sorted(found)


def test_no_table_is_altered_more_often_in_a_row_than_bigquery_takes() -> None:
    for migration in read_migrations():
        altered = Counter(re.findall(r"^ALTER TABLE (\S+)", migration.sent, flags=re.MULTILINE))
        assert max(altered.values(), default=0) <= _UPDATES_IN_TEN_SECONDS, migration.name


@pytest.mark.stack
class TestOnAWarehouse:
    @pytest.fixture
    def warehouse(self, context: Context) -> Warehouse:
        return context.warehouse

    def test_migrations_are_applied_once(self, warehouse: Warehouse) -> None:
        assert pending(warehouse, read_migrations()) == []
        assert apply(warehouse, read_migrations()) == []

    def test_an_edited_old_one_is_refused(self, warehouse: Warehouse) -> None:
        first, *rest = read_migrations()
        with pytest.raises(ConfigurationError, match="edited after") as caught:
            pending(warehouse, [Migration(first.name, first.sql + "-- more\n"), *rest])
        assert caught.value.attributes["file"] == first.name

    def test_an_applied_one_that_is_gone_is_refused(self, warehouse: Warehouse) -> None:
        first, *rest = read_migrations()
        with pytest.raises(ConfigurationError, match="missing here") as caught:
            pending(warehouse, rest)
        assert first.name in str(caught.value)

    def test_every_table_is_partitioned_clustered_and_described(self, warehouse: Warehouse) -> None:
        tables = warehouse.query(
            "SELECT table_schema, table_name FROM nba_raw.INFORMATION_SCHEMA.TABLES WHERE table_type = 'BASE TABLE'"
        ).rows
        assert tables
        for table in tables:
            described = warehouse.describe(f"{table['table_schema']}.{table['table_name']}")
            assert described["partitioned_by"], table
            assert described["clustered_by"], table
            assert described["description"], table
            assert described["columns_without_description"] == [], table
