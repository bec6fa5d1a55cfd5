"""ALTER TABLE with several ALTER COLUMN actions, as BigQuery takes it; `local-bigquery` reads one only."""

from __future__ import annotations

import functools
import inspect
from typing import Any


def install() -> None:
    """Have the server's parser read on after a comma; each action is then carried out by itself, in order.

    Once is enough; a second time changes nothing.
    """
    from local_bigquery.sql.dialect import BigQueryDialect
    from sqlglot import TokenType

    parser: Any = BigQueryDialect.Parser
    one = inspect.unwrap(parser._parse_alter_table_alter)

    @functools.wraps(one)
    def several(self: Any) -> list[Any]:
        actions = [one(self)]
        while self._match_pair(TokenType.COMMA, TokenType.ALTER):
            actions.append(one(self))
        return actions

    parser._parse_alter_table_alter = several
