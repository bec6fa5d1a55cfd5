"""How good the predictions of a range were: per system, beside the market on the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import sqrt
from typing import Any

from common.warehouse import Warehouse
from orchestration.sql_files import query_text
from predictions.backtest.rivals import EWMA, MARKET

# Two-sided 95% of the normal.
_Z = 1.959964
RIVALS = (MARKET, EWMA)


@dataclass(frozen=True)
class Estimate:
    """A mean over `n` rows of `games` games; `standard_error` clustered by game, None from a single game."""

    n: int
    games: int
    mean: float
    standard_error: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval; None where the spread between games is unknown."""
        if self.standard_error is None:
            return None
        return self.mean - _Z * self.standard_error, self.mean + _Z * self.standard_error

    def as_json(self) -> dict[str, Any]:
        """Mean, interval and what they stand on."""
        interval = self.interval
        return {
            "mean": self.mean,
            "interval_95": list(interval) if interval else None,
            "n": self.n,
            "games": self.games,
        }


@dataclass(frozen=True)
class SystemPerformance:
    """One system over a range. Metrics as in `queries/performance.sql`; calibration a tenth of p_over."""

    system_id: str
    metrics: Mapping[str, Estimate]
    calibration: tuple[Mapping[str, Any], ...]
    error_by_line: tuple[Mapping[str, Any], ...]
    daily_return: tuple[Mapping[str, Any], ...]

    @property
    def n(self) -> int:
        """Player-games that were judged."""
        found = self.metrics.get("absolute_error")
        return found.n if found else 0

    @property
    def rmse(self) -> float | None:
        """Root mean squared error, points."""
        found = self.metrics.get("squared_error")
        return float(sqrt(found.mean)) if found else None

    @property
    def ece(self) -> float | None:
        """Expected calibration error of p_over in tenths: mean of |said - happened|, weighted by rows."""
        total = int(sum(c["n"] for c in self.calibration))
        if not total:
            return None
        gap: float = sum(c["n"] * abs(c["mean_p_over"] - c["over_rate"]) for c in self.calibration)
        return gap / total

    def mean(self, metric: str) -> float | None:
        """The mean of a metric; None where no row has it."""
        found = self.metrics.get(metric)
        return found.mean if found else None

    def as_json(self) -> dict[str, Any]:
        """The short figures first, then every metric with its interval, then the tables."""
        bets = self.metrics.get("roi")
        return {
            "system_id": self.system_id,
            "n": self.n,
            "mae": self.mean("absolute_error"),
            "mae_of_median": self.mean("median_absolute_error"),
            "rmse": self.rmse,
            "bias": self.mean("signed_error"),
            "crps": self.mean("crps"),
            "pinball": self.mean("pinball"),
            "log_loss": self.mean("log_loss"),
            "brier": self.mean("brier"),
            "ece": self.ece,
            "bets": bets.n if bets else 0,
            "hit_rate": self.mean("hit_rate"),
            "roi": self.mean("roi"),
            "closing_line_value": self.mean("closing_line_value"),
            "metrics": {name: estimate.as_json() for name, estimate in self.metrics.items()},
            "calibration": [dict(row) for row in self.calibration],
            "error_by_line": [dict(row) for row in self.error_by_line],
            "daily_return": [{**row, "game_date": str(row["game_date"])} for row in self.daily_return],
        }


@cache
def _statement(name: str) -> str:
    return query_text(name).replace("{graded_rows}", query_text("graded_rows").rstrip())


def performance(warehouse: Warehouse, first: date, last: date) -> list[SystemPerformance]:
    """Every system graded from `first` to `last`, then the rivals, by four statements; empty without grades."""
    window = {"first": first, "last": last}
    metrics: dict[str, dict[str, Estimate]] = {}
    for row in warehouse.query(_statement("performance"), window).rows:
        estimate = Estimate(row["n"], row["games"], row["mean"], row["standard_error"])
        metrics.setdefault(row["system_id"], {})[row["metric"]] = estimate
    tables = {
        name: _by_system(warehouse.query(_statement(name), window).rows)
        for name in ("calibration", "error_by_line", "daily_return")
    }
    return [
        SystemPerformance(system_id, found, **{name: table.get(system_id, ()) for name, table in tables.items()})
        for system_id, found in sorted(metrics.items(), key=lambda item: (item[0] in RIVALS, item[0]))
    ]


def _by_system(rows: list[dict[str, Any]]) -> dict[str, tuple[Mapping[str, Any], ...]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["system_id"], []).append({k: v for k, v in row.items() if k != "system_id"})
    return {system_id: tuple(found) for system_id, found in grouped.items()}
