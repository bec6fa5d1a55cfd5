"""When the warehouse refuses what a batch has for a table, the payload that it means is found and the others land."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from common.errors import NbaError
from common.job_errors import is_refused_content
from common.quarantine import QuarantinedPayload
from common.warehouse import Warehouse
from data_processors.raw.landing import Landed, State, land
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import ScopeRows

log = logging.getLogger(__name__)


@dataclass
class LandedApart:
    """What landed, and the payloads whose rows no table took."""

    results: list[Landed] = field(default_factory=list)
    culprits: list[QuarantinedPayload] = field(default_factory=list)


def land_apart(warehouse: Warehouse, units: Sequence[ScopeRows], state: State) -> LandedApart:
    """`land`, but rows that the warehouse refuses for what is in them cost their own payload alone.

    Where every one of several payloads is refused, the fault is hardly theirs: then the table has failed.
    """
    found = LandedApart()
    for landed in land(warehouse, units, state):
        if landed.error is None or not is_refused_content(landed.error.__cause__):
            found.results.append(landed)
            continue
        ours = [u for u in units if u.table.name == landed.table and u.payload.path in landed.paths]
        log.warning("rows refused; looking for whose", extra={"table": landed.table, "payloads": len(landed.paths)})
        parts = LandedApart()
        _halve(warehouse, ours, state, landed.error, parts)
        if len(parts.culprits) == len(landed.paths) > 1:
            found.results.append(landed)
        else:
            found.results += parts.results
            found.culprits += parts.culprits
    return found


def _halve(
    warehouse: Warehouse,
    units: Sequence[ScopeRows],
    state: State,
    refusal: NbaError,
    parts: LandedApart,
) -> None:
    """Land each half of the payloads behind `units`; of a half that is refused, its halves."""
    paths = sorted({u.payload.path for u in units})
    if len(paths) == 1:
        unit = units[0]
        error = payload_error(unit.payload, f"the warehouse refuses its rows: {refusal}", field=unit.table.name)
        parts.culprits.append(QuarantinedPayload(unit.payload.feed, unit.payload.path, error, unit.payload.body))
        return
    for half in (set(paths[: len(paths) // 2]), set(paths[len(paths) // 2 :])):
        ours = [u for u in units if u.payload.path in half]
        for landed in land(warehouse, ours, state):
            if landed.error is not None and is_refused_content(landed.error.__cause__):
                _halve(warehouse, ours, state, landed.error, parts)
            else:
                parts.results.append(landed)
