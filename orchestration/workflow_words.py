"""A workflow in words, for `nba scrape --list` and docs/workflows.md."""

from __future__ import annotations

from orchestration.workflow import Step, When


def when_in_words(when: When) -> str:
    """When it is due, e.g. "every 2 h from 08:00 to 20:00; game days"."""
    span = f"{_clock(when.start)} to {_clock(when.end)}"
    night = " the next morning" if when.next_day else ""
    if when.early_start is not None:
        early = f"{_clock(when.early_start.start)} and {_clock(when.early_start.end)}"
        parts = [f"{when.early_start.hours_after:g} h after each tip-off between {early}, until {_clock(when.end)}"]
    elif when.every is not None:
        minutes = int(when.every.total_seconds()) // 60
        step = f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
        parts = [f"every {step} from {span}{night}"]
    else:
        parts = [f"once, {span}{night}"]
    if when.game_days_only:
        parts.append("game days")
    if when.hours_before_first_game is not None:
        parts.append(f"from {when.hours_before_first_game:g} h before the first game")
    if when.ended_games_only:
        parts.append("once a game has ended")
    if when.hours_after_last_game is not None:
        hours = when.hours_after_last_game
        parts.append(f"{hours:g} h after the last game" if hours else "when the last game is over")
    if when.after:
        parts.append(f"after {', '.join(when.after)}")
    if when.until_found:
        parts.append("until found")
    return "; ".join(parts)


def step_in_words(step: Step) -> str:
    """Its scrapers and how they run; one that is not critical stands in brackets."""
    critical = step.critical_scrapers()
    names = [s.name if s.name in critical else f"({s.name})" for s in step.scrapers]
    how = ", at once" if step.parallel and len(names) > 1 else ""
    after = f", after {', '.join(step.depends_on)}" if step.depends_on else ""
    return f"{step.name}{after}{how}: {', '.join(names)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
