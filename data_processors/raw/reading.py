"""From paths of the raw store to parsed scopes: what can't be read or can't be placed is set apart, not lost."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from common import clock
from common.errors import ConfigurationError, NbaError, NotReadyError, PayloadError, StorageUnavailableError
from common.ids import season_of_date
from common.quarantine import QuarantinedPayload
from common.raw_store import RawPayload, RawStore
from common.storable_text import storable
from common.warehouse import Warehouse
from data_processors.raw.cross_checks import DO_NOT_FIT, GAME_TABLES, OtherLogs, check_payload, misfits
from data_processors.raw.feeds import FEEDS, Feed
from data_processors.raw.games import ScheduledGames
from data_processors.raw.identities import dates_of_games, dates_of_names, identify
from data_processors.raw.names import NameResolver
from data_processors.raw.oddsapi.event_odds import EventOdds
from data_processors.raw.parts import unread_parts
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import UNRESOLVED_NAMES, ScopeRows
from data_processors.raw.row_values import check_values

log = logging.getLogger(__name__)
# Bodies that are parsed and landed together; bounds memory and keeps a load job below 50 MB.
BATCH_BYTES = 12_000_000
_LONGEST_CAUSE = 500


@dataclass
class Parsed:
    """What a batch of payloads has to say, and what of it could not be used.

    `rows` counts those of each payload that was read, `waiting` says what some of them wait for, `unread` which
    parts of some could not be read.
    """

    units: list[ScopeRows] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: list[QuarantinedPayload] = field(default_factory=list)
    not_ready: dict[str, NotReadyError] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    unread: dict[str, QuarantinedPayload] = field(default_factory=dict)

    @contextmanager
    def refusing(self, payload: RawPayload) -> Iterator[None]:
        """Read `payload` inside the block: whatever it raises concerns this payload alone.

        What no parser foresaw is as good a reason for quarantine as what one refuses by name.
        """
        try:
            yield
        except PayloadError as error:
            self.refuse(payload, error)
        except NotReadyError as error:
            self.not_ready[payload.path] = error
        except (NbaError, MemoryError):
            raise
        except Exception as error:
            log.exception("a parser broke", extra={"feed": payload.feed, "raw_path": payload.path})
            said = storable(f"{type(error).__name__}: {error}", _LONGEST_CAUSE)
            self.refuse(payload, payload_error(payload, f"the payload can't be read: {said}"))

    def refuse(self, payload: RawPayload, error: PayloadError) -> None:
        """Set `payload` apart, whole."""
        self.quarantined.append(QuarantinedPayload(payload.feed, payload.path, error, payload.body))

    def keep(
        self, payload: RawPayload, units: list[ScopeRows], unknown_games: int = 0, held: Collection[str] = ()
    ) -> None:
        """Take the scopes of `payload`; `held` says of its other games why they wait."""
        self.units.extend(units)
        self.rows[payload.path] = sum(len(u.rows) for u in units if u.table != UNRESOLVED_NAMES)
        unknown_names = sum(len(u.rows) for u in units if u.table == UNRESOLVED_NAMES)
        words = [
            f"{count} {what}"
            for count, what in ((unknown_games, "games not in the schedule"), (unknown_names, "names not resolved"))
            if count
        ]
        if held:
            words.append(f"{len(held)} games whose rows {DO_NOT_FIT}, first: {sorted(held)[0]}")
        if words:
            self.waiting[payload.path] = ", ".join(words)

    def tell_unread(self, payload: RawPayload, units: Iterable[ScopeRows]) -> None:
        """Note which parts of `payload` could not be read; `units` are all of its scopes."""
        errors = [e for u in units for e in u.unread]
        if errors:
            error = unread_parts(payload, errors)
            self.unread[payload.path] = QuarantinedPayload(payload.feed, payload.path, error, payload.body)

    def give_back(self, payload: RawPayload, error: PayloadError) -> None:
        """Set a payload apart that was kept already: nothing of it lands."""
        self.units = [u for u in self.units if u.payload.path != payload.path]
        self.rows.pop(payload.path, None)
        self.waiting.pop(payload.path, None)
        self.refuse(payload, error)

    def wait(self, payload: RawPayload, reason: str) -> None:
        """Keep nothing of `payload` until what it waits for has come."""
        self.rows[payload.path] = 0
        self.waiting[payload.path] = reason


def newest_answers(store: RawStore, paths: Iterable[str], as_of: datetime | None) -> list[str]:
    """`paths` with those of a state feed replaced by the newest answer to the same request.

    A message that comes late or out of order can't bring an old state back.
    """
    chosen = set()
    for path in paths:
        feed = FEEDS.get(path.split("/", 1)[0])
        chosen.add(store.newest_sibling(path, as_of) if feed is not None and feed.newest_only else path)
    return sorted(chosen)


def paths_of_range(
    store: RawStore, feeds: Sequence[Feed], first: date, last: date, as_of: datetime | None
) -> list[str]:
    """All that the raw store has for the dates and their seasons; of states the newest as of `as_of`."""
    days = clock.dates_between(first, last)
    wanted = {str(d) for d in days} | {season_of_date(d) for d in days}
    found: list[str] = []
    for feed in feeds:
        # A listing a date is cheap for a week; for a season one of the whole feed is.
        prefixes = [f"{feed.name}/{scope}" for scope in wanted] if len(wanted) <= 32 else [feed.name]
        listed = [p for prefix in prefixes for p in store.list(prefix) if p.split("/")[1] in wanted]
        if feed.newest_only:
            listed = list({p.rsplit("/", 1)[0]: p for p in sorted(listed)}.values())
            if as_of is not None:
                listed = [store.newest_sibling(p, as_of) for p in listed]
        found.extend(sorted(listed))
    return found


@dataclass
class Unopened:
    """Payloads that are not in any portion: damaged ones, and those that the storage could not give now."""

    damaged: list[QuarantinedPayload] = field(default_factory=list)
    failed: dict[str, NbaError] = field(default_factory=dict)


def batches(
    store: RawStore, paths: Sequence[str], unopened: Unopened, as_of: datetime | None
) -> Iterator[list[RawPayload]]:
    """The payloads in portions of at most BATCH_BYTES; those that can't be opened are added to `unopened`.

    In the place of a damaged answer of a state feed comes the newest one before it that can be opened. What was
    fetched after `as_of` is not there yet.
    """
    portion: list[RawPayload] = []
    size = 0
    for path in paths:
        payload = _opened(store, path, unopened)
        if payload is None or (as_of is not None and payload.fetched_at > as_of):
            continue
        if portion and size + len(payload.body) > BATCH_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(payload)
        size += len(payload.body)
    if portion:
        yield portion


def _opened(store: RawStore, path: str, unopened: Unopened) -> RawPayload | None:
    try:
        try:
            return store.get(path)
        except PayloadError as error:
            unopened.damaged.append(QuarantinedPayload(path.split("/", 1)[0], path, error))
        feed = FEEDS.get(path.split("/", 1)[0])
        if feed is None or not feed.newest_only:
            return None
        before = [p for p in store.answers(path.rsplit("/", 1)[0]) if p < path]
        return next(store.readable(before), None)
    except PayloadError:
        return None  # not a path of the store: told above
    except (StorageUnavailableError, ConfigurationError) as error:
        log.exception("payload not read", extra={"raw_path": path})
        unopened.failed[path] = error
        return None


def parse_batch(warehouse: Warehouse, payloads: Sequence[RawPayload], others: OtherLogs | None = None) -> Parsed:
    """Parse payloads of any feeds; asks the warehouse for games and names once each, and only where needed.

    Games whose rows contradict the schedule, or the newest answers among `others`, are held back.
    """
    parsed = Parsed()
    plain: list[tuple[RawPayload, list[ScopeRows]]] = []
    events: list[tuple[Feed, EventOdds]] = []
    for payload in payloads:
        feed = FEEDS.get(payload.feed)
        with parsed.refusing(payload):
            if feed is not None and feed.odds is not None:
                events.append((feed, feed.odds(payload)))
            elif feed is not None and feed.parse is not None:
                units = feed.parse(payload)
                check_values(units)
                check_payload(units)
                plain.append((payload, units))
                if others is not None:
                    others.read(payload, units)
            else:
                known = f"add one; there are {', '.join(FEEDS)}"
                raise payload_error(payload, "no parser reads this feed", remedy=known)
    units = [u for _, found in plain for u in found]
    game_dates = {d for u in units if _home_is_open(u) for d in u.dates} | dates_of_games(units)
    games = ScheduledGames.read(warehouse, game_dates | {odds.game_date for _, odds in events})
    played = ScheduledGames.of_ids(
        warehouse, (u.rows[0]["game_id"] for u in units if u.table in GAME_TABLES and u.rows)
    )
    quoted = {odds.game_date for _, odds in events if any(q.description for q in odds.quotes)}
    names = NameResolver.read(warehouse, quoted | dates_of_names(units))
    for payload, found in plain:
        with parsed.refusing(payload):
            _home_sides(payload, found, games)
            held = misfits(found, played, others.beside(payload) if others is not None else {})
            if held:
                log.warning("games held back", extra={"raw_path": payload.path, "games": sorted(held.values())[:20]})
            parsed.tell_unread(payload, found)
            _keep_plain(payload, [u for u in found if u.scope not in held], held.values(), games, names, parsed)
    for feed, odds in events:
        with parsed.refusing(odds.payload):
            _keep_odds(feed, odds, games, names, parsed)
    return parsed


def _keep_plain(
    payload: RawPayload,
    units: list[ScopeRows],
    held: Collection[str],
    games: ScheduledGames,
    names: NameResolver,
    parsed: Parsed,
) -> None:
    unresolved, unknown_games = identify(units, games, names)
    check_values(unresolved)
    parsed.keep(payload, [*units, *unresolved], unknown_games, held)


def _keep_odds(feed: Feed, odds: EventOdds, games: ScheduledGames, names: NameResolver, parsed: Parsed) -> None:
    game = games.find(odds.payload, odds.home_team, odds.away_team, odds.game_date)
    if game is None:
        teams = f"{odds.away_team} at {odds.home_team} on {odds.game_date}"
        parsed.wait(odds.payload, f"{teams} is no scheduled game: moved or called off")
        return
    units = feed.odds_rows(odds, game, names) if feed.odds_rows is not None else []
    check_values(units)
    parsed.tell_unread(odds.payload, units)
    parsed.keep(odds.payload, units)


def _home_is_open(unit: ScopeRows) -> bool:
    return any(row.get("is_home", False) is None for row in unit.rows)


def _home_sides(payload: RawPayload, units: list[ScopeRows], games: ScheduledGames) -> None:
    """Take from the schedule who is at home where the game log says "@" from either side (a neutral floor)."""
    missing = []
    for unit in units:
        if _home_is_open(unit):
            game = games.by_id(unit.rows[0]["game_id"])
            if game is None:
                missing.append(unit.scope)
                continue
            for row in unit.rows:
                row["is_home"] = row["team"] == game.home_team
    if missing:
        raise NotReadyError(
            f"only the schedule knows who is at home in {', '.join(missing)}: scrape it first",
            raw_path=payload.path,
        )
