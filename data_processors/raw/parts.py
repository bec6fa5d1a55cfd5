"""Parts of a payload that could not be read: set apart, counted and told, while the rest of the payload lands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from common.errors import PayloadError, UnreadPartsError
from common.raw_store import RawPayload
from data_processors.raw.payload_fields import Fields, json_object
from data_processors.raw.raw_tables import ScopeRows

_EXAMPLES = 5
_LONGEST = 300


@dataclass
class Parts:
    """The parts of one payload that could not be read, each with the error that says which and why.

    A parser reads each part inside `reading()` and hands its scopes over through `beside()`.
    """

    payload: RawPayload
    unread: list[PayloadError] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    @contextmanager
    def reading(self, whole: str | None = None) -> Iterator[None]:
        """Around the reading of one part: its PayloadError sets the part apart instead of the payload.

        With `whole` (a game) the part's error sets that apart, once, whatever else of it could be read: see `lost`.
        """
        try:
            yield
        except PayloadError as error:
            if whole is None or whole not in self.lost:
                self.unread.append(error)
            if whole is not None:
                self.lost.add(whole)

    def objects(self, holder: Fields, name: str) -> Iterator[Fields]:
        """The objects of a list inside `holder`; an entry that is no object is set apart."""
        for number, item in enumerate(holder.entries(name)):
            with self.reading():
                yield json_object(self.payload, item, f"{holder.where}.{name}[{number}]")

    def beside(self, units: list[ScopeRows], read: int | None = None) -> list[ScopeRows]:
        """`units` with the parts that are missing from them; `read` counts what could be read (default: rows).

        UnreadPartsError where more could not be read than could: then the shape has changed, and what is left
        must not stand for the whole.
        """
        self.check(sum(len(u.rows) for u in units) if read is None else read)
        if self.unread and units:
            units[0].unread.extend(self.unread)
        return units

    def check(self, read: int) -> None:
        """UnreadPartsError where more could not be read than the `read` that could."""
        if len(self.unread) > read:
            raise unread_parts(self.payload, self.unread, "nothing of the payload is used")


def unread_parts(payload: RawPayload, errors: Sequence[PayloadError], rest: str = "the rest is used") -> PayloadError:
    """One error for the unread parts of a payload: how many, and the first of them with field and reason."""
    shown = [f"{e.field}: {e.message}"[:_LONGEST] for e in errors[:_EXAMPLES]]
    more = f"; and {len(errors) - len(shown)} more" if len(errors) > len(shown) else ""
    parts = "1 part" if len(errors) == 1 else f"{len(errors)} parts"
    return UnreadPartsError(
        f"{parts} could not be read, {rest}: {'; '.join(shown)}{more}",
        feed=payload.feed,
        field=errors[0].field,
        raw_path=payload.path,
        remedy=errors[0].remedy,
    )
