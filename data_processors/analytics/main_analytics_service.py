"""The Phase 3 service: runs the analytics processors that a change of raw tables concerns, in parallel."""

from __future__ import annotations

from flask import Flask

from common.context import Context
from data_processors.analytics.player_game_summary.player_game_summary_processor import (
    PROCESSOR as PLAYER_GAME_SUMMARY,
)
from data_processors.analytics.team_defense_game_summary.team_defense_game_summary_processor import (
    PROCESSOR as TEAM_DEFENSE_GAME_SUMMARY,
)
from data_processors.analytics.team_offense_game_summary.team_offense_game_summary_processor import (
    PROCESSOR as TEAM_OFFENSE_GAME_SUMMARY,
)
from data_processors.analytics.upcoming_player_game_context.upcoming_player_game_context_processor import (
    PROCESSOR as UPCOMING_PLAYER_GAME_CONTEXT,
)
from data_processors.analytics.upcoming_team_game_context.upcoming_team_game_context_processor import (
    PROCESSOR as UPCOMING_TEAM_GAME_CONTEXT,
)
from data_processors.phase_service import Phase, create_phase_app

PHASE = Phase(
    service="analytics",
    event_phase="phase3",
    word="analytics",
    processors=(
        PLAYER_GAME_SUMMARY,
        TEAM_OFFENSE_GAME_SUMMARY,
        TEAM_DEFENSE_GAME_SUMMARY,
        UPCOMING_PLAYER_GAME_CONTEXT,
        UPCOMING_TEAM_GAME_CONTEXT,
    ),
    topic="nba-phase3-analytics-complete",
    owing=UPCOMING_TEAM_GAME_CONTEXT.output,
)


def create_app(context: Context) -> Flask:
    """The WSGI app."""
    return create_phase_app(context, PHASE)
