"""The prediction systems.

`SYSTEMS` are those that need no training; `predictions.training.serving` adds those of a trained model: all five.
"""

from __future__ import annotations

from predictions.systems.base import PredictionSystem
from predictions.systems.distributions import Distributions
from predictions.systems.moving_average_baseline import MovingAverageBaseline
from predictions.systems.zone_matchup import ZoneMatchup

SYSTEMS: tuple[PredictionSystem, ...] = (MovingAverageBaseline(), ZoneMatchup())

__all__ = [
    "SYSTEMS",
    "Distributions",
    "MovingAverageBaseline",
    "PredictionSystem",
    "ZoneMatchup",
    "features_needed",
    "versions",
]


def features_needed(systems: tuple[PredictionSystem, ...] = SYSTEMS) -> list[str]:
    """The names of all features that some system reads, sorted."""
    return sorted({name for system in systems for name in system.feature_names})


def versions(systems: tuple[PredictionSystem, ...] = SYSTEMS) -> list[tuple[str, str]]:
    """(system_id, version) of every system: a new version makes a new prediction of equal inputs."""
    return sorted((s.system_id, s.version) for s in systems)
