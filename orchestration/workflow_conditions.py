"""Is a workflow due at this moment? A pure function of the workflow, the clock and what is known of the date.

A workflow has slots on each game date, the moments at which it should run. It is due when its newest slot has come,
its window is still open, it has not run well since, and the date fulfils its conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from common import clock
from orchestration.workflow import MINUTES_A_DAY, When, Workflow

# From tip-off to the final whistle, overtime left out: a guess that only says when asking is worth it.
GAME_LASTS = timedelta(hours=2, minutes=30)
# Before this hour a moment belongs to the evening before.
_DAY_BEGINS = timedelta(hours=6)


@dataclass(frozen=True)
class Facts:
    """What is known of a game date: tip-offs, the clock of each workflow's last good run, and whether what an
    `until_found` workflow looks for is in the tables.
    """

    tip_offs: tuple[datetime, ...] = ()
    last_runs: Mapping[str, datetime] = field(default_factory=dict)
    found: bool = False


@dataclass(frozen=True)
class Decision:
    """Whether a workflow should run now, and why not."""

    due: bool
    reason: str


def game_date_of(workflow: Workflow, now: datetime) -> date:
    """The game date that a run at `now` serves: the one whose window is open; else today's.

    01:00 belongs to the evening before.
    """
    today = clock.eastern_date(now)
    for day in (today, today - timedelta(days=1)):
        first, last = window_of(workflow.when, day)
        if first <= now < last:
            return day
    return clock.eastern_date(now - _DAY_BEGINS)


def window_of(when: When, day: date) -> tuple[datetime, datetime]:
    """Start and end (excluded) of a date's window; with `every` the last slot keeps its whole interval."""
    start, end = _span(when)
    last = _moment(day, end)
    return _moment(day, start), last + when.every if when.every else last


def slots_of(when: When, day: date, tip_offs: tuple[datetime, ...]) -> list[datetime]:
    """The moments of a date at which the workflow should run, in order."""
    start, end = _span(when)
    if when.early_start is not None:
        first, last = _moment(day, start), _moment(day, end)
        early = when.early_start
        begins, ends = _moment(day, early.start), _moment(day, early.end)
        wait = timedelta(hours=early.hours_after)
        return sorted({t + wait for t in tip_offs if begins <= t < ends and first <= t + wait < last})
    if when.every is None:
        return [_moment(day, start)]
    # Stepped on the wall clock, so that 20:00 stays 20:00 on the days that have 23 or 25 hours.
    step = int(when.every.total_seconds()) // 60
    return [_moment(day, minutes) for minutes in range(start, end + 1, step)]


def due(workflow: Workflow, day: date, now: datetime, facts: Facts) -> Decision:
    """Whether the workflow should run for `day` at `now`; the reason is for people."""
    when = workflow.when
    if when.needs_games and not facts.tip_offs:
        return Decision(False, f"no games are known on {day}")
    first, last = window_of(when, day)
    if not first <= now < last:
        return Decision(False, f"outside its window, {_shown(first)} to {_shown(last)}")
    slots = [s for s in slots_of(when, day, facts.tip_offs) if s <= now]
    if not slots:
        return Decision(False, "no game started early enough, or not long enough ago")
    ran = facts.last_runs.get(workflow.name)
    if ran is not None and ran >= slots[-1]:
        return Decision(False, f"ran at {_shown(ran)}, after {_shown(slots[-1])}")
    missing = [name for name in when.after if name not in facts.last_runs]
    if missing:
        return Decision(False, f"waits for {', '.join(missing)}")
    return _games_allow(when, now, facts) or Decision(True, f"due since {_shown(slots[-1])}")


def _games_allow(when: When, now: datetime, facts: Facts) -> Decision | None:
    """The refusal of the conditions on the date's games; None when they are fulfilled."""
    if when.hours_before_first_game is not None:
        opens = min(facts.tip_offs) - timedelta(hours=when.hours_before_first_game)
        if now < opens:
            return Decision(False, f"too early: the first game tips off at {_shown(min(facts.tip_offs))}")
    ended = [t for t in facts.tip_offs if t + GAME_LASTS <= now]
    if when.ended_games_only and not ended:
        return Decision(False, "no game has ended yet")
    if when.hours_after_last_game is not None:
        over = max(facts.tip_offs) + GAME_LASTS + timedelta(hours=when.hours_after_last_game)
        if now < over:
            return Decision(False, f"the last game is over by {_shown(over)}")
    if when.until_found and facts.found:
        return Decision(False, "found already")
    return None


def _span(when: When) -> tuple[int, int]:
    """Start and end in minutes after the game date's midnight."""
    shift = MINUTES_A_DAY if when.next_day else 0
    end = when.end if when.end > when.start else when.end + MINUTES_A_DAY
    return when.start + shift, end + shift


def _moment(day: date, minutes: int) -> datetime:
    """The moment of that Eastern wall-clock time; minutes beyond a day belong to the next."""
    days, rest = divmod(minutes, MINUTES_A_DAY)
    return clock.eastern(day + timedelta(days=days), *divmod(rest, 60))


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(clock.EASTERN):%Y-%m-%d %H:%M}"
