"""The five analytics processors one after the other and at once, every call to the warehouse taking a second.

python -m tests.benchmarks.parallel_processors
"""

from __future__ import annotations

import time
from datetime import date

from rich.console import Console
from rich.table import Table

from data_processors.analytics.main_analytics_service import PHASE
from data_processors.runner import ProcessorRunner, Task
from data_processors.spans import Span, ordered
from tests.data_processors.slow_warehouse import SlowWarehouse, context_on, without_audits

DAY = date(2024, 11, 4)


def seconds(*runs: list[Task]) -> float:
    """How long the runs take one after the other."""
    runner = ProcessorRunner(context_on(SlowWarehouse(seconds=1.0)))
    started = time.monotonic()
    for tasks in runs:
        outcome = runner.run(tasks)
        assert {r.status for r in outcome.results} == {"success"}
    return time.monotonic() - started


def main() -> None:
    """Print both times and their ratio, for a date and for a range that its own context depends on."""
    shown = Table(title="Five processors, a second a call")
    for heading in ("dates", "sequential s", "parallel s", "ratio"):
        shown.add_column(heading, justify="right")
    for name, last in (("one", DAY), ("a week", date(2024, 11, 10))):
        tasks = [Task(p, Span(DAY, last), "manual", 1, False) for p in ordered(without_audits(PHASE).processors)]
        alone, together = seconds(*([t] for t in tasks)), seconds(tasks)
        shown.add_row(name, f"{alone:.1f}", f"{together:.1f}", f"{alone / together:.2f}")
    Console(width=100).print(shown)


if __name__ == "__main__":
    main()
