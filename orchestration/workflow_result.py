"""What a run of a workflow did: an entry a step, an entry a scraper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from orchestration.workflow import Step

StepStatus = Literal["success", "not_ready", "failed", "timed_out", "skipped"]
WorkflowStatus = Literal["success", "partial", "failed", "not_ready", "not_due"]
# A scraper with one of these has what it was asked for, or knows that there is nothing.
THERE = frozenset({"success", "no_games"})
BAD = frozenset({"failed", "timed_out", "stored_unreadable"})


@dataclass
class StepResult:
    """What a step did. `scrapers` are the entries of POST /scrape, each with `critical`."""

    step: str
    status: StepStatus
    seconds: float = 0.0
    attempts: int = 0
    error: str | None = None
    event_id: str | None = None
    scrapers: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The entry of the answer."""
        return {**vars(self), "seconds": round(self.seconds, 3)}

    @property
    def payloads(self) -> int:
        """Payloads in the raw store that it told of."""
        return sum(s["payloads"] for s in self.scrapers)


def step_result(step: Step, answer: Mapping[str, Any], seconds: float, attempts: int, *, must_find: bool) -> StepResult:
    """The result of a step from the answer of POST /scrape.

    It has failed when a critical scraper did, and is not ready when a critical one lacks what it needs, when
    the archive does not know it, or, with `must_find`, when it found nothing.
    """
    critical = step.critical_scrapers()
    scrapers = [{**entry, "critical": entry["processor"] in critical} for entry in answer.get("results", [])]
    if not scrapers:
        said = answer.get("error") or f"HTTP {answer.get('http_status')}"
        return StepResult(step.name, "failed", seconds, attempts, error=str(said))
    status: StepStatus = "success"
    error = None
    for entry in scrapers:
        found = _step_status(entry, must_find=must_find)
        if entry["critical"] and (error is None or _RANK[found] > _RANK[status]) and found != "success":
            status, error = found, f"{entry['processor']}: {entry['error'] or entry['status']}"
    return StepResult(step.name, status, seconds, attempts, error, answer.get("event_id"), scrapers)


_RANK: Mapping[StepStatus, int] = {"success": 0, "skipped": 0, "not_ready": 1, "timed_out": 2, "failed": 3}


def _step_status(entry: Mapping[str, Any], *, must_find: bool) -> StepStatus:
    status = entry["status"]
    if status in BAD:
        return "timed_out" if status == "timed_out" else "failed"
    if status in THERE and not (must_find and status == "success" and not entry["payloads"]):
        return "success"
    return "not_ready"


@dataclass
class WorkflowResult:
    """What a workflow did for a game date; `reason` says why it ran or did not."""

    workflow: str
    game_date: date
    reason: str
    due: bool = True
    seconds: float = 0.0
    run_id: str | None = None
    steps: list[StepResult] = field(default_factory=list)

    @property
    def status(self) -> WorkflowStatus:
        """success when every critical scraper has what it was asked for and none of the others went wrong.

        partial when something went wrong and something is there, failed when nothing is; not_ready when
        nothing is there and nothing went wrong.
        """
        if not self.due:
            return "not_due"
        entries = [entry for step in self.steps for entry in step.scrapers]
        wrong = any(s.status in {"failed", "timed_out"} for s in self.steps) or any(e["status"] in BAD for e in entries)
        if self.complete and not wrong:
            return "success"
        if any(e["payloads"] or e["status"] == "no_games" for e in entries):
            return "partial"
        return "failed" if wrong else "not_ready"

    @property
    def complete(self) -> bool:
        """Whether every critical scraper has what it was asked for."""
        return all(s.status == "success" for s in self.steps)

    @property
    def problems(self) -> list[str]:
        """What went wrong, a line a step or scraper."""
        found = [f"{s.step}: {s.error}" for s in self.steps if s.status != "success"]
        for step in self.steps:
            for entry in step.scrapers:
                if entry["status"] in BAD and not entry["critical"]:
                    found.append(f"{step.step}: {entry['processor']}: {entry['error'] or entry['status']}")
        return found

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "workflow": self.workflow,
            "date": str(self.game_date),
            "status": self.status,
            "reason": self.reason,
            "seconds": round(self.seconds, 3),
            "run_id": self.run_id,
            "steps": [s.as_json() for s in self.steps],
        }
