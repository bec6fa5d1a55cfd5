"""nbac_injury_report: the league's injury report, a PDF that comes out several times a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from common import clock
from common.errors import PayloadError
from common.ids import normalise_name, season_of_date, team_code, team_codes
from common.raw_store import RawPayload
from data_processors.raw.nbacom.report_pages import Cells, read_pages
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import INJURIES, Row, ScopeRows

FEED = "nbac_injury_report"
STATUSES = frozenset({"Out", "Doubtful", "Questionable", "Probable", "Available"})
_NOT_YET = "NOT YET SUBMITTED"
_TITLE = re.compile(r"Injury Report: (\d\d/\d\d/\d\d \d\d:\d\d [AP]M)")
_TIME = re.compile(r"(\d\d:\d\d) \(ET\)")
_MATCHUP = re.compile(r"([A-Z]{3})@([A-Z]{3})")
# A report is about the games of its day and of the next.
_FURTHEST = timedelta(days=3)
_SHOWN = 300
# Cells that stand on the first line only of what they hold for.
_CARRIED = ("game_date", "game_time", "matchup", "team")


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player and game, and one a team that has not reported; the scope is the report.

    A line that can't be read is set apart, alone.
    """
    parts = Parts(payload)
    title, lines = read_pages(payload)
    report_at = _report_at(payload, title)
    rows: dict[tuple[object, ...], Row] = {}
    carried: Cells = {}
    day = clock.eastern_date(report_at)
    for number, cells in enumerate(_joined(parts, lines)):
        carried |= {name: cells[name] for name in _CARRIED if cells[name]}
        with parts.reading():
            row = _row(payload, f"line {number}", carried | {n: cells[n] for n in ("player", "status", "reason")})
            row |= {"report_at": report_at}
            if abs(row["game_date"] - day) > _FURTHEST:
                raise _wrong(payload, f"line {number}", f"a game of {row['game_date']} in the report of {day}")
            if rows.setdefault(tuple(row[k] for k in INJURIES.key), row) != row:
                raise _wrong(payload, f"line {number}", f"{cells['player']!r} stands twice with different content")
    unit = ScopeRows(INJURIES, f"report:{clock.iso_utc(report_at)}", payload, list(rows.values()), day)
    return parts.beside([unit])


def _joined(parts: Parts, lines: list[Cells]) -> list[Cells]:
    """The lines with a reason that goes on at the top of the next page put together."""
    joined: list[Cells] = []
    for number, cells in enumerate(lines):
        if cells["player"] or cells["reason"] == _NOT_YET:
            joined.append(dict(cells))
        elif joined and cells["reason"] and not any(v for k, v in cells.items() if k != "reason"):
            joined[-1]["reason"] += f" {cells['reason']}"
        else:
            parts.unread.append(
                _wrong(parts.payload, f"line {number}", f"no player and no {_NOT_YET!r} in {cells}"[:_SHOWN])
            )
    return joined


def _row(payload: RawPayload, where: str, cells: Cells) -> Row:
    day = _day(payload, where, cells.get("game_date", ""))
    time, matchup = _TIME.fullmatch(cells.get("game_time", "")), _MATCHUP.fullmatch(cells.get("matchup", ""))
    if time is None or matchup is None or not {matchup[1], matchup[2]} <= team_codes():
        raise _wrong(payload, where, f"expected '07:00 (ET)' and 'GSW@IND', found {cells}")
    team = _team(payload, where, cells.get("team", ""))
    if team not in matchup.groups():
        raise _wrong(payload, where, f"{team} does not play in {matchup[0]}")
    submitted = cells["reason"] != _NOT_YET
    if submitted and (cells["status"] not in STATUSES or "," not in cells["player"]):
        raise _wrong(payload, where, f"expected 'Last, First' and one of {sorted(STATUSES)}, found {cells}")
    return {
        "game_date": day,
        "season": season_of_date(day),
        "home_team": matchup[2],
        "away_team": matchup[1],
        "team": team,
        "name_key": normalise_name(cells["player"]) if submitted else "",
        "player_name": cells["player"] if submitted else None,
        "submitted": submitted,
        "status": cells["status"] if submitted else None,
        "reason": (cells["reason"] or None) if submitted else None,
        "reason_category": (cells["reason"].split(" - ")[0] or None) if submitted else None,
        "game_time": time[1],
    }


def _report_at(payload: RawPayload, title: str) -> datetime:
    found = _TITLE.fullmatch(title)
    if found is None:
        raise payload_error(payload, f"expected 'Injury Report: 01/10/25 05:30 PM', found {title!r}", field="title")
    try:
        moment = datetime.strptime(found[1], "%m/%d/%y %I:%M %p").replace(tzinfo=clock.EASTERN)
    except ValueError as error:
        raise payload_error(payload, f"no moment: {found[1]!r}", field="title") from error
    return moment.astimezone(UTC)


def _day(payload: RawPayload, where: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=clock.EASTERN).date()
    except ValueError as error:
        raise _wrong(payload, where, f"expected a date like 01/10/2025, found {text!r}") from error


def _team(payload: RawPayload, where: str, name: str) -> str:
    try:
        return team_code(name)
    except KeyError as error:
        raise _wrong(payload, where, f"{name!r} is no team") from error


def _wrong(payload: RawPayload, where: str, message: str) -> PayloadError:
    return payload_error(payload, message, field=where)
