"""The feeds that Phase 2 reads, listed once, in the order in which they need each other's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from common.errors import TerminalError
from common.raw_store import RawPayload
from data_processors.raw.balldontlie import boxscores as bdl_boxscores
from data_processors.raw.balldontlie import games as bdl_games
from data_processors.raw.balldontlie import people as bdl_people
from data_processors.raw.balldontlie import standings as bdl_standings
from data_processors.raw.basketball_reference import season_roster
from data_processors.raw.bettingpros import events as bp_events
from data_processors.raw.bettingpros import offers as bp_offers
from data_processors.raw.bigdataball import plays
from data_processors.raw.espn import boxscore as espn_boxscore
from data_processors.raw.espn import roster as espn_roster
from data_processors.raw.espn import scoreboard as espn_scoreboard
from data_processors.raw.games import ScheduledGame
from data_processors.raw.names import NameResolver
from data_processors.raw.nbacom import (
    boxscores,
    game_boxscore,
    gamebook,
    injury_report,
    play_by_play,
    player_list,
    player_movement,
    referees,
    schedule,
    scoreboard,
    shot_chart,
)
from data_processors.raw.oddsapi import event_odds, game_lines, player_props
from data_processors.raw.oddsapi.event_odds import EventOdds
from data_processors.raw.raw_tables import ScopeRows

ParseScopes = Callable[[RawPayload], list[ScopeRows]]
ParseOdds = Callable[[RawPayload], EventOdds]
LAST_STAGE = 2
OddsRows = Callable[[EventOdds, ScheduledGame, NameResolver], list[ScopeRows]]


@dataclass(frozen=True)
class Feed:
    """A feed of the raw store and how it is read.

    `newest_only`: the feed tells a state, so of several answers to one request the newest replaces the others;
    else every answer is a snapshot that is kept. `stage` orders the feeds: a stage reads the tables of the ones
    before it; what needs games or names is of the last. `odds` and `odds_rows` read the quotes of an event.
    """

    name: str
    stage: Literal[0, 1, 2]
    newest_only: bool
    parse: ParseScopes | None = None
    odds: ParseOdds | None = None
    odds_rows: OddsRows | None = None


def _no_rows(payload: RawPayload) -> list[ScopeRows]:
    # Known empty: the list of events feeds the scrapers; no table keeps it.
    event_odds.parse_event_list(payload)
    return []


def _game_line_rows(odds: EventOdds, game: ScheduledGame, _: NameResolver) -> list[ScopeRows]:
    return game_lines.line_rows(odds, game)


FEEDS = {
    feed.name: feed
    for feed in (
        Feed(schedule.FEED, 0, True, schedule.parse),
        Feed(schedule.CDN_FEED, 0, True, schedule.parse),
        Feed(boxscores.PLAYER_FEED, 1, True, boxscores.parse_players),
        Feed(boxscores.TEAM_FEED, 1, True, game_boxscore.parse_teams),
        Feed(game_boxscore.GAME_FEED, 1, True, game_boxscore.parse_teams),
        Feed(shot_chart.FEED, 1, True, shot_chart.parse),
        Feed(injury_report.FEED, 2, False, injury_report.parse),
        Feed(gamebook.FEED, 1, True, gamebook.parse),
        Feed(play_by_play.FEED, 1, True, play_by_play.parse),
        Feed(plays.FEED, 2, True, plays.parse),
        Feed(player_list.FEED, 1, True, player_list.parse),
        Feed(scoreboard.FEED, 1, True, scoreboard.parse),
        Feed(referees.FEED, 1, True, referees.parse),
        Feed(player_movement.FEED, 1, True, player_movement.parse),
        Feed(bdl_games.FEED, 2, True, bdl_games.parse),
        Feed(bdl_boxscores.DAY_FEED, 2, True, bdl_boxscores.parse_days),
        Feed(bdl_boxscores.STATS_FEED, 2, True, bdl_boxscores.parse_stats),
        Feed(bdl_people.PLAYERS_FEED, 2, True, bdl_people.parse_players),
        Feed(bdl_people.INJURIES_FEED, 2, False, bdl_people.parse_injuries),
        Feed(bdl_standings.FEED, 1, True, bdl_standings.parse),
        Feed(espn_scoreboard.FEED, 2, True, espn_scoreboard.parse),
        Feed(espn_roster.FEED, 2, True, espn_roster.parse),
        Feed(espn_boxscore.FEED, 2, True, espn_boxscore.parse),
        Feed(bp_events.FEED, 2, True, bp_events.parse),
        Feed(bp_offers.FEED, 1, False, bp_offers.parse),
        Feed(season_roster.FEED, 2, True, season_roster.parse),
        Feed(event_odds.EVENTS_FEED, 2, False, _no_rows),
        Feed(player_props.FEED, 2, False, odds=player_props.parse, odds_rows=player_props.line_rows),
        Feed(game_lines.FEED, 2, False, odds=game_lines.parse, odds_rows=_game_line_rows),
    )
}


def named_feeds(names: Sequence[str]) -> list[Feed]:
    """The feeds of these names, all when there are none; TerminalError that lists the right ones."""
    unknown = sorted(set(names) - set(FEEDS))
    if unknown:
        raise TerminalError(f"no such feed: {', '.join(unknown)}; there are {', '.join(FEEDS)}")
    return [feed for name, feed in FEEDS.items() if not names or name in names]
