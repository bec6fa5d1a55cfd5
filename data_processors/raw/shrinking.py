"""An answer that would take away much of what is there is set apart: it broke off more likely than it is right.

How much a table's scopes may lose unasked stands with the table (`RawTable.may_lose`). A person who finds the answer
right lets it in with `nba quarantine retry --accept-shrink`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from common.errors import PayloadError
from common.quarantine import QuarantinedPayload
from data_processors.raw.landing import State
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import RawTable, ScopeRows
from data_processors.raw.reading import Parsed

# Of a scope's rows.
_SHARE = 0.1


def refuse_shrinking(parsed: Parsed, state: State, accepted: Collection[str]) -> Sequence[QuarantinedPayload]:
    """Set apart the payloads that would take away too much, and return them; those in `accepted` may.

    Where one is set apart, an older answer of the batch about the same takes its place, and is looked at in turn.
    """
    before = len(parsed.quarantined)
    while True:
        refused = [
            (unit, error)
            for unit in _newest(parsed.units)
            if unit.payload.path not in accepted and (error := _shrinks(unit, state)) is not None
        ]
        if not refused:
            return parsed.quarantined[before:]
        for path in {u.payload.path for u, _ in refused}:
            unit, error = next((u, e) for u, e in refused if u.payload.path == path)
            parsed.give_back(unit.payload, error)


def _newest(units: Collection[ScopeRows]) -> Collection[ScopeRows]:
    newest: dict[tuple[RawTable, str], ScopeRows] = {}
    for unit in units:
        slot = unit.table, unit.scope
        if slot not in newest or newest[slot].newness < unit.newness:
            newest[slot] = unit
    return newest.values()


def _shrinks(unit: ScopeRows, state: State) -> PayloadError | None:
    if unit.table.may_lose is None:
        return None
    slot = unit.table.part, unit.scope
    if any(fetched_at > unit.payload.fetched_at for _, fetched_at in state.scopes.get(slot, {}).values()):
        return None  # an older answer, which is left aside
    there = state.counts.get(slot, 0)
    lost = there - len(unit.rows)
    if lost <= max(unit.table.may_lose, there * _SHARE):
        return None
    return payload_error(
        unit.payload,
        f"would remove {lost} of {there} rows of {unit.table.name} ({unit.scope})",
        field=unit.table.name,
        remedy="scrape it again; if the source is right, `nba quarantine retry --accept-shrink` lets it in",
    )
