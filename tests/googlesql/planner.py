"""What GoogleSQL's analyzer passes and BigQuery's planner refuses, and how large a plan becomes.

BigQuery carries an outer join, an anti-join and a MERGE out by hashing an equality of both sides: without one it
answers "LEFT OUTER JOIN cannot be used without a condition that is an equality of fields from both sides of the join"
(and the like). A subquery that speaks of the row around it must become a join, so it needs an equality too. It takes no
subquery in an ON or a WHEN. And it works a WITH query out at every place that names it: what looks small may read a
table a hundred times, up to "the query is too complex".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.googlesql.resolved import children, field, nodes_by_kind, of_kind, unwrap, walk

# Tables that a statement may read, each counted as often as it is read.
CEILING = 40
_EQUALITIES = ("$equal", "$is_not_distinct_from")
_JOINS = {1: "LEFT JOIN", 2: "RIGHT JOIN", 3: "FULL JOIN"}
_SOURCES = ("ResolvedTableScan", "ResolvedWithRefScan", "ResolvedTVFScan")


def refusals(statement: Any) -> list[str]:
    """What BigQuery's planner says no to, in words; nothing: none."""
    found = nodes_by_kind(statement, ("ResolvedJoinScan", "ResolvedMergeStmt", "ResolvedSubqueryExpr"))
    joins, merges, subqueries = found.values()
    return [*_outer_joins(joins), *_merges(merges), *_correlated(subqueries), *_in_conditions(joins, merges)]


def table_scans(statement: Any, bodies: Mapping[str, Any]) -> Counter[str]:
    """How often each table is read; WITH queries, views and table functions (`bodies`) put in at each mention."""
    return _Scans(bodies).of(statement)


def _outer_joins(joins: Iterable[Any]) -> Iterator[str]:
    for join in joins:
        if join.join_type in _JOINS:
            left, right = _columns(join.left_scan), _columns(join.right_scan)
            if not (join.HasField("join_expr") and _has_equality(join.join_expr, left, right)):
                yield f"{_JOINS[join.join_type]} without an equality of both sides: {_sources(join.right_scan)}"


def _merges(merges: Iterable[Any]) -> Iterator[str]:
    for merge in merges:
        target = {c.column_id for c in field(merge.table_scan, "column_list")}
        if not _has_equality(merge.merge_expr, target, _columns(merge.from_scan)):
            yield f"MERGE without an equality of both sides: {merge.table_scan.table.full_name}"


def _correlated(subqueries: Iterable[Any]) -> Iterator[str]:
    for subquery in subqueries:
        around = {p.column.column_id for p in subquery.parameter_list}
        sources = _sources(subquery.subquery) if around else ""
        if sources and not _is_tied(subquery.subquery, around):
            names = sorted({p.column.name for p in subquery.parameter_list})
            yield f"a subquery on {sources} that speaks of {', '.join(names)} around it without an equality"


def _is_tied(subquery: Any, around: set[int]) -> bool:
    for scan in of_kind(subquery, "ResolvedFilterScan"):
        for left, right in _equalities(scan.filter_expr):
            if (left <= around and not right & around) or (right <= around and not left & around):
                return True
    return False


def _in_conditions(joins: Iterable[Any], merges: Iterable[Any]) -> Iterator[str]:
    conditions = [
        *(("ON", j.join_expr) for j in joins if j.HasField("join_expr")),
        *(("the ON of a MERGE", m.merge_expr) for m in merges),
        *(("WHEN", w) for m in merges for w in m.when_clause_list),
    ]
    for place, condition in conditions:
        if any(True for _ in of_kind(condition, "ResolvedSubqueryExpr")):
            yield f"a subquery in {place}"


# -- looking at conditions ---------------------------------------------------------------------------


def _has_equality(condition: Any, left: set[int], right: set[int]) -> bool:
    return any(
        (one <= left and other <= right) or (one <= right and other <= left) for one, other in _equalities(condition)
    )


def _equalities(condition: Any) -> Iterator[tuple[set[int], set[int]]]:
    """The columns on both sides of each equality that must hold; sides without columns left out."""
    function, arguments = _call(condition)
    if function == "$and":
        for argument in arguments:
            yield from _equalities(argument)
    elif function in _EQUALITIES:
        one, other = (_referenced(a) for a in arguments)
        if one and other:
            yield one, other


def _call(expression: Any) -> tuple[str, list[Any]]:
    kind, node = unwrap(expression)
    if kind != "ResolvedFunctionCall":
        return "", []
    return str(field(node, "function").name).rsplit(":", 1)[-1], list(field(node, "argument_list"))


def _referenced(expression: Any) -> set[int]:
    return {r.column.column_id for r in of_kind(expression, "ResolvedColumnRef")}


def _columns(scan: Any) -> set[int]:
    return {c.column_id for c in field(unwrap(scan)[1], "column_list")}


def _sources(scan: Any) -> str:
    """The tables that a scan reads, by name; empty when it reads none (arrays only)."""
    found = dict.fromkeys(_name(n) for n in walk(scan) if n.DESCRIPTOR.name.removesuffix("Proto") in _SOURCES)
    return ", ".join(found)


def _name(scan: Any) -> str:
    kind = scan.DESCRIPTOR.name
    if kind == "ResolvedWithRefScanProto":
        return str(scan.with_query_name)
    if kind == "ResolvedTVFScanProto":
        return str(scan.tvf.name).removeprefix("project.")
    return str(scan.table.full_name)


class _Scans:
    """Counts scans; of what is named more than once it counts only once, and adds up."""

    def __init__(self, bodies: Mapping[str, Any]) -> None:
        self._bodies = bodies
        self._known: dict[str, Counter[str]] = {}
        self._with: dict[str, Counter[str]] = {}

    def of(self, node: Any) -> Counter[str]:
        kind = node.DESCRIPTOR.name
        if kind == "ResolvedWithScanProto":
            for entry in node.with_entry_list:
                self._with[entry.with_query_name] = self.of(entry.with_subquery)
            return self.of(node.query)
        if kind == "ResolvedWithRefScanProto":
            return self._with[node.with_query_name]
        if kind in ("ResolvedTableScanProto", "ResolvedTVFScanProto"):
            name = _name(node)
            if kind == "ResolvedTVFScanProto" or name in self._bodies:
                return self._body(name)
            return Counter([name])
        total: Counter[str] = Counter()
        for child in children(node):
            total += self.of(child)
        return total

    def _body(self, name: str) -> Counter[str]:
        if name not in self._known:
            self._known[name] = _Scans(self._bodies).of(self._bodies[name])
        return self._known[name]
