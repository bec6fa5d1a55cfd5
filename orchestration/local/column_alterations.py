"""ALTER TABLE with several ALTER COLUMN actions, as BigQuery takes it; `local-bigquery` reads one only."""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Have the server's parser read on after a comma; each action is then carried out by itself, in order."""
    from local_bigquery.sql.dialect import BigQueryDialect
    from sqlglot.tokens import TokenType

    parser = BigQueryDialect.Parser
    one = parser._parse_alter_table_alter

    def several(self: Any) -> list[Any]:
        actions = [one(self)]
        while self._match_pair(TokenType.COMMA, TokenType.ALTER):
            actions.append(one(self))
        return actions

    parser._parse_alter_table_alter = several
