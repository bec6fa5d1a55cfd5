"""The workflows of `workflows.yaml`: their schema, and reading them with errors that name file, line and field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from common.errors import ConfigurationError
from orchestration.moments import parse_interval
from orchestration.yaml_lines import Where, read_yaml
from scrapers import registry

WORKFLOWS_FILE = Path(__file__).with_name("workflows.yaml")
_CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
MINUTES_A_DAY = 24 * 60


def _minutes(value: object) -> int:
    """Minutes after midnight of "HH:MM"."""
    found = _CLOCK.match(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'{value!r} is not an Eastern time like "06:00" (in quotes: YAML reads 10:00 as a number)')
    return int(found[1]) * 60 + int(found[2])


def _interval(value: object) -> timedelta:
    return parse_interval(str(value))


EasternTime = Annotated[int, BeforeValidator(_minutes)]
Interval = Annotated[timedelta, BeforeValidator(_interval)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class EarlyStart(_Model):
    """Games that tip off in [`start`, `end`); the workflow runs `hours_after` each of their tip-offs."""

    start: EasternTime = Field(alias="from")
    end: EasternTime = Field(alias="to")
    hours_after: float = Field(gt=0, le=12)


class When(_Model):
    """When a workflow is due for a game date. Times are minutes after midnight, Eastern.

    Once between `start` and `end` (an `end` not after `start` is the next day's); with `every` once each
    interval from `start` on, the last one at `end`. `next_day` puts both into the morning after the game date.
    """

    start: EasternTime = Field(alias="from")
    end: EasternTime = Field(alias="to")
    next_day: bool = False
    every: Interval | None = None
    early_start: EarlyStart | None = None
    game_days_only: bool = False
    ended_games_only: bool = False
    hours_before_first_game: float | None = Field(default=None, gt=0, le=48)
    hours_after_last_game: float | None = Field(default=None, ge=0, le=48)
    after: tuple[Name, ...] = ()
    until_found: bool = False

    @model_validator(mode="after")
    def _one_rhythm(self) -> When:
        if self.every is not None and self.early_start is not None:
            raise ValueError("every and early_start exclude each other")
        return self

    @property
    def needs_games(self) -> bool:
        """Whether a date without games is none for it."""
        hours = (self.hours_before_first_game, self.hours_after_last_game)
        return self.game_days_only or self.ended_games_only or bool(self.early_start) or hours != (None, None)


class StepScraper(_Model):
    """A scraper in a step; what it leaves out is the step's. Written as its name alone where it leaves out all."""

    name: str
    timeout: float | None = Field(default=None, gt=0, le=3600)
    retries: int | None = Field(default=None, ge=0, le=5)
    critical: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data


class Step(_Model):
    """Scrapers that one call of Phase 1 runs: at once (`parallel`) or in order; `timeout` in seconds a scraper."""

    name: Name
    scrapers: tuple[StepScraper, ...] = Field(min_length=1)
    parallel: bool = False
    depends_on: tuple[Name, ...] = ()
    timeout: float = Field(default=300, gt=0, le=3600)
    retries: int = Field(default=0, ge=0, le=5)
    critical: bool = True

    def timeouts(self) -> dict[str, float]:
        """The limit of each scraper, seconds."""
        return {s.name: self.timeout if s.timeout is None else s.timeout for s in self.scrapers}

    def retries_of(self) -> dict[str, int]:
        """How often each scraper asks again."""
        return {s.name: self.retries if s.retries is None else s.retries for s in self.scrapers}

    def critical_scrapers(self) -> set[str]:
        """Those that the step fails without."""
        return {s.name for s in self.scrapers if (self.critical if s.critical is None else s.critical)}

    def seconds(self) -> float:
        """The longest that its scrapers may take together."""
        limits = self.timeouts().values()
        return max(limits) if self.parallel else sum(limits)


class Workflow(_Model):
    """Steps that belong together, and when they are due."""

    name: str = ""
    description: str
    when: When
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def scrapers(self) -> list[str]:
        """The names of its scrapers, in the order of the steps."""
        return [s.name for step in self.steps for s in step.scrapers]


class _File(_Model):
    workflows: dict[Name, Workflow] = Field(min_length=1)


_Problem = tuple[tuple[int | str, ...], str]


def read_workflows(file: Path = WORKFLOWS_FILE) -> dict[str, Workflow]:
    """The workflows by name, in the file's order; ConfigurationError that names file, line and field of each fault."""
    content, where = read_yaml(file)
    try:
        found = _File.model_validate(content).workflows
    except ValidationError as error:
        _refuse(file, where, [(tuple(e["loc"]), e["msg"].removeprefix("Value error, ")) for e in error.errors()])
    _refuse(file, where, list(_inconsistencies(found)))
    return {name: workflow.model_copy(update={"name": name}) for name, workflow in found.items()}


@cache
def workflows() -> dict[str, Workflow]:
    """The project's own workflows; read once a process."""
    return read_workflows()


def workflow(name: str) -> Workflow:
    """The workflow of that name; ConfigurationError that lists the right names."""
    found = workflows().get(name)
    if found is None:
        raise ConfigurationError(f"no workflow is called {name!r}", known=", ".join(workflows()))
    return found


def _inconsistencies(found: dict[str, Workflow]) -> Iterator[_Problem]:
    """What the schema alone does not see: names that nobody has, names given twice, circles."""
    for name, one in found.items():
        path: tuple[int | str, ...] = ("workflows", name)
        for number, other in enumerate(one.when.after):
            if other not in found or other == name:
                yield (*path, "when", "after", number), f"no other workflow is called {other!r}"
        steps = [s.name for s in one.steps]
        yield from _repeats(steps, lambda n, p=path: (*p, "steps", n, "name"))  # type: ignore[misc]
        for index, step in enumerate(one.steps):
            here = (*path, "steps", index)
            for number, scraper in enumerate(step.scrapers):
                if scraper.name not in registry.SCRAPERS:
                    known = ", ".join(registry.SCRAPERS)
                    yield (*here, "scrapers", number), f"no scraper is called {scraper.name!r}; there are {known}"
            names = [s.name for s in step.scrapers]
            yield from _repeats(names, lambda n, h=here: (*h, "scrapers", n))  # type: ignore[misc]
            for number, other in enumerate(step.depends_on):
                if other not in steps:
                    yield (*here, "depends_on", number), f"no step is called {other!r}; there are {', '.join(steps)}"
        try:
            TopologicalSorter({s.name: s.depends_on for s in one.steps}).prepare()
        except CycleError as error:
            circle = " -> ".join(error.args[1])
            first = next(i for i, s in enumerate(one.steps) if s.name in error.args[1])
            yield (*path, "steps", first, "depends_on"), f"the steps wait for each other: {circle}"


def _repeats(names: list[str], path: Callable[[int], tuple[int | str, ...]]) -> Iterator[_Problem]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield path(number), f"{name!r} is there already"


def _refuse(file: Path, where: Where, problems: list[_Problem]) -> None:
    if problems:
        said = [f"{file.name}:{where.line(path)}: {where.field(path)}: {message}" for path, message in problems]
        raise ConfigurationError("; ".join(said), file=str(file))
