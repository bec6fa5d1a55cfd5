"""Which dates of which processor a change concerns, and in what order processors can run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter

from common.errors import ConfigurationError
from data_processors.sql_processor import SqlProcessor


@dataclass(frozen=True)
class Span:
    """A range of game dates, both ends included."""

    first: date
    last: date

    def union(self, other: Span | None) -> Span:
        """The smallest range that holds both."""
        return self if other is None else Span(min(self.first, other.first), max(self.last, other.last))


def dependencies(processors: Sequence[SqlProcessor], spans: Mapping[str, Span] | None = None) -> dict[str, set[str]]:
    """For each processor the names of those among `processors` whose output it reads.

    With the `spans` that they run over, only where what one writes meets what the other reads: the context of a
    date reads summaries of earlier dates, so it need not wait for that date's own.
    """
    writers = {p.output: p.name for p in processors}
    found: dict[str, set[str]] = {p.name: set() for p in processors}
    for p in processors:
        for table in {i.table for i in p.inputs} & writers.keys() - {p.output}:
            writer = writers[table]
            if spans is None or _meet(p, table, spans[p.name], spans[writer]):
                found[p.name].add(writer)
    return found


def _meet(reader: SqlProcessor, table: str, reading: Span, writing: Span) -> bool:
    read = reader.input_ranges(reading.first, reading.last)[table]
    return read.first <= writing.last and writing.first <= read.last


def ordered(processors: Sequence[SqlProcessor]) -> list[SqlProcessor]:
    """Processors so that each comes after those whose output it reads."""
    by_name = {p.name: p for p in processors}
    try:
        return [by_name[n] for n in TopologicalSorter(dependencies(processors)).static_order()]
    except CycleError as error:
        raise ConfigurationError("processors read each other in a circle", circle=error.args[1]) from error


def concerned_spans(processors: Sequence[SqlProcessor], changed: Mapping[str, Span], frontier: date) -> dict[str, Span]:
    """The span of every processor that the changed tables concern, directly or through another processor.

    `frontier` is the last date that can have output: a change with effect on later dates reaches to it, and
    nothing goes beyond it.
    Processors that nothing concerns are left out.
    """
    tables = dict(changed)
    spans: dict[str, Span] = {}
    for processor in ordered(processors):
        span: Span | None = None
        for table, change in tables.items():
            first = processor.first_concerned(table, change.first)
            if first is None:
                continue
            # A schedule that is new speaks of dates months ahead: they are nobody's work yet.
            last = frontier if processor.has_later_effect(table) else min(change.last, frontier)
            if first <= last:
                span = Span(first, last).union(span)
        if span is not None:
            spans[processor.name] = span
            tables[processor.output] = span.union(tables.get(processor.output))
    return spans
