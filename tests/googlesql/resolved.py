"""Looking through what the analyzer makes of a statement: protocol buffers of resolved nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any


def unwrap(node: Any) -> tuple[str, Any]:
    """Down the choices of `AnyResolved…Proto` to the node itself, with its kind, such as `ResolvedJoinScan`."""
    while node.DESCRIPTOR.name.startswith("Any"):
        chosen = next((f for f, _ in node.ListFields()), None)
        if chosen is None:
            break
        node = getattr(node, chosen.name)
    return node.DESCRIPTOR.name.removesuffix("Proto"), node


def field(node: Any, name: str) -> Any:
    """A field of the node or of its parent kinds; KeyError when there is none."""
    while name not in node.DESCRIPTOR.fields_by_name:
        if "parent" not in node.DESCRIPTOR.fields_by_name:
            raise KeyError(name)
        node = node.parent
    return getattr(node, name)


def children(node: Any) -> Iterator[Any]:
    """The nodes right below; columns and types are none."""
    for name, is_repeated in _fields(node.DESCRIPTOR):
        if is_repeated:
            yield from getattr(node, name)
        elif node.HasField(name):
            yield getattr(node, name)


@cache
def _fields(descriptor: Any) -> tuple[tuple[str, bool], ...]:
    """Name of each field that holds nodes, and whether it holds many."""
    return tuple(
        (f.name, f.is_repeated)
        for f in descriptor.fields
        if f.message_type is not None
        and f.message_type.name.startswith(("AnyResolved", "Resolved"))
        and f.message_type.name != "ResolvedColumnProto"
    )


def walk(node: Any) -> Iterator[Any]:
    """The node and all below; not by recursion, which would hand each node up through every level."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(children(found))


def of_kind(node: Any, kind: str) -> Iterator[Any]:
    """All nodes of a kind, such as `ResolvedJoinScan`."""
    return (n for n in walk(node) if n.DESCRIPTOR.name == f"{kind}Proto")


def nodes_by_kind(node: Any, kinds: Sequence[str]) -> dict[str, list[Any]]:
    """All nodes of several kinds by one walk."""
    found: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for below in walk(node):
        kind = below.DESCRIPTOR.name.removesuffix("Proto")
        if kind in found:
            found[kind].append(below)
    return found
