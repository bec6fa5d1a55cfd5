"""Tells a person by webhook what is amiss with some dates: one message a call, each finding once a day, so many a day.

A finding that still stands the next day is told again. What is over the day's limit is kept and counted; the last
message of the day says that it is the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from common.context import Context
from common.errors import NbaError
from orchestration.alert_findings import Finding, findings
from orchestration.alert_memory import AlertMemory, Day
from orchestration.alert_webhook import Webhook

# Lines of a message; `alerts` beside its text holds all.
_LINES = 20
Status = Literal["nothing", "sent", "told_before", "held", "dry_run", "not_configured"]
_HOW: dict[Status, str] = {
    "sent": "sent now",
    "held": "over the limit of the day",
    "dry_run": "not sent: a dry run",
    "not_configured": "not sent: no webhook",
}


@dataclass(frozen=True)
class Told:
    """What a call found and what it did.

    `new` are the findings that nobody had been told of today: with status "sent" they were sent now, with "held" they
    are over the day's limit, with "dry_run" and "not_configured" nothing was done with them.
    """

    status: Status
    findings: list[Finding]
    new: list[Finding]

    @property
    def untold(self) -> bool:
        """Whether something was found that nobody has been told of."""
        return bool(self.new) and self.status != "sent"

    def how(self, finding: Finding) -> str:
        """What became of a finding, in words."""
        return _HOW[self.status] if finding in self.new else "told before, today"

    def as_json(self) -> dict[str, Any]:
        """The answer's body: counts, and every finding with what became of it."""
        sent = len(self.new) if self.status == "sent" else 0
        counts = {"findings": len(self.findings), "new": len(self.new), "sent": sent}
        return {
            "status": self.status,
            **counts,
            "alerts": [{**f.as_json(), "told": self.how(f)} for f in self.findings],
        }


def alert(context: Context, first: date, last: date, *, dry_run: bool = False, webhook: Webhook | None = None) -> Told:
    """Find what is amiss on the dates (both included), and tell what has not been told today.

    `webhook` defaults to that of the settings; without any nothing is sent or kept. ConfigurationError when it
    refuses the message, TransientError when it does not answer: both leave the findings to the next call.
    """
    webhook = webhook or Webhook.of(context.settings)
    found = findings(context, first, last)
    if webhook is None:
        return Told("not_configured", found, found)
    if not found:
        return Told("nothing", [], [])
    memory, limit = AlertMemory(context), context.settings.alert_daily_limit
    day = memory.read()
    new = [f for f in found if f.key not in day.told]
    if dry_run or not new:
        return Told("dry_run" if dry_run else "told_before", found, new)
    if len(day.messages) >= limit:
        memory.hold([f for f in new if f.key not in day.held])
        return Told("held", found, new)
    mine, day = memory.claim(new)
    if not mine:
        return Told("told_before", found, [])
    if len(day.messages) >= limit:
        # Another call was quicker.
        memory.mark("held")
        return Told("held", found, mine)
    try:
        webhook.send(message(mine, first, last, day, limit))
    except NbaError:
        memory.mark("unsent")
        raise
    memory.mark("sent")
    return Told("sent", found, mine)


def message(new: Sequence[Finding], first: date, last: date, day: Day, limit: int) -> dict[str, Any]:
    """The body of a message: `text` for people, as Slack and its like show it, and `alerts`, a finding each."""
    number = len(day.messages) + 1
    dates = str(first) if first == last else f"{first} to {last}"
    lines = [f"NBA pipeline, {dates}: {len(new)} new finding{'s' if len(new) > 1 else ''}"]
    lines += [f"• {f.game_date} {f.kind.replace('_', ' ')}: {f.words}" for f in new[:_LINES]]
    if len(new) > _LINES:
        lines.append(f"… and {len(new) - _LINES} more")
    if number == 1 and day.held_yesterday:
        lines.append(f"Found yesterday, over the limit and not sent: {day.held_yesterday}.")
    if number >= limit:
        lines.append(
            f"This is message {number} of at most {limit} today, the limit is reached: what else comes up is kept in "
            "nba_orchestration.alerts and not sent. `nba alert --dry-run` shows it."
        )
    return {"text": "\n".join(map(_escaped, lines)), "alerts": [f.as_json() for f in new]}


def _escaped(line: str) -> str:
    # Words of sources and errors are in it; <!channel> would wake everybody.
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
