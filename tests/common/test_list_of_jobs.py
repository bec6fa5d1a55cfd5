from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden

from common.errors import TerminalError
from common.settings import Settings
from common.warehouse import Warehouse

SINCE = datetime(2024, 11, 4, tzinfo=UTC)


class ListOfJobs:
    """The client's list of jobs, for somebody who may see all, his own, or none."""

    def __init__(self, *allowed: bool) -> None:
        self.allowed = allowed

    def list_jobs(self, *, all_users: bool, **_: Any) -> list[SimpleNamespace]:
        if all_users not in self.allowed:
            raise Forbidden("Access Denied: User does not have bigquery.jobs.listAll permission")
        names = ["mine", "another's"] if all_users else ["mine"]
        return [
            SimpleNamespace(statement_type="SELECT", labels={"who": n}, started=None, ended=None, query="")
            for n in names
        ]


def seen_by(*allowed: bool) -> list[str]:
    warehouse = Warehouse(Settings(bigquery_endpoint="http://127.0.0.1:9"))
    warehouse._client = ListOfJobs(*allowed)
    return [job.labels["who"] for job in warehouse.jobs(SINCE)]


def test_jobs_of_all_are_listed_where_one_may_see_them_else_ones_own() -> None:
    assert seen_by(True, False) == ["mine", "another's"]
    assert seen_by(False) == ["mine"]


def test_who_may_not_even_see_his_own_is_told() -> None:
    with pytest.raises(TerminalError, match="refused"):
        seen_by()
