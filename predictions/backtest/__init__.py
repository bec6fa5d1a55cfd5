"""A backtest: the past predicted again as production would have, by models that knew only what was known by then."""
