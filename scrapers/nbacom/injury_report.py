"""The league's injury report: a PDF that is renewed through the day, under a name that tells its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from common import clock
from common.context import Context
from scrapers import stored
from scrapers.nbacom.league_files import BROWSER_HEADERS, INJURY_URL, NO_SUCH_FILE
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest

# From this date the names tell the minutes, and a report may come every quarter of an hour; before it the
# report called `05PM` was that of 17:30.
_QUARTERS_FROM = date(2025, 12, 23)
# How far back the newest report is looked for; on game days they come at least that often.
_LOOK_BACK = timedelta(hours=8)


class InjuryReport(Scraper):
    """The newest report there is: names are tried from the clock backwards until one is answered.

    Of a date that is over, the newest before its first tip-off: what was known when it counted.
    """

    name = "nbac_injury_report"
    tables = ("nba_raw.injuries",)
    site = "ak-static.cms.nba.com"
    asks = "referee/injury/Injury-Report_{date}_{time}.pdf"
    when = "game days; the newest report of the last 8 h"
    missing_statuses = NO_SUCH_FILE
    first_answer_only = True

    def requests(self, context: Context, day: date) -> list[SourceRequest]:
        """The names that the newest report may have, newest first."""
        limit = clock.now()
        if clock.today() > day:
            # Strictly before: a report of the moment of a tip-off does not count for that game.
            starts = [g.tip_off for g in stored.games_on(context.raw_store, day) or [] if g.tip_off]
            before = [start - timedelta(minutes=1) for start in starts]
            limit = min([limit, *before]) if before else datetime.combine(day, time(23, 59), clock.EASTERN)
        return [_request(at) for at in report_times(limit) if at.date() == day]


def report_times(limit: datetime) -> Iterator[datetime]:
    """The times (Eastern) of the reports that may be out at `limit`, newest first."""
    eastern = limit.astimezone(clock.EASTERN)
    step = timedelta(minutes=15) if eastern.date() >= _QUARTERS_FROM else timedelta(hours=1)
    if step < timedelta(hours=1):
        newest = eastern.replace(minute=eastern.minute // 15 * 15, second=0, microsecond=0)
    else:
        newest = eastern.replace(minute=30, second=0, microsecond=0)
        newest -= timedelta(hours=eastern.minute < 30)
    for number in range(int(_LOOK_BACK / step)):
        # By way of UTC: a night with 25 hours has the hour after one twice.
        yield (newest.astimezone(UTC) - number * step).astimezone(clock.EASTERN)


def _request(at: datetime) -> SourceRequest:
    """The request for the report of a time; one file is named "2025-01-10_05PM", later ones "…_05_30PM"."""
    name = at.strftime("%Y-%m-%d_%I_%M%p" if at.date() >= _QUARTERS_FROM else "%Y-%m-%d_%I%p")
    return SourceRequest(name, f"{INJURY_URL}/Injury-Report_{name}.pdf", {}, BROWSER_HEADERS, expects="pdf")
