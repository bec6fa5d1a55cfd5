"""Phase 2: parse payloads, land what differs, set apart what can't be read, and say which tables changed."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from common import clock
from common.content import TableRange, Version, versions
from common.context import Context
from common.errors import NbaError, TransientError
from common.events import TableChange
from common.quarantine import QuarantinedPayload
from common.raw_store import RawPayload
from common.request_dates import is_league_date, portions
from common.service import Answer, event_after
from data_processors.raw.cross_checks import OtherLogs
from data_processors.raw.culprits import land_apart
from data_processors.raw.feed_outcome import FeedOutcome, Origin
from data_processors.raw.feeds import FEEDS, LAST_STAGE
from data_processors.raw.file_accounts import FileAccount, append_accounts
from data_processors.raw.healing import Arrivals, awaited
from data_processors.raw.landing import Landed, State, read_state
from data_processors.raw.nbacom.boxscores import PLAYER_FEED
from data_processors.raw.nbacom.player_list import FEED as LIST_FEED
from data_processors.raw.players import refresh_players
from data_processors.raw.raw_tables import PLAYER_BOXSCORES, PLAYER_LIST
from data_processors.raw.reading import Parsed, Unopened, batches, newest_answers, parse_batch
from data_processors.raw.registry_tables import refresh_registry, refresh_spells
from data_processors.raw.shrinking import refuse_shrinking

log = logging.getLogger(__name__)
TOPIC = "nba-phase2-raw-complete"
# What healing brings may be waited for in its turn: the schedule by a box score, the box score by a name.
_HEALING_ROUNDS = 2


class RawProcessor:
    """One batch of payloads: those of an event, or of a range of dates."""

    def __init__(self, context: Context, origin: Origin) -> None:
        self._context = context
        self._origin = origin
        self._feeds: dict[str, FeedOutcome] = {}
        self._settled: set[str] = set()
        self._accounts: dict[str, FileAccount] = {}
        self._known_accounts: dict[str, str] = {}
        self._other_logs = OtherLogs(context.raw_store, origin.as_of or clock.simulated_now())

    def process(self, paths: Sequence[str]) -> Answer:
        """Land `paths` stage by stage: quotes need the schedule and the box scores of the stages before."""
        for stage in range(LAST_STAGE + 1):
            self._process_stage(stage, [p for p in sorted(set(paths)) if _stage(p) == stage])
            if stage == 1:
                self._refresh_players()
        self._heal([t for o in self._feeds.values() for t in o.landed])
        content = self._content()
        answer = Answer()
        for outcome in self._feeds.values():
            run = outcome.as_run(self._origin, content, self._context.settings.code_version)
            self._context.ledger.add(run)
            answer.results.append(outcome.as_result(run))
        if self._origin.publish:
            self._publish(content)
        self._set_apart()
        return answer

    def _process_stage(self, stage: int, paths: Sequence[str]) -> None:
        for path in paths:
            self._of(path).paths.append(path)
        unopened = Unopened()
        for payloads in batches(self._context.raw_store, paths, unopened, self._origin.as_of):
            try:
                self._land(payloads)
            except NbaError as error:
                log.exception("batch not processed", extra={"stage": stage, "payloads": len(payloads)})
                for payload in payloads:
                    self._fail(payload.path, error)
        for item in unopened.damaged:
            self._quarantine(item)
        for path, failure in unopened.failed.items():
            self._fail(path, failure)

    def _land(self, payloads: Sequence[RawPayload]) -> None:
        parsed = parse_batch(self._context.warehouse, payloads, self._other_logs)
        for item in parsed.quarantined:
            self._quarantine(item)
        for path, not_ready in parsed.not_ready.items():
            self._of(path).not_ready.append(not_ready)
            self._account(FileAccount(path, "waiting", detail=str(not_ready)))
        if not parsed.rows:
            return
        # One batch at a time for each table: the next one reads what this one has written.
        limit = self._context.settings.processor_timeout
        with self._context.turns.of({u.table.name for u in parsed.units}, limit):
            state = read_state(self._context.warehouse, parsed.units, sorted(parsed.rows))
            for item in refuse_shrinking(parsed, state, self._origin.accept_shrink):
                self._quarantine(item)
            if not parsed.rows:
                return
            apart = land_apart(self._context.warehouse, parsed.units, state)
        for item in apart.culprits:
            parsed.rows.pop(item.raw_path, None)
            self._quarantine(item)
        for path, unread in parsed.unread.items():
            if path in parsed.rows:
                self._of(path).quarantined.append(unread)
        results = apart.results
        for landed in results:
            outcome = self._of(landed.feed)
            outcome.landed.append(landed)
            outcome.error = outcome.error or landed.error
            self._context.audit_log.add(landed.audits, phase="phase2", processor=landed.feed)
            for payload, error in landed.refused.values():
                outcome.quarantined.append(QuarantinedPayload(payload.feed, payload.path, error, payload.body))
        if not any(t.error for t in results):
            self._settled |= {w for w in state.waiting if any(_settles(p, w) for p in parsed.rows)}
        self._account_for(parsed, state, results)

    def _fail(self, path: str, error: NbaError) -> None:
        outcome = self._of(path)
        # One that may go away decides the answer: the message is then delivered again.
        if not isinstance(outcome.error, TransientError):
            outcome.error = error
        self._account(FileAccount(path, "failed", detail=str(error)))

    def _quarantine(self, item: QuarantinedPayload) -> None:
        self._of(item.raw_path).quarantined.append(item)
        self._account(FileAccount(item.raw_path, "quarantined", detail=str(item.error)))

    def _account(self, account: FileAccount) -> None:
        self._accounts[account.path] = account

    def _account_for(self, parsed: Parsed, state: State, results: Sequence[Landed]) -> None:
        """What became of the payloads that were read."""
        self._known_accounts |= state.accounts
        errors = {p: t.error for t in results if t.error is not None for p in t.paths}
        current: set[str] = set().union(*(t.current for t in results))
        unread = {path: str(item.error) for path, item in parsed.unread.items()}
        refused = {path: error for t in results for path, (_, error) in t.refused.items()}
        for path, count in parsed.rows.items():
            if path in refused:
                self._account(FileAccount(path, "quarantined", count, str(refused[path])))
            elif path in errors:
                self._account(FileAccount(path, "failed", count, str(errors[path])))
            elif not count and path not in parsed.waiting:
                self._account(FileAccount(path, "empty", detail=unread.get(path)))
            elif count and path not in current:
                self._account(FileAccount(path, "superseded", count))
            elif path in parsed.waiting:
                words = [parsed.waiting[path], *([unread[path]] if path in unread else [])]
                self._account(FileAccount(path, "waiting", count, "; ".join(words)))
            else:
                self._account(FileAccount(path, "landed", count, unread.get(path)))

    def _heal(self, landed: Sequence[Landed], rounds: int = _HEALING_ROUNDS) -> None:
        """Read again what waited for what has `landed`, and what waited for that; keep the registry up with it."""
        arrivals = Arrivals.of(landed, self._dates_of)
        if not arrivals.of_games and not arrivals.seasons:
            return
        try:
            found = awaited(self._context.warehouse, arrivals)
        except NbaError as error:
            log.exception("what waits could not be looked up")
            next(o for o in self._feeds.values() if o.landed).error = error
            return
        unregistered = found.unregistered | arrivals.listed
        if arrivals.seasons:
            outcome = next(self._feeds[name] for name in (PLAYER_FEED, LIST_FEED) if name in self._feeds)
            derived = [refresh_spells(self._context.warehouse, arrivals.seasons)]
            if unregistered:
                derived.append(refresh_registry(self._context.warehouse, unregistered))
            outcome.landed += derived
            outcome.error = outcome.error or next((t.error for t in derived if t.error is not None), None)
        handled = {p for o in self._feeds.values() for p in o.paths}
        as_of = self._origin.as_of or clock.simulated_now()
        waiting = newest_answers(self._context.raw_store, found.paths, as_of)
        known = {id(t) for o in self._feeds.values() for t in o.landed}
        self._process_stage(LAST_STAGE, [p for p in waiting if p not in handled])
        come = [t for o in self._feeds.values() for t in o.landed if id(t) not in known]
        if come and rounds:
            if any(t.table == PLAYER_BOXSCORES.name for t in come):
                self._refresh_players()
            self._heal(come, rounds - 1)

    def _refresh_players(self) -> None:
        """The players follow from their box scores and, for the position, from the list of players."""
        outcomes = [self._feeds[name] for name in (PLAYER_FEED, LIST_FEED) if name in self._feeds]
        boxes = [t for o in outcomes for t in o.landed if t.table in {PLAYER_BOXSCORES.name, PLAYER_LIST.name}]
        # A redelivery may follow a death between the two writes.
        dates = {d for t in boxes for d in (t.dates if self._origin.tell_all else t.changed_dates)}
        if dates:
            outcome = outcomes[0]
            landed = refresh_players(self._context.warehouse, dates)
            outcome.landed.append(landed)
            outcome.error = outcome.error or landed.error

    def _set_apart(self) -> None:
        items = [i for o in self._feeds.values() for i in o.quarantined]
        self._context.quarantine.payloads(items)
        self._context.quarantine.resolved(sorted(self._settled - {i.raw_path for i in items}))
        append_accounts(self._context.warehouse, list(self._accounts.values()), self._known_accounts)

    # -- what later phases are told -------------------------------------------------------------------------

    def _told(self) -> dict[str, list[Landed]]:
        """The tables that later phases read and that changed; all that were looked at with `tell_all`."""
        found: dict[str, list[Landed]] = defaultdict(list)
        for outcome in self._feeds.values():
            for landed in outcome.landed:
                if landed.feeds_phases and landed.error is None and self._dates_of(landed):
                    found[landed.table].append(landed)
        return found

    def _dates_of(self, landed: Landed) -> set[date]:
        return landed.dates if self._origin.tell_all else landed.changed_dates

    def _content(self) -> dict[str, Version]:
        """The content versions of the told tables over their dates, by one statement."""
        ranges: dict[str, TableRange] = {}
        for table, parts in self._told().items():
            dates = set().union(*(self._dates_of(t) for t in parts))
            ranges[table] = TableRange(table, min(dates), max(dates), parts[0].column)
        found = versions(self._context.warehouse, ranges.values())
        return {table: found[wanted] for table, wanted in ranges.items()}

    def _publish(self, content: dict[str, Version]) -> None:
        told = self._told()
        found = {d for parts in told.values() for t in parts if t.is_about_games for d in self._dates_of(t)}
        dates = {d for d in found if is_league_date(d)}
        if strange := sorted(map(str, found - dates)):
            log.error("dates that no season has are told to nobody", extra={"dates": strange})
        sound = not any(o.problems for o in self._feeds.values())
        # Payloads of many seasons may be read at once; an event speaks of a limited range.
        for portion in portions(dates, self._context.settings.max_date_span):
            event = event_after(
                self._origin.push,
                phase="phase2",
                source=",".join(self._feeds),
                game_dates=portion,
                tables=[
                    TableChange(table=t, rows_changed=sum(p.rows_changed for p in parts), content_hash=content[t].hash)
                    for t, parts in told.items()
                ],
                trigger=self._origin.trigger,
                status="success" if sound else "partial",
            )
            self._context.publisher.publish(TOPIC, event)

    def _of(self, path: str) -> FeedOutcome:
        return self._feeds.setdefault(_feed(path), FeedOutcome(_feed(path)))


def _feed(path: str) -> str:
    return path.split("/", 1)[0]


def _stage(path: str) -> int:
    feed = FEEDS.get(_feed(path))
    return feed.stage if feed is not None else LAST_STAGE


def _settles(read: str, waiting: str) -> bool:
    """Whether reading `read` settles the payload `waiting`: itself, or an older answer of a state feed."""
    same_request = read.rsplit("/", 1)[0] == waiting.rsplit("/", 1)[0]
    return read == waiting or (FEEDS[_feed(read)].newest_only and same_request and waiting < read)
