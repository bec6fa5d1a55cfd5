from __future__ import annotations

import sqlglot
from local_bigquery.sql.dialect import BigQueryDialect
from local_bigquery.sql.rules.ddl import split

from orchestration.local import column_alterations


def test_every_alteration_of_a_column_is_carried_out() -> None:
    column_alterations.install()
    sql = "ALTER TABLE d.t ALTER COLUMN a DROP NOT NULL, ALTER COLUMN b DROP NOT NULL, ALTER COLUMN c DROP NOT NULL"
    done = [part.sql("duckdb") for part in split(sqlglot.parse_one(sql, read=BigQueryDialect))]
    assert done == [f"ALTER TABLE d.t ALTER COLUMN {c} DROP NOT NULL" for c in "abc"]


def test_options_of_several_columns_are_read() -> None:
    column_alterations.install()
    sql = (
        "ALTER TABLE d.t ALTER COLUMN a SET OPTIONS (description = 'x'), ALTER COLUMN b SET OPTIONS (description = 'y')"
    )
    actions = sqlglot.parse_one(sql, read=BigQueryDialect).args["actions"]
    assert [action.name for action in actions] == ["a", "b"]
