"""Reads mutated payloads through the registry of feeds, as Phase 2 does, and sorts what comes of them."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from common.errors import NotReadyError, PayloadError
from common.raw_store import RawPayload
from data_processors.raw.feeds import Feed
from data_processors.raw.games import ScheduledGame
from data_processors.raw.names import NameResolver, Resolution
from data_processors.raw.raw_tables import Row, row_hash
from tests.fuzz.mutations import mutate
from tests.fuzz.oracle import complaints

# What one payload may take; what takes longer counts as an untyped error.
SECONDS = 30.0
KINDS = ("refused", "parts apart", "equal", "plausible", "implausible", "untyped")


@dataclass
class Sorted:
    """What came of a feed's mutations: how many of each kind; the implausible and the untyped by what they are."""

    feed: str
    counts: Counter[str] = field(default_factory=Counter)
    implausible: Counter[str] = field(default_factory=Counter)
    untyped: Counter[str] = field(default_factory=Counter)

    @property
    def mutations(self) -> int:
        """How many were tried."""
        return sum(self.counts[k] for k in KINDS)


@dataclass(frozen=True)
class Reading:
    """What was read of a payload: the rows with their tables, and how many parts could not be read."""

    rows: tuple[tuple[str, str, Row], ...]
    unread: int

    @property
    def content(self) -> frozenset[str]:
        """The content of the rows, to be compared."""
        return frozenset(f"{table}|{scope}|{row_hash(row)}" for table, scope, row in self.rows)


def read(feed: Feed, payload: RawPayload) -> Reading:
    """What Phase 2 would land of `payload`, were its game in the schedule; PayloadError where it is refused."""
    if feed.odds is not None:
        odds = feed.odds(payload)
        game = ScheduledGame("0022400157", odds.game_date, "2024-25", odds.home_team, odds.away_team)
        assert feed.odds_rows is not None
        units = feed.odds_rows(odds, game, _Everybody())
    else:
        assert feed.parse is not None
        units = feed.parse(payload)
    return Reading(
        tuple((u.table.part, u.scope, row) for u in units for row in u.rows),
        sum(len(u.unread) for u in units),
    )


def is_read(feed: Feed, payload: RawPayload) -> bool:
    """Whether `payload` is read at all."""
    try:
        return read(feed, payload).content is not None
    except PayloadError:
        return False


class _Everybody(NameResolver):
    """Knows every quoted name, so that the quotes become rows; the id is made of the name."""

    def __init__(self) -> None:
        super().__init__(())

    def resolve(self, name: str, game: ScheduledGame) -> Resolution:
        return Resolution(1 + sum(map(ord, name[:50])) % 10**6, game.home_team, "box_score", None)


def fuzz(feed: Feed, payloads: Sequence[RawPayload], mutations: int, seed: int = 0) -> Sorted:
    """Try `mutations` of the payloads that are read as they are; the same seed gives the same."""
    found = Sorted(feed.name)
    payloads = [p for p in payloads if is_read(feed, p)]
    sound = [read(feed, p).content for p in payloads]
    rng = random.Random(f"{feed.name}:{seed}")  # noqa: S311 - reproducible, not secret
    for _ in range(mutations if payloads else 0):
        number = rng.randrange(len(payloads))
        name, body = mutate(payloads[number].body, rng)
        _sort(found, feed, replace(payloads[number], body=body), sound[number], name)
    return found


def _sort(found: Sorted, feed: Feed, payload: RawPayload, sound: frozenset[str], name: str) -> None:
    try:
        with _limit(SECONDS):
            reading = read(feed, payload)
            content = reading.content
    except (PayloadError, NotReadyError):
        found.counts["refused"] += 1
        return
    except (Exception, _TooLongError) as error:  # noqa: BLE001 - whatever is not typed is what is looked for
        found.counts["untyped"] += 1
        found.untyped[f"{type(error).__name__} ({name}): {error}"[:160]] += 1
        return
    wrong = sorted({c for table, _, row in reading.rows for c in complaints(table, row)})
    if wrong:
        found.counts["implausible"] += 1
        found.implausible[f"{name}: {wrong[0]}"[:160]] += 1
    elif reading.unread:
        found.counts["parts apart"] += 1
    else:
        found.counts["equal" if content == sound else "plausible"] += 1


class _TooLongError(BaseException):
    """A payload took longer than the limit."""


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _TooLongError(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def table(results: Mapping[str, Sorted]) -> str:
    """The figures of all feeds in Markdown."""
    lines = [f"| feed | mutations | {' | '.join(KINDS)} |", "|---" * (len(KINDS) + 2) + "|"]
    total = Sorted("total")
    for result in results.values():
        total.counts += result.counts
    for result in (*results.values(), total):
        cells = " | ".join(str(result.counts[k]) for k in KINDS)
        lines.append(f"| {result.feed} | {result.mutations} | {cells} |")
    return "\n".join(lines)
