"""The league's injury report as a PDF of the official one's layout: who was out, as known when it came out.

Reports come every quarter of an hour from 08:00 of a game day. A report knows what the sportsbooks know at its time:
who is withdrawn late is not on it before the news. Who comes back is Questionable in the morning, whose last day out it
is Doubtful. Every team lists somebody, if only the last man of its bench, who plays elsewhere.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from common import clock
from common.ids import season_of_date
from scrapers.simulated.arrays import stream
from scrapers.simulated.schedule import Game
from scrapers.simulated.season import Season, season_of
from scrapers.simulated.teams import teams

_FIRST_REPORT = time(8)
# From here on it is settled who comes back and who stays out.
_SETTLED = time(13)
_REASONS = (
    *("Left Ankle; Sprain", "Right Ankle; Sprain", "Left Knee; Soreness", "Right Knee; Contusion"),
    *("Left Hamstring; Strain", "Right Calf; Strain", "Lower Back; Tightness", "Right Shoulder; Sprain"),
    *("Illness; Illness", "Left Wrist; Sprain", "Right Foot; Soreness", "Left Groin; Strain"),
)
_BENCH = "G League - On Assignment"

# The official layout, points from the left and from the top: where each column's text begins, a row's height.
_COLUMNS = (23, 119, 200, 264, 425, 586, 666)
_HEADINGS = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_RIGHT, _PLAYER_RULE = 823, 421
_TITLE_AT, _LABEL_AT, _HEADING_AT, _FIRST_ROW_AT, _FOOTER_AT = 60, 80, 116, 124, 570
_ROW, _ROWS_A_PAGE = 14, 30
Cells = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True)
class _Listing:
    player: str
    status: str
    reason: str


def report(seed: int, name: str, now: datetime) -> bytes | None:
    """The report whose file is `Injury-Report_<name>.pdf`; None where there is none, or none yet at `now`."""
    report_at = _moment(name)
    if report_at is None or report_at > now or report_at.time() < _FIRST_REPORT:
        return None
    season = season_of(seed, season_of_date(report_at.date()))
    games = season.by_date.get(report_at.date(), []) if season else []
    if season is None or not games:
        return None
    return _pdf(seed, report_at, [cells for game in games for cells in _rows(season, game, report_at)])


def _moment(name: str) -> datetime | None:
    """ "2029-12-03_05_30PM" is 17:30 Eastern, and so is "2024-12-03_05PM", the older form."""
    for form, minutes in (("%Y-%m-%d_%I_%M%p", 0), ("%Y-%m-%d_%I%p", 30)):
        try:
            found = datetime.strptime(name, form).replace(tzinfo=clock.EASTERN)
        except ValueError:
            continue
        return found + timedelta(minutes=minutes) if found.minute % 15 == 0 else None
    return None


def _rows(season: Season, game: Game, report_at: datetime) -> Iterator[Cells]:
    """The visitors first; what holds for several lines stands on the first."""
    tip_off = game.tip_off.astimezone(clock.EASTERN)
    matchup = f"{teams()[game.away].code}@{teams()[game.home].code}"
    head = (f"{game.game_date:%m/%d/%Y}", f"{tip_off:%I:%M} (ET)", matchup)
    for side, team in ((1, game.away), (0, game.home)):
        name = teams()[team].full_name
        for listing in _listings(season, game, 2 * game.index + side, team, report_at):
            yield (*head, name, listing.player, listing.status, listing.reason)
            head, name = ("", "", ""), ""


def _listings(season: Season, game: Game, row: int, team: int, report_at: datetime) -> Iterator[_Listing]:
    rosters, players, day = season.rosters, season.players, game.day
    hour = report_at.hour + report_at.minute / 60
    settled = report_at.time() >= _SETTLED
    squad = [p for p in range(len(players.player_id)) if rosters.team[p, day] == team]
    playing = set(season.known.player[row].tolist())
    last_man = min((p for p in squad if p not in playing), key=lambda p: float(players.role[p]))
    for player in sorted(squad, key=lambda p: _listed(players.name[p])):
        out = bool(rosters.is_out[player, day]) and player not in playing
        if out and rosters.is_late[player, day] and hour < rosters.news_hour[player, day]:
            continue
        name = _listed(players.name[player])
        if out:
            last_day = day + 1 < rosters.is_out.shape[1] and not rosters.is_out[player, day + 1]
            doubtful = last_day and not settled and not rosters.is_late[player, day]
            yield _Listing(name, "Doubtful" if doubtful else "Out", _reason(season, player))
        elif player in playing and day > 0 and rosters.is_out[player, day - 1]:
            yield _Listing(name, "Available" if settled else "Questionable", _reason(season, player))
        elif player == last_man:
            yield _Listing(name, "Out", _BENCH)


def _listed(name: str) -> str:
    """The name as the league's reports have it, without accents: "Kovacevic Jr., Milos"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    first, last = plain.split(" ", 1)
    return f"{last}, {first}"


def _reason(season: Season, player: int) -> str:
    draw = stream("reports", season.seed, season.year, player).integers(len(_REASONS))
    return f"Injury/Illness - {_REASONS[int(draw)]}"


def _pdf(seed: int, report_at: datetime, rows: list[Cells]) -> bytes:
    body = io.BytesIO()
    width, height = landscape(A4)
    # Invariant: the same report is the same bytes.
    canvas = Canvas(body, pagesize=(width, height), invariant=1)
    canvas.setTitle(f"Injury report of a simulated league, seed {seed}")
    pages = [rows[n : n + _ROWS_A_PAGE] for n in range(0, len(rows), _ROWS_A_PAGE)] or [[]]
    for number, page in enumerate(pages, start=1):
        if number == 1:
            canvas.setFont("Helvetica-Bold", 22)
            canvas.drawCentredString(width / 2, height - _TITLE_AT, f"Injury Report: {report_at:%m/%d/%y %I:%M %p}")
            canvas.setFont("Helvetica", 9)
            canvas.drawCentredString(width / 2, height - _LABEL_AT, f"Simulated league, seed {seed}")
            canvas.setFont("Helvetica-Bold", 10)
            for left, heading in zip(_COLUMNS, _HEADINGS, strict=True):
                canvas.drawString(left, height - _HEADING_AT, heading)
        canvas.setFont("Helvetica", 9)
        for place, cells in enumerate(page):
            top = _FIRST_ROW_AT + place * _ROW
            canvas.line(_PLAYER_RULE, height - top, _RIGHT, height - top)
            for left, text in zip(_COLUMNS, cells, strict=True):
                canvas.drawString(left, height - top - _ROW + 4, text)
        canvas.drawCentredString(width / 2, height - _FOOTER_AT, f"Page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return body.getvalue()
