"""Options that several commands share, and how their values become settings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from common import clock
from common.settings import Settings

GAME_DATE = click.DateTime(["%Y-%m-%d"])


def as_date(value: Any) -> date:
    """The date of a click.DateTime value."""
    found: date = value.date()
    return found


def span_of(first: Any, last: Any) -> tuple[date, date]:
    """The dates of --from and --to, both click.DateTime values; UsageError where they are the wrong way round."""
    start, end = as_date(first), as_date(last)
    if end < start:
        raise click.UsageError(f"--to {end} is before --from {start}")
    return start, end


class Phases(click.ParamType[tuple[int, ...]]):
    """Numbers of phases, separated by commas; some may also be given by a name. `what` has the `known` ones."""

    name = "phases"

    def __init__(self, what: str, known: Sequence[int], names: Mapping[str, int] | None = None) -> None:
        self._what = what
        self._known = tuple(known)
        self._names = dict(names or {})

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The numbers, each once and in order."""
        if isinstance(value, tuple):
            return value
        by_word = {str(n): n for n in self._known} | self._names
        parts = [p.strip() for p in str(value).split(",")]
        if not all(p in by_word for p in parts):
            named = {number: f" ({name})" for name, number in self._names.items()}
            *most, last = [f"{n}{named.get(n, '')}" for n in self._known]
            self.fail(f"{value!r} names no phases: {self._what} has {', '.join(most)} and {last}, separated by commas")
        return tuple(sorted({by_word[p] for p in parts}))


def dates_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--date, or --from and --to; the command gets `start` and `end`, today where nothing is given."""

    @click.option("--date", "day", type=GAME_DATE, metavar="DATE", help="One game date [default: today].")
    @click.option("--from", "first", type=GAME_DATE, metavar="DATE", help="First game date of a range.")
    @click.option("--to", "last", type=GAME_DATE, metavar="DATE", help="Last game date of a range.")
    @functools.wraps(command)
    def wrapped(*args: Any, day: Any, first: Any, last: Any, **kwargs: Any) -> Any:
        if day and (first or last):
            raise click.UsageError("give --date, or --from and --to")
        if last and not first:
            raise click.UsageError("--to needs --from")
        if first:
            start, end = span_of(first, last or first)
        else:
            start = end = as_date(day) if day else clock.today()
        return command(*args, start=start, end=end, **kwargs)

    return wrapped


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--data-dir, --project and --location; the command gets `settings`."""

    @click.option("--data-dir", type=click.Path(path_type=Path), help="State of the embedded stack [default: .nba].")
    @click.option("--project", help="Google Cloud project; without it everything runs on this machine.")
    @click.option("--location", help="BigQuery location [default: US].")
    @functools.wraps(command)
    def wrapped(*args: Any, data_dir: Path | None, project: str | None, location: str | None, **kwargs: Any) -> Any:
        given = {"data_dir": data_dir, "project": project, "location": location}
        settings = Settings().model_copy(update={k: v for k, v in given.items() if v is not None})
        return command(*args, settings=settings, **kwargs)

    return wrapped


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--source, --archive and --seed; the command gets them put into `settings`."""

    @click.option("--source", type=click.Choice(["live", "recorded", "simulated"]), help="Where responses come from.")
    @click.option(
        "--archive",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of recorded responses (index.jsonl in it), for --source recorded.",
    )
    @click.option("--seed", type=click.IntRange(min=0), help="Which league, for --source simulated [default: 1].")
    @functools.wraps(command)
    def wrapped(
        *args: Any, settings: Settings, source: str | None, archive: Path | None, seed: int | None, **kwargs: Any
    ) -> Any:
        given = {"source": source, "archive": archive.absolute() if archive else None, "seed": seed}
        changed = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
        if changed.source == "recorded" and changed.archive is None:
            raise click.UsageError("--source recorded needs --archive PATH, the folder with index.jsonl")
        return command(*args, settings=changed, **kwargs)

    return wrapped
