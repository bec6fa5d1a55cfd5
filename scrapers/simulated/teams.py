"""The 30 teams with the league's own ids and codes; where they play and against whom how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nba_api.stats.static import teams as static_teams

# Two conferences of three divisions of five.
DIVISIONS: tuple[tuple[str, ...], ...] = (
    ("BOS", "BKN", "NYK", "PHI", "TOR"),
    ("CHI", "CLE", "DET", "IND", "MIL"),
    ("ATL", "CHA", "MIA", "ORL", "WAS"),
    ("DEN", "MIN", "OKC", "POR", "UTA"),
    ("GSW", "LAC", "LAL", "PHX", "SAC"),
    ("DAL", "HOU", "MEM", "NOP", "SAS"),
)
# Hours that a team's evening is behind the Eastern one.
_CENTRAL = frozenset({"CHI", "MIL", "MIN", "OKC", "DAL", "HOU", "MEM", "NOP", "SAS"})
_MOUNTAIN = frozenset({"DEN", "UTA", "PHX"})
_PACIFIC = frozenset({"POR", "GSW", "LAC", "LAL", "SAC"})


@dataclass(frozen=True)
class Team:
    """A team; `hours_behind` the Eastern clock."""

    team_id: int
    code: str
    full_name: str
    city: str
    nickname: str
    hours_behind: int


@cache
def teams() -> tuple[Team, ...]:
    """All teams in the order of `DIVISIONS`; the league's arrays count teams by their place here."""
    known = {t["abbreviation"]: t for t in static_teams.get_teams()}
    return tuple(_team(known[code]) for division in DIVISIONS for code in division)


def _team(static: dict[str, object]) -> Team:
    code = str(static["abbreviation"])
    behind = 1 if code in _CENTRAL else 2 if code in _MOUNTAIN else 3 if code in _PACIFIC else 0
    return Team(
        team_id=int(str(static["id"])),
        code=code,
        # The league's own feeds and the sportsbooks call the Clippers "Los Angeles Clippers".
        full_name=str(static["full_name"]),
        city=str(static["city"]),
        nickname=str(static["nickname"]),
        hours_behind=behind,
    )


def pairings(shift: int) -> list[tuple[int, int]]:
    """(home, away) of a season's 1,230 games: 82 a team, 41 of them at home.

    As the NBA's: four games against each team of the division, three or four against the conference's
    others, two against each team of the other conference. `shift` turns who meets whom three times.
    """
    games: list[tuple[int, int]] = []
    for first in range(30):
        for second in range(first + 1, 30):
            games += _between(first, second, shift)
    return games


def _between(first: int, second: int, shift: int) -> list[tuple[int, int]]:
    there, back = (first, second), (second, first)
    if first // 15 != second // 15:
        return [there, back]
    if first // 5 == second // 5:
        return [there, back] * 2
    # Of the five teams of each other division two are met three times, once with two home games, once with one.
    turn = (second - first + shift) % 5
    if turn == 0:
        return [there, there, back]
    if turn == 1:
        return [there, back, back]
    return [there, back] * 2
