"""Bookmakers for the invented player-games: two books about the market's line, each with a margin."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import numpy as np
import pandas as pd

from predictions.backtest.walk_forward import BacktestInputs
from tests.predictions.training.invented import player_games


def quotes_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Two books' main lines and prices on every quoted row: one at the line, one a point above for half of them."""
    quoted = rows[rows["market_points_line"].notna()]
    books = []
    for book, lift in (("book_a", 0.0), ("book_b", 1.0)):
        higher = lift * (quoted["player_id"].to_numpy() % 2)
        books.append(
            quoted[["game_id", "player_id", "game_date"]].assign(
                bookmaker=book,
                line=quoted["market_points_line"].to_numpy() + higher,
                over_price=np.where(higher > 0, 2.05, 1.91),
                under_price=np.where(higher > 0, 1.78, 1.91),
                snapshot_at=[datetime.combine(d, time(15), UTC) + timedelta(0) for d in quoted["game_date"]],
            )
        )
    return pd.concat(books, ignore_index=True)


def inputs(days: int = 125) -> BacktestInputs:
    """Rows and quotes of the invented league."""
    rows = player_games(days)
    return BacktestInputs(rows.drop(columns="truth"), quotes_of(rows), "v2")
