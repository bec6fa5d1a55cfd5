"""What one scraper did for one date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from common.errors import MissingKeyError, NbaError, NotReadyError

Status = Literal["success", "no_games", "not_in_archive", "stored_unreadable", "not_ready", "failed"]


@dataclass
class DayOutcome:
    """What one scraper did for one date.

    `paths` are payloads in the raw store, also those that were there already; `not_modified` counts those that
    the source said still hold. `not_offered` counts requests that the source has nothing for, `not_in_archive`
    those that a recorded archive does not know.
    """

    paths: list[str] = field(default_factory=list)
    no_games: bool = False
    not_offered: int = 0
    not_in_archive: int = 0
    not_modified: int = 0
    unreadable: int = 0
    error: NbaError | None = None

    @property
    def status(self) -> Status:
        """In one word; what went wrong comes before what went well.

        A source without a key was not asked: that is not_ready, with the variable's name in the error.
        """
        if self.error is not None:
            return "not_ready" if isinstance(self.error, NotReadyError | MissingKeyError) else "failed"
        if self.no_games:
            return "no_games"
        if self.unreadable:
            return "stored_unreadable"
        return "not_in_archive" if self.not_in_archive and not self.paths else "success"
