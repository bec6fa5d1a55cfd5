"""The quotes of a range as they stood when production predicts, and the market's consensus of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from common.warehouse import Warehouse
from predictions.market import fair_probability_over
from predictions.systems.base import MARKET_FAIR_P_OVER, MARKET_LINE
from predictions.training.out_of_sample import KEY

_SQL = Path(__file__).with_name("quotes.sql")
_DAYS = 92  # a statement a quarter: the answer stays small
COLUMNS = (*KEY, "game_date", "bookmaker", "line", "over_price", "under_price", "snapshot_at")
_NUMBERS = ["line", "over_price", "under_price"]


def quotes(warehouse: Warehouse, first: date, last: date) -> pd.DataFrame:
    """COLUMNS, a row a game, player and bookmaker; decimal prices, NaN where a side is not offered."""
    statement = _SQL.read_text(encoding="utf-8")
    found = []
    start = first
    while start <= last:
        end = min(start + timedelta(days=_DAYS - 1), last)
        found += warehouse.query(statement, {"first": start, "last": end}).rows
        start = end + timedelta(days=1)
    rows = pd.DataFrame(found, columns=list(COLUMNS))
    return rows.assign(**{n: rows[n].astype(np.float64) for n in _NUMBERS})


def consensus_of(quoted: pd.DataFrame) -> pd.DataFrame:
    """KEY and the market's columns: `predictions.market.consensus` of every player-game of `quotes`, at once."""
    over, under = (quoted[c].to_numpy(np.float64) for c in ("over_price", "under_price"))
    fair = quoted.assign(fair=fair_probability_over(over, under)).groupby(KEY, as_index=False)
    return fair.agg(**{MARKET_LINE: ("line", "median"), MARKET_FAIR_P_OVER: ("fair", "mean")})
