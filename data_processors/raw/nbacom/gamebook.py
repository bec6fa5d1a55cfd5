"""nbac_gamebook: the official scorer's report of a game, a PDF; who played, who did not, and why."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from nba_api.stats.static import teams as static_teams

from common import clock
from common.errors import PayloadError
from common.ids import FIRST_SEASON, normalise_name, season_of_date, team_code
from common.raw_store import RawPayload
from data_processors.raw.box_score_rules import check_player
from data_processors.raw.nbacom.gamebook_lines import (
    COUNTS,
    DATE,
    HEADING,
    INACTIVE,
    NOT_PLAYED,
    PLAYED,
    TEAM,
    TOTALS,
    absentees,
    goes_on,
)
from data_processors.raw.parts import Parts
from data_processors.raw.payload_fields import Fields, payload_error
from data_processors.raw.pdf import pdf_of
from data_processors.raw.raw_tables import GAMEBOOK_PLAYERS, Row, ScopeRows
from data_processors.raw.source_values import LAST_SEASON

FEED = "nbac_gamebook"
_NOTHING = dict.fromkeys(("minutes", "seconds", *COUNTS))
_SHOWN = 120


def parse(payload: RawPayload) -> list[ScopeRows]:
    """One row a player of either team: played, did not play, or inactive; the scope is the game by date and teams.

    A line that can't be read is set apart, alone; where none is, a team's lines must add up to its totals, or the page
    was not read as it was printed. The inactive are printed by their last names alone: two of one name in a team are
    two people, told apart by their order (`name_order`) and by nothing else.
    """
    lines = _lines(payload)
    day = _day(payload, lines)
    teams = [(found[1], _team(payload, found[2])) for line in lines if (found := TEAM.match(line))]
    if [side for side, _ in teams] != ["VISITOR", "HOME"] or teams[0][1] == teams[1][1]:
        raise payload_error(payload, f"expected VISITOR: and HOME:, found {teams}", field="teams")
    (_, away), (_, home) = teams
    parts = Parts(payload)
    rows = _players(parts, lines) + _inactive(parts, lines, {away, home})
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        team, name_key = row["team"], normalise_name(row["player_name"])
        seen[team, name_key] += 1
        row |= {
            "game_date": day,
            "season": season_of_date(day),
            "home_team": home,
            "away_team": away,
            "opponent": home if team == away else away,
            "name_key": name_key,
            "name_order": seen[team, name_key],
        }
    return parts.beside([ScopeRows(GAMEBOOK_PLAYERS, f"{FEED}:{day}:{away}@{home}", payload, rows, day)])


def _lines(payload: RawPayload) -> list[str]:
    """The lines of the first page; the pages behind it, of the full book, repeat it by quarter."""
    with pdf_of(payload) as pdf:
        text = pdf.pages[0].extract_text() if pdf.pages else ""
    lines = [" ".join(line.replace("\x00", "").split()) for line in text.splitlines() if line.strip()]
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
        day = datetime.strptime(found[1], "%B %d, %Y").replace(tzinfo=clock.EASTERN).date()
    except ValueError as error:
        raise payload_error(payload, f"no date: {found[1]!r}", field="date") from error
    if not FIRST_SEASON <= day.year <= LAST_SEASON + 1:
        raise payload_error(payload, f"{day} is no date of the NBA's", field="date")
    return day


def _team(payload: RawPayload, name: str) -> str:
    try:
        return team_code(name)
    except KeyError as error:
        raise payload_error(payload, f"{name!r} is no team", field="teams") from error


def _players(parts: Parts, lines: list[str]) -> list[Row]:
    """The lines below each team's heading, down to its totals."""
    payload = parts.payload
    rows: list[Row] = []
    team: str | None = None
    members: list[Row] = []
    closed = unread = 0
    for line in lines:
        if heading := TEAM.match(line):
            team, members, unread = _team(payload, heading[2]), [], len(parts.unread)
        elif team is None:
            if NOT_PLAYED.fullmatch(line) and line[0].isdigit():
                parts.unread.append(_unread(payload, line, "players", "outside of a team's players"))
        elif totals := TOTALS.fullmatch(line):
            if len(parts.unread) == unread:
                _check(payload, team, members, [int(n) for n in totals[2].split()])
            rows, team, closed = rows + members, None, closed + 1
        else:
            with parts.reading():
                if (row := _member(payload, team, line)) is not None:
                    members.append(row)
                elif members and members[-1]["status"] == "did_not_play" and goes_on(line):
                    members[-1]["reason"] = " ".join(filter(None, (members[-1]["reason"], line)))
                elif not HEADING.fullmatch(line):
                    raise _unread(payload, line, f"players of {team}", "no player's line")
    if closed != len(("VISITOR", "HOME")):
        raise payload_error(payload, f"found the totals of {closed} teams, not of 2", field="totals")
    return rows


def _member(payload: RawPayload, team: str, line: str) -> Row | None:
    """The player of a line, None where it is no player's; PayloadError where his numbers cannot be."""
    if played := PLAYED.fullmatch(line):
        row: Row = {
            **{"team": team, "player_name": played[2], "jersey_number": played[1], "status": "played"},
            **{"starter": played[3] is not None, "reason_code": None, "reason": None},
            **{"minutes": int(played[4]), "seconds": int(played[5])},
            **dict(zip(COUNTS, map(int, played[6].split()), strict=True)),
        }
        try:
            check_player(Fields(payload, f"players of {team}", {}), row)
        except PayloadError as error:
            raise _unread(payload, line, f"players of {team}", error.message) from error
        return row
    absent = NOT_PLAYED.fullmatch(line)
    if absent is None:
        return None
    return {
        **{"team": team, "player_name": absent[2], "jersey_number": absent[1], "status": "did_not_play"},
        **{"starter": False, "reason_code": absent[3], "reason": absent[4] or None, **_NOTHING},
    }


def _unread(payload: RawPayload, line: str, field: str, why: str) -> PayloadError:
    return payload_error(payload, f"{why}: {line[:_SHOWN]!r}", field=field)


def _check(payload: RawPayload, team: str, members: list[Row], totals: list[int]) -> None:
    """The totals are the players' sums; of plus-minus they say the difference of the game instead."""
    for column, total in zip(COUNTS, totals, strict=True):
        added = sum(row[column] or 0 for row in members)
        if column != "plus_minus" and added != total:
            raise payload_error(
                payload, f"the {column} of {team}'s players sum to {added}, the totals say {total}", field="totals"
            )


def _inactive(parts: Parts, lines: list[str], teams: set[str]) -> list[Row]:
    """Who was not on the active list; a list may run over several lines, which end where a parenthesis is closed."""
    rows: list[Row] = []
    for number, line in enumerate(lines):
        heading = INACTIVE.match(line)
        if heading is None:
            continue
        with parts.reading():
            team = _team_by_nickname(parts.payload, heading[1], teams)
            text = heading[2]
            for later in lines[number + 1 :]:
                if text.count("(") == text.count(")") and not text.endswith(",") and later[0] not in ",(":
                    break
                text += f" {later}"
            try:
                found = list(absentees(text))
            except ValueError as error:
                raise _unread(parts.payload, text, f"inactive of {team}", "no list of players") from error
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
