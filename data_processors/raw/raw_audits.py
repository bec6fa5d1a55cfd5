"""What must not be found in the raw tables that later phases read; looked at after every write that changed them.

A table without an entry is audited for its natural key alone.
"""

from __future__ import annotations

from data_processors.audits import Audit, holds, in_range, none_of, not_null
from data_processors.raw.raw_tables import (
    GAME_LINES,
    PLAYER_BOXSCORES,
    PLAYER_PROP_LINES,
    SCHEDULE,
    SHOTS,
    TEAM_BOXSCORES,
    RawTable,
)

# A threepointer counts among the field goals: 2 FGM + 3PM + FTM.
_POINTS = holds("points_add_up", "points = 2 * fgm + fg3m + ftm")
_ATTEMPTS = holds("no_more_makes_than_attempts", "fgm <= fga AND fg3m <= fg3a AND ftm <= fta AND fg3m <= fgm")
_OTHER_TEAM = holds("another_opponent", "team <> opponent")

# The two logs are fetched apart: while a correction is in one of them only, they differ. Hence a warning.
_TEAM_POINTS = none_of(
    "player_points_make_team_points",
    "SELECT t.game_id || '|' || t.team AS example FROM nba_raw.team_boxscores AS t JOIN "
    "(SELECT game_id, team, SUM(points) AS points FROM nba_raw.player_boxscores "
    "WHERE game_date BETWEEN {first} AND {last} GROUP BY game_id, team) AS p "
    "ON p.game_id = t.game_id AND p.team = t.team "
    "WHERE t.game_date BETWEEN {first} AND {last} AND p.points <> t.points",
    blocking=False,
)

_TWO_TEAMS = none_of(
    "two_teams_a_game",
    "SELECT game_id AS example FROM nba_raw.team_boxscores WHERE game_date BETWEEN {first} AND {last} "
    "GROUP BY game_id HAVING COUNT(*) <> 2",
    blocking=False,
)

_SHOTS_OF_TEAMS = none_of(
    "shots_make_team_attempts",
    "SELECT t.game_id || '|' || t.team AS example FROM nba_raw.team_boxscores AS t JOIN "
    "(SELECT game_id, team, COUNT(*) AS attempts FROM nba_raw.shots "
    "WHERE game_date BETWEEN {first} AND {last} GROUP BY game_id, team) AS s "
    "ON s.game_id = t.game_id AND s.team = t.team "
    "WHERE t.game_date BETWEEN {first} AND {last} AND s.attempts <> t.fga",
    blocking=False,
)

_AUDITS: dict[RawTable, tuple[Audit, ...]] = {
    SCHEDULE: (holds("two_different_teams", "home_team <> away_team"),),
    # Longest game: six overtimes, 78 minutes.
    PLAYER_BOXSCORES: (_POINTS, _ATTEMPTS, _OTHER_TEAM, in_range("minutes", 0, 80), _TEAM_POINTS),
    TEAM_BOXSCORES: (
        *(not_null("points", "minutes"), _POINTS, _ATTEMPTS, _OTHER_TEAM),
        *(in_range("minutes", 200, 400, blocking=False), _TWO_TEAMS, _TEAM_POINTS),
    ),
    SHOTS: (holds("shot_is_two_or_three", "shot_value IN (2, 3)"), _SHOTS_OF_TEAMS),
    # A decimal price of 1 would pay nothing.
    PLAYER_PROP_LINES: (
        in_range("line", 0.5, 100),
        holds("prices_pay", "over_price > 1 AND under_price > 1"),
        holds("quote_on_the_games_date", "DATE(tip_off, 'America/New_York') = game_date", blocking=False),
    ),
    GAME_LINES: (holds("prices_pay", "price > 1"),),
}
AUDITED: dict[str, tuple[RawTable, tuple[Audit, ...]]] = {t.name: (t, audits) for t, audits in _AUDITS.items()}
