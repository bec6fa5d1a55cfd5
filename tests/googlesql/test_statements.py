"""Every statement that the project can send, put before GoogleSQL's analyzer and BigQuery's planner rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.googlesql import planner
from tests.googlesql.call_sites import call_sites
from tests.googlesql.engine import RefusedError
from tests.googlesql.migrated_catalog import Migrated
from tests.googlesql.planner import CEILING
from tests.googlesql.recorder import Recorder, Sent
from tests.googlesql.statements import FRAGMENTS, analyzed, distinct, is_in, is_template, sql_files, statement_of

# What a person types is his own.
_NOT_OURS = {"orchestration.commands.query:query"}


@pytest.fixture(scope="module")
def statements(recorder: Recorder) -> list[Sent]:
    """What is composed in code, and every file that no composed statement was made of."""
    sent = distinct(recorder.sent)
    alone = [f for f in sql_files() if f.stem not in FRAGMENTS and not is_template(f.read_text(encoding="utf-8"))]
    return [*sent, *(statement_of(f) for f in alone if not any(is_in(f, s.sql) for s in sent))]


@pytest.fixture(scope="module")
def refusals(migrated: Migrated, statements: list[Sent]) -> tuple[list[tuple[Sent, Any]], list[str]]:
    """The resolved statements, and what the analyzer refused."""
    resolved, refused = [], []
    for sent in statements:
        try:
            resolved += [(sent, found) for found in analyzed(migrated.catalog, sent)]
        except RefusedError as error:
            refused.append(f"{sent.sender}: {error}: {' '.join(sent.sql.split())[:200]}")
    return resolved, refused


def test_the_analyzer_takes_every_statement(refusals: tuple[list[tuple[Sent, Any]], list[str]]) -> None:
    assert refusals[1] == []


def test_the_planner_takes_every_statement(refusals: tuple[list[tuple[Sent, Any]], list[str]]) -> None:
    assert [f"{sent.sender}: {no}" for sent, found in refusals[0] for no in planner.refusals(found)] == []


def test_no_statement_reads_more_tables_than_the_ceiling(
    migrated: Migrated, refusals: tuple[list[tuple[Sent, Any]], list[str]]
) -> None:
    scans = [(planner.table_scans(found, migrated.catalog.bodies), sent.sender) for sent, found in refusals[0]]
    assert [(s.total(), sender, s.most_common(4)) for s, sender in scans if s.total() > CEILING] == []


def test_every_file_stands_in_an_analyzed_statement(statements: list[Sent]) -> None:
    assert [f.name for f in sql_files() if not any(is_in(f, s.sql) for s in statements)] == []


def test_everything_that_composes_sql_has_sent_some(recorder: Recorder) -> None:
    """A function that asks the gateway for anything but a file's text has to be called in `senders.py`."""
    senders = {s.sender.split(".<locals>")[0] for s in recorder.sent}
    assert {site for site in call_sites() if site not in senders} == _NOT_OURS
