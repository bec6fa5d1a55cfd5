"""The coordinator: cuts batches of requests, and consolidates what the workers staged."""

from predictions.coordinator.main_coordinator_service import create_app

__all__ = ["create_app"]
