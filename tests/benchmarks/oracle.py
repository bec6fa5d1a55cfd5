"""How near the systems come to whoever knows the truth: a backtest of the simulated league beside its own truth.

    python -m tests.benchmarks.oracle FOLDER [--from D --to D --history-from D --seed N --retrain monthly]

Fills FOLDER with a simulated league through phases 1 to 4 (what is there already costs a look), walks forward, and
prints for every system its CRPS as a multiple of the oracle's on the same rows, and how far p_over is off by tenths of
p_over: from what happened (sampling noise included) and from the true probability.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click
import numpy as np
import pandas as pd

from common.settings import Settings
from orchestration import session as sessions
from orchestration.backfill import Backfiller
from orchestration.backfill_chunks import PHASES, cut
from orchestration.commands.options import GAME_DATE
from predictions.backtest.retraining import Retrain
from predictions.backtest.walk_forward import read_inputs, walk_forward
from predictions.scoring import clustered_interval, crps, expected_calibration_error
from predictions.systems.base import MARKET_LINE
from predictions.systems.distributions import HIGHEST, Floats, TabulatedDistributions
from predictions.training.out_of_sample import KEY
from scrapers.simulated.truth import points_distribution

LIMIT_CRPS, LIMIT_CALIBRATION = 1.03, 0.01


def oracle(seed: int, rows: pd.DataFrame) -> TabulatedDistributions:
    """The league's own distribution of each player-game, given all that was true before tip-off."""
    true = np.array([points_distribution(seed, g, p) for g, p in zip(rows["game_id"], rows["player_id"], strict=True)])
    cumulative = np.minimum(np.cumsum(true, axis=1), 1.0)[:, : HIGHEST + 1]
    # What lies above the highest number that is scored is less than one in a billion.
    cumulative[:, -1] = 1.0
    return TabulatedDistributions(cumulative)


def calibration_gap(said: Floats, true: Floats) -> float:
    """Mean over tenths of `said`, weighted by rows, of |mean said - mean true probability|."""
    tenth = np.minimum((said * 10).astype(int), 9)
    by_tenth = pd.DataFrame({"gap": said - true}).groupby(tenth)["gap"]
    return float((by_tenth.mean().abs() * by_tenth.size()).sum() / len(said))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "first", type=GAME_DATE, default="2029-12-01", show_default=True)
@click.option("--to", "last", type=GAME_DATE, default="2030-02-28", show_default=True)
@click.option("--history-from", type=GAME_DATE, default="2028-10-15", show_default=True)
@click.option("--retrain", type=click.Choice(["weekly", "monthly", "never"]), default="monthly", show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(folder: Path, first: date, last: date, history_from: date, retrain: Retrain, seed: int) -> None:
    """Fill, walk forward, compare."""
    start, end, history = (d.date() for d in (first, last, history_from))  # type: ignore[attr-defined]
    settings = Settings().model_copy(update={"data_dir": folder, "source": "simulated", "seed": seed})
    with sessions.embedded(settings) as session:
        for outcome in Backfiller(session).run(cut(history, end, PHASES)):
            print(outcome.words, file=sys.stderr)
            if outcome.problems:
                raise SystemExit("the league could not be filled")
        inputs = read_inputs(session.context.warehouse, history, start, end)
    made = walk_forward(inputs, start, end, retrain, folder / "backtests")
    show(made.judged, seed)


def show(judged: pd.DataFrame, seed: int) -> None:
    """Print the comparison."""
    names = sorted(judged["system_id"].unique())
    rows = judged[judged["system_id"] == names[0]].sort_values(KEY, ignore_index=True)
    truth = oracle(seed, rows)
    best = crps(truth, rows["points"].to_numpy(np.float64))
    line = rows[MARKET_LINE].to_numpy(np.float64)
    over, under = truth.p_over(line), truth.p_under(line)
    true = over / (over + under)
    print(f"{len(rows)} player-games of {rows['game_id'].nunique()} games; the oracle's CRPS is {best.mean():.4f}")
    print(f"{'':26}{'CRPS ratio':>11}{'95% by game':>20}{'off what happened':>20}{'off the truth':>15}")
    for name in names:
        mine = judged[judged["system_id"] == name].sort_values(KEY, ignore_index=True)
        score, p = mine["crps"].to_numpy(np.float64), mine["p_over"].to_numpy(np.float64)
        ratio, low, high = (1 + v / best.mean() for v in clustered_interval(score - best, rows["game_id"].to_numpy()))
        happened = expected_calibration_error(p, mine["went_over"].to_numpy(np.float64))
        bounds, off = f"[{low:.4f}, {high:.4f}]", calibration_gap(p, true)
        within = "within" if ratio <= LIMIT_CRPS and off < LIMIT_CALIBRATION else ""
        print(f"{name:26}{ratio:11.4f}{bounds:>20}{happened:20.4f}{off:15.4f}  {within}")


if __name__ == "__main__":
    main()
