"""Coordinator and workers die before or after any call that leaves their process: still one version a key."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from common.context import Context
from common.events import Event
from tests.fakes import RecordingPublisher
from tests.predictions.conftest import Phase5

pytestmark = pytest.mark.stack
CALLS = ("query", "execute", "load", "publish")
READS = {"query"}
# Nobody else's dates.
_days = itertools.count()
SUBSCRIBERS = {
    "nba-prediction-requests": ("worker", "/process"),
    "nba-predictions-staged": ("coordinator", "/consolidate"),
}


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Fuse:
    """Counts the calls that leave the process and kills it at one of them, before or after its effect."""

    def __init__(self, at: int | None, *, after: bool) -> None:
        self._at, self._after = at, after
        self.calls: list[str] = []

    def guard(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            mine = len(self.calls) - 1 == self._at
            if mine and not self._after:
                raise Killed
            result = call(*args, **kwargs)
            if mine:
                raise Killed
            return result

        return guarded


def pipeline(context: Context, fuse: Fuse) -> Phase5:
    """Both services on gateways of their own that the fuse sits in; a player a request."""
    settings = context.settings.model_copy(update={"prediction_request_size": 1})
    mine = Context(settings)
    mine.publisher = RecordingPublisher()
    made = Phase5(mine, date(2034, 1, 2) + timedelta(days=next(_days)))
    made.features(1, 2)
    made.quotes({(1, "fanduel"): 20.5, (1, "betmgm"): 19.5, (2, "fanduel"): 8.5}, at=8)
    for name in CALLS:
        owner = mine.publisher if name == "publish" else mine.warehouse
        setattr(owner, name, fuse.guard(name, getattr(owner, name)))
    return made


def deliver_all(phase5: Phase5) -> int:
    """The trigger and every message that follows, each again until it is answered; how many deliveries failed."""
    failed = 0
    waiting: deque[tuple[str, str, Event | None, int]] = deque([("coordinator", "/start", None, 1)])
    while waiting:
        service, path, event, attempt = waiting.popleft()
        try:
            if event is None:
                phase5.start(9)
            else:
                phase5.push(getattr(phase5, service), path, event, attempt)
        except Killed:
            failed += 1
            waiting.append((service, path, event, attempt + 1))
        for topic, (service, path) in SUBSCRIBERS.items():
            waiting.extend((service, path, e, 1) for e in phase5.take(topic))
    return failed


def outcome(phase5: Phase5) -> tuple[list[tuple[Any, ...]], Counter[tuple[Any, ...]], int]:
    """What stands: the versions; how many are current a key; predictions whose distribution is missing."""
    rows = phase5.versions()
    keys = Counter((r["player_id"], r["system_id"], r["bookmaker"]) for r in rows if r["is_current"])
    orphans = phase5.context.warehouse.query(
        "SELECT COUNT(*) AS n FROM nba_predictions.player_prop_predictions AS p "
        "LEFT JOIN nba_predictions.predictive_distributions AS d USING (distribution_id) "
        "WHERE p.game_date = @day AND d.distribution_id IS NULL",
        {"day": phase5.day},
    ).rows[0]["n"]
    told = [(r["player_id"], r["system_id"], r["bookmaker"], r["line"], r["p_over"], r["recommendation"]) for r in rows]
    return sorted(told, key=repr), keys, orphans


def test_a_death_at_any_step_leaves_one_current_prediction_a_key(context: Context) -> None:
    fuse = Fuse(None, after=False)
    undisturbed = pipeline(context, fuse)
    assert deliver_all(undisturbed) == 0
    steps = list(fuse.calls)
    expected = outcome(undisturbed)
    # Two players, three quotes, two systems.
    assert (len(expected[0]), set(expected[1].values()), expected[2]) == (6, {1}, 0)

    assert {"query", "execute", "load", "publish"} == set(steps)
    # What dies before a call leaves what died after the one before: only effects tell deaths apart.
    deaths = [(0, False)] + [(n, True) for n, step in enumerate(steps) if step not in READS]
    for at, after in deaths:
        disturbed = pipeline(context, Fuse(at, after=after))
        where = f"{'after' if after else 'before'} call {at}, {steps[at]}"
        assert deliver_all(disturbed) == 1, where
        assert outcome(disturbed) == expected, where


def test_every_message_twice_leaves_one_current_prediction_a_key(context: Context) -> None:
    fuse = Fuse(None, after=False)
    once, twice = pipeline(context, fuse), pipeline(context, fuse)
    deliver_all(once)
    twice.start(9)
    twice.start(9)
    requests = twice.requests()
    told = twice.compute([*requests, *reversed(requests)])
    for event in [*told, *told]:
        twice.consolidate(event, attempt=2)
    assert outcome(twice) == outcome(once)
