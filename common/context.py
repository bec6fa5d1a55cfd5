"""What every handler works with: settings and the gateways, made once a process."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property

from common.audit_log import AuditLog
from common.pubsub import Publisher, PubSubPublisher
from common.quarantine import Quarantine
from common.raw_store import RawStore
from common.run_ledger import RunLedger
from common.settings import Settings
from common.turns import EqualCalls, Turns
from common.warehouse import Warehouse

log = logging.getLogger(__name__)


@dataclass
class Context:
    """Settings and gateways; each gateway is made when first used."""

    settings: Settings
    # Who writes a table now, and which calls are under way; made at once, since threads share them.
    turns: Turns = field(default_factory=Turns)
    equal_calls: EqualCalls = field(default_factory=EqualCalls)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The BigQuery gateway."""
        return Warehouse(self.settings)

    @cached_property
    def publisher(self) -> Publisher:
        """The Pub/Sub publisher."""
        return PubSubPublisher(self.settings)

    @cached_property
    def raw_store(self) -> RawStore:
        """The raw payload archive."""
        return RawStore(self.settings.raw_url)

    @cached_property
    def ledger(self) -> RunLedger:
        """The run ledger."""
        return RunLedger(self.warehouse)

    @cached_property
    def audit_log(self) -> AuditLog:
        """What the audits found."""
        return AuditLog(self.warehouse)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Where what cannot be read is kept."""
        return Quarantine(self.warehouse)

    def flush(self) -> None:
        """Write what the run ledger and the audits have collected; never raises.

        Neither is made for it: a request that wrote down nothing needs no warehouse, nor credentials for one.
        """
        for name in ("ledger", "audit_log"):
            if name in vars(self):
                try:
                    getattr(self, name).flush()
                except Exception:
                    log.exception("telemetry could not be written; kept for the next flush", extra={"of": name})
