"""A backtest's judged rows, rolled up into the figures that `nba grade` gives of graded predictions.

The metrics have the names and the meaning of `queries/performance.sql`; systems and rivals stand on the same rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from orchestration.performance import RIVALS, Estimate, SystemPerformance
from predictions import scoring
from predictions.backtest.rivals import MARKET
from predictions.systems.base import MARKET_FAIR_P_OVER, MARKET_LINE
from predictions.systems.distributions import Floats

_Z = 1.959964
_TENTHS = 10
# The presumption of a leak: nobody honest is further ahead of the market than this.
TOO_GOOD = 0.03


def performance_of(judged: pd.DataFrame) -> list[SystemPerformance]:
    """Every predictor of `judged` (`predictions.backtest.judging.judge`) by system id, the rivals last."""
    found = [_performance(str(name), rows) for name, rows in judged.groupby("system_id", sort=True)]
    return sorted(found, key=lambda s: (s.system_id in RIVALS, s.system_id))


def presumed_leaks(systems: list[SystemPerformance]) -> list[str]:
    """What is more than 3% better than the market on the same rows, in words; empty when nothing is."""
    market = next(s for s in systems if s.system_id == MARKET)
    found = []
    for system in systems:
        for label, metric in (("MAE", "absolute_error"), ("log loss", "log_loss"), ("CRPS", "crps")):
            mine, theirs = system.mean(metric), market.mean(metric)
            if mine is not None and theirs is not None and mine < (1 - TOO_GOOD) * theirs:
                found.append(f"{system.system_id}: {label} {mine:.4f} beside the market's {theirs:.4f}")
    return found


def _performance(system_id: str, rows: pd.DataFrame) -> SystemPerformance:
    points, line, point, mean = (rows[c].to_numpy(np.float64) for c in ("points", MARKET_LINE, "point", "mean"))
    fair, went_over = (rows[c].to_numpy(np.float64) for c in (MARKET_FAIR_P_OVER, "went_over"))
    log_loss = rows["log_loss"].to_numpy(np.float64)
    line_error, market_log_loss = np.abs(points - line), scoring.log_score(np.clip(fair, 1e-10, 1 - 1e-10), went_over)
    amounts: dict[str, Floats] = {
        # A backtest's headline is the error of the median, so both names say the same here.
        "absolute_error": np.abs(points - point),
        "median_absolute_error": np.abs(points - point),
        "signed_error": mean - points,
        "squared_error": (mean - points) ** 2,
        "crps": rows["crps"].to_numpy(np.float64),
        "pinball": rows["pinball"].to_numpy(np.float64),
        "log_loss": log_loss,
        "brier": rows["brier"].to_numpy(np.float64),
        "line_absolute_error": line_error,
        "absolute_error_minus_lines": np.abs(points - point) - line_error,
        "market_log_loss": market_log_loss,
        "market_brier": scoring.brier(fair, went_over),
        "log_loss_minus_markets": log_loss - market_log_loss,
        "over_rate": went_over,
        "hit_rate": rows["hit"].to_numpy(np.float64),
        "roi": rows["profit"].to_numpy(np.float64),
    }
    games = rows["game_id"].to_numpy()
    estimates = {name: estimate for name, amount in amounts.items() if (estimate := _estimate(amount, games))}
    return SystemPerformance(
        system_id,
        estimates,
        calibration=_calibration(rows["p_over"].to_numpy(np.float64), went_over),
        error_by_line=_error_by_line(line, np.abs(points - point), line_error, mean - points),
        daily_return=_daily_return(rows),
    )


def _estimate(amount: Floats, games: Any) -> Estimate | None:
    known = ~np.isnan(amount)
    if not known.any():
        return None
    mean, _, high = scoring.clustered_interval(amount, games)
    spread = None if np.isnan(high) else float((high - mean) / _Z)
    return Estimate(int(known.sum()), len(np.unique(games[known])), mean, spread)


def _calibration(p_over: Floats, went_over: Floats) -> tuple[dict[str, Any], ...]:
    table = scoring.calibration_table(p_over, went_over, _TENTHS)
    return tuple(
        {"tenth": tenth, "n": int(n), "mean_p_over": float(said), "over_rate": float(seen)}
        for tenth, (n, said, seen) in enumerate(table)
        if n
    )


def _error_by_line(line: Floats, error: Floats, line_error: Floats, signed: Floats) -> tuple[dict[str, Any], ...]:
    frame = pd.DataFrame(
        {"line_from": (line // 5 * 5).astype(int), "mae": error, "line_mae": line_error, "bias": signed}
    )
    found = frame.groupby("line_from").agg(n=("mae", "size"), mae=("mae", "mean"), line_mae=("line_mae", "mean"))
    found["bias"] = frame.groupby("line_from")["bias"].mean()
    return tuple({str(k): v for k, v in row.items()} for row in found.reset_index().to_dict("records"))


def _daily_return(rows: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    placed = rows[rows["profit"].notna()]
    found = placed.groupby("game_date")["profit"].agg(["size", "sum"])
    return tuple({"game_date": day, "bets": int(n), "profit": float(won)} for day, (n, won) in found.iterrows())
