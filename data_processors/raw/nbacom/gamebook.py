"""nbac_gamebook: the official scorer's report of a game, a PDF; who played, who did not, and why."""

from __future__ import annotations

import io
from datetime import date, datetime

import pdfplumber
from nba_api.stats.static import teams as static_teams
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.psparser import PSException
from pdfplumber.utils.exceptions import PdfminerException

from common import clock
from common.ids import normalise_name, season_of_date, team_code
from common.raw_store import RawPayload
from data_processors.raw.nbacom.gamebook_lines import (
    COUNTS,
    DATE,
    INACTIVE,
    NOT_PLAYED,
    PLAYED,
    TEAM,
    TOTALS,
    absentees,
)
from data_processors.raw.payload_fields import payload_error
from data_processors.raw.raw_tables import GAMEBOOK_PLAYERS, Row, ScopeRows

FEED = "nbac_gamebook"
_NOTHING = dict.fromkeys(("minutes", "seconds", *COUNTS))


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player of either team: played, did not play, or inactive; the scope is the game by date and teams.

    Each team's lines must add up to its totals, or the page was not read as it was printed.
    """
    lines = _lines(payload)
    day = _day(payload, lines)
    teams = [(found[1], _team(payload, found[2])) for line in lines if (found := TEAM.match(line))]
    if [side for side, _ in teams] != ["VISITOR", "HOME"]:
        raise payload_error(payload, f"expected VISITOR: and HOME:, found {teams}", field="teams")
    (_, away), (_, home) = teams
    rows = _players(payload, lines) + _inactive(payload, lines, {away, home})
    unique: dict[tuple[str, str], Row] = {}
    for row in rows:
        team = row["team"]
        row |= {
            "game_date": day,
            "season": season_of_date(day),
            "home_team": home,
            "away_team": away,
            "opponent": home if team == away else away,
            "name_key": normalise_name(row["player_name"]),
        }
        if unique.setdefault((team, row["name_key"]), row) is not row:
            raise payload_error(payload, f"{row['player_name']} stands twice", field="players")
    return [ScopeRows(GAMEBOOK_PLAYERS, f"{FEED}:{day}:{away}@{home}", payload, list(unique.values()), day)]


def _lines(payload: RawPayload) -> list[str]:
    """The lines of the first page; the pages behind it, of the full book, repeat it by quarter."""
    try:
        with pdfplumber.open(io.BytesIO(payload.body)) as pdf:
            text = pdf.pages[0].extract_text() if pdf.pages else ""
    except (PdfminerException, PDFSyntaxError, PSException) as error:
        raise payload_error(payload, f"the body is not a PDF that can be read: {error!r}", field="body") from error
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not lines:
        raise payload_error(
            payload, "the PDF has no text: its compressed parts are damaged", field="body", remedy="scrape it again"
        )
    return lines


def _day(payload: RawPayload, lines: list[str]) -> date:
    found = next((m for line in lines if (m := DATE.match(line))), None)
    if found is None:
        raise payload_error(payload, "expected a date like 'Wednesday, April 10, 2024'", field="date")
    try:
        return datetime.strptime(found[1], "%B %d, %Y").replace(tzinfo=clock.EASTERN).date()
    except ValueError as error:
        raise payload_error(payload, f"no date: {found[1]!r}", field="date") from error


def _team(payload: RawPayload, name: str) -> str:
    try:
        return team_code(name)
    except KeyError as error:
        raise payload_error(payload, f"{name!r} is no team", field="teams") from error


def _players(payload: RawPayload, lines: list[str]) -> list[Row]:
    """The lines below each team's heading, down to its totals."""
    rows: list[Row] = []
    team: str | None = None
    members: list[Row] = []
    closed = 0
    for line in lines:
        if heading := TEAM.match(line):
            team, members = _team(payload, heading[2]), []
        elif team is None:
            if NOT_PLAYED.fullmatch(line):
                raise payload_error(payload, f"outside of a team's players: {line!r}", field="players")
        elif totals := TOTALS.fullmatch(line):
            _check(payload, team, members, [int(n) for n in totals[2].split()])
            rows, team, closed = rows + members, None, closed + 1
        elif played := PLAYED.fullmatch(line):
            members.append(
                {
                    **{"team": team, "player_name": played[2], "jersey_number": played[1], "status": "played"},
                    **{"starter": played[3] is not None, "reason_code": None, "reason": None},
                    **{"minutes": int(played[4]), "seconds": int(played[5])},
                    **dict(zip(COUNTS, map(int, played[6].split()), strict=True)),
                }
            )
        elif absent := NOT_PLAYED.fullmatch(line):
            members.append(
                {
                    **{"team": team, "player_name": absent[2], "jersey_number": absent[1], "status": "did_not_play"},
                    **{"starter": False, "reason_code": absent[3], "reason": absent[4], **_NOTHING},
                }
            )
        elif line[0].isdigit():
            raise payload_error(payload, f"no player's line: {line!r}", field=f"players of {team}")
    if closed != 2:
        raise payload_error(payload, f"found the totals of {closed} teams, not of 2", field="totals")
    return rows


def _check(payload: RawPayload, team: str, members: list[Row], totals: list[int]) -> None:
    """The totals are the players' sums; of plus-minus they say the difference of the game instead."""
    for column, total in zip(COUNTS, totals, strict=True):
        added = sum(row[column] or 0 for row in members)
        if column != "plus_minus" and added != total:
            raise payload_error(
                payload, f"the {column} of {team}'s players sum to {added}, the totals say {total}", field="totals"
            )


def _inactive(payload: RawPayload, lines: list[str], teams: set[str]) -> list[Row]:
    """Who was not on the active list; a list may run over several lines, which end where a parenthesis is closed."""
    rows: list[Row] = []
    for number, line in enumerate(lines):
        heading = INACTIVE.match(line)
        if heading is None:
            continue
        team = _team_by_nickname(payload, heading[1], teams)
        text = heading[2]
        for later in lines[number + 1 :]:
            if text.count("(") == text.count(")") and not text.endswith(","):
                break
            text += f" {later}"
        try:
            found = list(absentees(text))
        except ValueError as error:
            raise payload_error(payload, f"no list of players: {text!r}", field=f"inactive of {team}") from error
        rows.extend(
            {
                **{"team": team, "player_name": name, "jersey_number": None, "status": "inactive"},
                **{"starter": False, "reason_code": None, "reason": reason, **_NOTHING},
            }
            for name, reason in found
            if normalise_name(name) != "none"
        )
    return rows


def _team_by_nickname(payload: RawPayload, nickname: str, teams: set[str]) -> str:
    """The one of the two teams whose full name ends in the nickname: "Grizzlies", "Trail Blazers"."""
    names = {t["abbreviation"]: t["full_name"] for t in static_teams.get_teams()}
    found = [code for code in teams if names[code].lower().endswith(nickname.strip().lower())]
    if len(found) != 1:
        raise payload_error(payload, f"{nickname!r} is none of {sorted(teams)}", field="inactive")
    return found[0]
