"""Invented player-games: usual points, outcomes about them, and a bookmaker who knows more than the features."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from predictions.training.training_rows import training_features

FIRST = date(2030, 10, 20)


def player_games(days: int = 130, players: int = 60, seed: int = 5) -> pd.DataFrame:
    """One row a player and day; `truth` is the mean that points were drawn about."""
    rng = np.random.default_rng(seed)
    usual = rng.uniform(4, 28, players)
    n = days * players
    day = np.repeat(np.arange(days), players)
    player = np.tile(np.arange(players), days)
    base = usual[player]
    opponent = rng.normal(0, 4, n)
    news = rng.normal(0, 1.5, n)
    truth = np.maximum(base + 0.4 * opponent + news, 0.5)
    rows = {name: rng.normal(0, 1, n) for name in training_features()}
    for name in rows:
        if name.startswith("points_"):
            rows[name] = base + rng.normal(0, 0.5, n)
        elif name.startswith("games_behind"):
            rows[name] = np.minimum(day, 10).astype(float)
    rows["points_std_last_10"] = np.full(n, 5.0)
    rows["opponent_def_rating"] = 114 + opponent
    rows["days_rest"] = rng.integers(0, 3, n).astype(float)
    line = np.where(rng.uniform(size=n) < 0.7, np.floor(base + 0.4 * opponent + news) + 0.5, np.nan)
    return pd.DataFrame(
        {
            "game_id": [f"003{d:04d}{p % 5:03d}" for d, p in zip(day, player, strict=True)],
            "player_id": player,
            "game_date": [FIRST + timedelta(days=int(d)) for d in day],
            "points": rng.poisson(truth).astype(float),
            "market_points_line": line,
            "market_fair_p_over": np.where(np.isnan(line), np.nan, 0.5),
            "truth": truth,
            **rows,
        }
    )
