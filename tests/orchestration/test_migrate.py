from pathlib import Path

import pytest

from common.context import Context
from common.errors import ConfigurationError
from common.warehouse import Warehouse
from orchestration.migrate import Migration, apply, pending, read_migrations


def test_every_migration_is_named_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "add_something.sql").write_text("SELECT 1;")
    with pytest.raises(ConfigurationError, match="NNN_what_it_does"):
        read_migrations(tmp_path)


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
