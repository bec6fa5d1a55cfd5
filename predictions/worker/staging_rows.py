"""A request's predictions as rows of the staging table: one a player, system and quote."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from common.events import deterministic_id
from predictions import market
from predictions.requests import PredictionRequest, Quote
from predictions.systems import PredictionSystem, features_needed
from predictions.systems.base import MARKET_COLUMNS
from predictions.systems.distributions import Distributions, Floats
from predictions.worker.distribution_tables import cdf_tables, distribution_id

# Equal inputs must give equal rows on any machine: the last bits of a float differ between libraries.
DECIMALS = 10
# What makes two versions of a prediction the same one. Not the snapshot: an unmoved quote is the same quote.
_CONTENT = (
    "game_id",
    "tip_off",
    "player_id",
    "system_id",
    "model_version",
    "feature_version",
    "bookmaker",
    "line",
    "over_price",
    "under_price",
    "predicted_points",
    "spread",
    "p_over",
    "p_under",
    "p_push",
    "distribution_id",
    "recommendation",
    "reason",
)


def staging_rows(
    request: PredictionRequest, systems: Sequence[PredictionSystem], *, loaded_at: datetime
) -> list[dict[str, Any]]:
    """Rows of `nba_predictions.prediction_staging`, for every player and system one a quote, or one without a line."""
    features = _features(request, systems)
    slots, positions = _slots(request)
    rows: list[dict[str, Any]] = []
    for system in systems:
        distributions = system.predict(features[[*system.feature_names, *system.market_names]])
        values = _values(distributions.rows(positions), slots)
        for value, table in zip(values, _tables(distributions, positions), strict=True):
            value |= table
        identity = {"system_id": system.system_id, "model_version": system.version}
        rows += [{**slot, **identity, **value} for slot, value in zip(_identities(slots), values, strict=True)]
    batch = request.batch
    shared = {
        "batch_id": batch.batch_id,
        "batch_content": batch.content,
        "batch_created_at": batch.created_at,
        "batch_cut_at": batch.cut_at,
        "game_date": batch.game_date,
        "request_id": request.request_id,
        "request_index": request.request_index,
        "requests_in_batch": request.requests_in_batch,
        "rows_in_request": len(rows),
        "loaded_at": loaded_at,
    }
    return [{**row, **shared, "content_hash": _content_hash(row)} for row in rows]


def _features(request: PredictionRequest, systems: Sequence[PredictionSystem]) -> pd.DataFrame:
    names = features_needed(tuple(systems))
    frame = pd.DataFrame([p.features or {} for p in request.players], columns=names).astype(np.float64)
    market_view = np.array([_consensus(p.quotes) for p in request.players], dtype=np.float64)
    return frame.assign(**dict(zip(MARKET_COLUMNS, market_view.T, strict=True)))


def _consensus(quotes: Sequence[Quote]) -> tuple[float, float]:
    """The bookmakers' consensus on a player, from the quotes in the request; NaN without any."""
    lines, over, under = (
        np.array([getattr(q, name) for q in quotes], dtype=np.float64) for name in ("line", "over_price", "under_price")
    )
    return market.consensus(lines, over, under)


def _slots(request: PredictionRequest) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.intp]]]:
    """One row a (player, quote), or a player without quotes; and each one's position among the players."""
    slots: list[dict[str, Any]] = []
    positions: list[int] = []
    for position, player in enumerate(request.players):
        for quote in player.quotes or (None,):
            positions.append(position)
            slots.append(
                {
                    "game_id": player.game_id,
                    "tip_off": player.tip_off,
                    "player_id": player.player_id,
                    "player_name": player.player_name,
                    "team": player.team,
                    "opponent": player.opponent,
                    "feature_version": player.feature_version,
                    "features_quality": player.features_quality,
                    "has_features": player.features is not None,
                    "bookmaker": quote.bookmaker if quote else None,
                    "line": quote.line if quote else None,
                    "over_price": quote.over_price if quote else None,
                    "under_price": quote.under_price if quote else None,
                    "line_snapshot_at": quote.snapshot_at if quote else None,
                }
            )
    return pd.DataFrame(slots, dtype=object), np.array(positions, dtype=np.intp)


def _identities(slots: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in r.items()} for r in slots.drop(columns="has_features").to_dict("records")]


def _values(distributions: Distributions, slots: pd.DataFrame) -> list[dict[str, Any]]:
    """The predicted columns, rounded; what is not known is None."""
    line, over_price, under_price = (
        slots[c].to_numpy(dtype=np.float64, na_value=np.nan) for c in ("line", "over_price", "under_price")
    )
    p_over, p_under, p_push = (f(line) for f in (distributions.p_over, distributions.p_under, distributions.p_push))
    fair_over = market.fair_probability_over(over_price, under_price)
    ev_over = market.expected_value(p_over, p_under, over_price)
    ev_under = market.expected_value(p_under, p_over, under_price)
    recommendation, reason = market.recommend(
        quoted=~np.isnan(line),
        predicted=distributions.predicted,
        has_features=slots["has_features"].to_numpy(dtype=bool),
        ev_over=ev_over,
        ev_under=ev_under,
    )
    columns: dict[str, Floats] = {
        "predicted_points": distributions.mean,
        "spread": distributions.spread,
        "p_over": p_over,
        "p_under": p_under,
        "p_push": np.where(np.isnan(line), np.nan, p_push),
        "fair_p_over": fair_over,
        "fair_over_price": 1.0 / fair_over,
        "fair_under_price": 1.0 / (1.0 - fair_over),
        "expected_value_over": ev_over,
        "expected_value_under": ev_under,
        "expected_value": market.better_side(ev_over, ev_under),
    }
    values = [dict(zip(columns, row, strict=True)) for row in zip(*map(_rounded, columns.values()), strict=True)]
    for value, recommended, why in zip(values, recommendation, reason, strict=True):
        value |= {"recommendation": recommended, "reason": why}
    return values


def _tables(distributions: Distributions, positions: np.ndarray[Any, np.dtype[np.intp]]) -> Iterator[dict[str, Any]]:
    """Each slot's distribution by its id; the table itself stands on the first slot of a player only."""
    tables = cdf_tables(distributions)
    ids = [distribution_id(table) for table in tables]
    told: set[int] = set()
    for position in positions.tolist():
        yield {"distribution_id": ids[position], "cdf": [] if position in told else tables[position] or []}
        told.add(position)


def _rounded(numbers: Floats) -> list[float | None]:
    # 0.0 is added to turn -0.0 into 0.0.
    return [None if math.isnan(x) else round(float(x), DECIMALS) + 0.0 for x in numbers]


def _content_hash(row: dict[str, Any]) -> str:
    return deterministic_id([row[c] for c in _CONTENT])
