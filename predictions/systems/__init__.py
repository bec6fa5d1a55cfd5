"""The prediction systems. To add one is to add a module and a name to `SYSTEMS`."""

from __future__ import annotations

from predictions.systems.base import PredictionSystem
from predictions.systems.distributions import Distributions
from predictions.systems.moving_average_baseline import MovingAverageBaseline

SYSTEMS: tuple[PredictionSystem, ...] = (MovingAverageBaseline(),)

__all__ = ["SYSTEMS", "Distributions", "MovingAverageBaseline", "PredictionSystem", "features_needed", "versions"]


def features_needed(systems: tuple[PredictionSystem, ...] = SYSTEMS) -> list[str]:
    """The names of all features that some system reads, sorted."""
    return sorted({name for system in systems for name in system.feature_names})


def versions(systems: tuple[PredictionSystem, ...] = SYSTEMS) -> list[tuple[str, str]]:
    """(system_id, version) of every system: a new version makes a new prediction of equal inputs."""
    return sorted((s.system_id, s.version) for s in systems)
