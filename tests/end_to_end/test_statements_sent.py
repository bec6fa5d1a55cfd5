"""What a whole run really sends, with the types that it sends: GoogleSQL's analyzer and BigQuery's planner take it."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.pipeline import STATEMENTS, Finished
from tests.googlesql import planner
from tests.googlesql.engine import RefusedError
from tests.googlesql.migrated_catalog import migrated_catalog
from tests.googlesql.statements import Sent, analyzed, distinct, sql_files, statement_of

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def sent(five_days: Finished) -> list[Sent]:
    lines = (five_days.data_dir / STATEMENTS).read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return distinct(
        Sent(t["sql"], t["params"], t["table"], t["sender"]) for t in told if t["work"][:1] != ["migration"]
    )


def test_every_statement_of_five_days_is_taken(sent: list[Sent]) -> None:
    migrated = migrated_catalog()
    refused = []
    for one in sent:
        try:
            statements = analyzed(migrated.catalog, one)
        except RefusedError as error:
            refused.append(f"{one.sender}: {error}: {' '.join(one.sql.split())[:200]}")
            continue
        for found in statements:
            refused += [f"{one.sender}: {no}" for no in planner.refusals(found)]
            scans = planner.table_scans(found, migrated.catalog.bodies).total()
            refused += [f"{one.sender}: reads {scans} tables"] if scans > planner.CEILING else []
    assert refused == []
    assert len({s.sender for s in sent}) > 20


def test_parameters_have_the_types_that_the_files_are_analyzed_with(sent: list[Sent]) -> None:
    by_text = {f.read_text(encoding="utf-8"): f for f in sql_files()}
    whole = [(one, statement_of(by_text[one.sql])) for one in sent if one.sql in by_text]
    assert whole
    assert [one.sender for one, file in whole if one.params != file.params] == []
