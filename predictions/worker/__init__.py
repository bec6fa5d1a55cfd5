"""The worker: computes a request's predictions and stages them by one load job."""

from predictions.worker.main_worker_service import create_app

__all__ = ["create_app"]
