from datetime import date
from pathlib import Path

import pytest

from common.errors import ConfigurationError
from data_processors.spans import Span, concerned_spans, dependencies, ordered
from data_processors.sql_processor import Input, SqlProcessor


def processor(name: str, *inputs: Input) -> SqlProcessor:
    return SqlProcessor(name, "phase3", f"out.{name}", ("game_id",), inputs, Path("none.sql"))


SUMMARY = processor("summary", Input("raw.box"), Input("raw.quotes"))
CONTEXT = processor("context", Input("raw.schedule"), Input("raw.quotes"), Input("out.summary", "later"))
D4, D5, D12 = date(2024, 11, 4), date(2024, 11, 5), date(2024, 11, 12)


def test_a_change_reaches_what_reads_it_on_its_day_and_through_it_later_days() -> None:
    spans = concerned_spans([CONTEXT, SUMMARY], {"raw.box": Span(D4, D4)}, frontier=D12)
    assert spans == {"summary": Span(D4, D4), "context": Span(D5, D12)}


def test_a_quote_concerns_its_own_day_and_by_the_summary_the_days_after() -> None:
    spans = concerned_spans([SUMMARY, CONTEXT], {"raw.quotes": Span(D4, D4)}, frontier=D12)
    assert spans["context"] == Span(D4, D12)


def test_what_nobody_reads_concerns_nobody() -> None:
    assert concerned_spans([SUMMARY, CONTEXT], {"raw.shots": Span(D4, D4)}, frontier=D12) == {}


def test_a_schedule_of_months_to_come_is_work_only_up_to_the_frontier() -> None:
    season = Span(D4, date(2025, 4, 13))
    assert concerned_spans([CONTEXT], {"raw.schedule": season}, frontier=D12) == {"context": Span(D4, D12)}
    assert concerned_spans([CONTEXT], {"raw.schedule": Span(date(2025, 1, 1), date(2025, 4, 13))}, frontier=D12) == {}


def test_a_late_correction_reaches_up_to_the_last_output_there_is() -> None:
    spans = concerned_spans([SUMMARY, CONTEXT], {"raw.box": Span(D4, D4)}, frontier=date(2025, 4, 13))
    assert spans["context"] == Span(D5, date(2025, 4, 13))


def test_processors_come_after_what_they_read_and_a_circle_is_refused() -> None:
    assert [p.name for p in ordered([CONTEXT, SUMMARY])] == ["summary", "context"]
    one = processor("one", Input("out.two"))
    two = processor("two", Input("out.one"))
    with pytest.raises(ConfigurationError, match="circle"):
        ordered([one, two])


def test_the_context_of_a_date_need_not_wait_for_that_dates_own_summary() -> None:
    day, week = Span(D4, D4), Span(D4, D12)
    both = [SUMMARY, CONTEXT]
    assert dependencies(both, {"summary": day, "context": day}) == {"summary": set(), "context": set()}
    assert dependencies(both, {"summary": week, "context": week})["context"] == {"summary"}
    assert dependencies(both, {"summary": day, "context": Span(D5, D12)})["context"] == {"summary"}
    assert dependencies(both, {"summary": Span(D12, D12), "context": day})["context"] == set()
