"""The Phase 4 service: features as of the game, from what Phase 3 says has changed."""

from __future__ import annotations

from flask import Flask

from common.context import Context
from data_processors.phase_service import Phase, create_phase_app
from data_processors.precompute.ml_feature_store.ml_feature_store_processor import PROCESSOR as ML_FEATURE_STORE
from data_processors.precompute.player_composite_factors.player_composite_factors_processor import (
    PROCESSOR as PLAYER_COMPOSITE_FACTORS,
)
from data_processors.precompute.player_daily_cache.player_daily_cache_processor import PROCESSOR as PLAYER_DAILY_CACHE
from data_processors.precompute.player_shot_zone_analysis.player_shot_zone_analysis_processor import (
    PROCESSOR as PLAYER_SHOT_ZONE_ANALYSIS,
)
from data_processors.precompute.team_defense_zone_analysis.team_defense_zone_analysis_processor import (
    PROCESSOR as TEAM_DEFENSE_ZONE_ANALYSIS,
)

PHASE = Phase(
    service="precompute",
    event_phase="phase4",
    word="precompute",
    processors=(
        TEAM_DEFENSE_ZONE_ANALYSIS,
        PLAYER_SHOT_ZONE_ANALYSIS,
        PLAYER_COMPOSITE_FACTORS,
        PLAYER_DAILY_CACHE,
        ML_FEATURE_STORE,
    ),
    topic="nba-phase4-precompute-complete",
)


def create_app(context: Context) -> Flask:
    """The WSGI app."""
    return create_phase_app(context, PHASE)
