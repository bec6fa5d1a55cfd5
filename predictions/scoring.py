"""Scores of predictions, by definition: lower is better, points or nats; every function is vectorised and pure.

Sources: CRPS, log score and Brier: Gneiting and Raftery, Strictly Proper Scoring Rules (2007); expected calibration
error: Naeini et al. (2015); the cluster-robust variance of a mean: Liang and Zeger (1986).
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from predictions.systems.distributions import HIGHEST, Distributions, Floats


def crps(distributions: Distributions, outcome: Floats) -> Floats:
    """Σ_k (P(X <= k) - 1[outcome <= k])² over whole numbers k: the continuous ranked probability score, points."""
    k = np.arange(HIGHEST + 1)
    # Above the highest number both are 1; an outcome above it would be counted short.
    if np.nanmax(outcome, initial=0.0) > HIGHEST:
        raise ValueError(f"outcomes above {HIGHEST} points can't be scored")
    score: Floats = ((distributions.table(HIGHEST) - (outcome[:, None] <= k)) ** 2).sum(axis=1)
    return np.where(np.isnan(outcome), np.nan, score)


def pinball(quantile: Floats, outcome: Floats, probability: float) -> Floats:
    """Loss of a predicted quantile: (y - q) p where y >= q, else (q - y) (1 - p); at 1/2 half the absolute error."""
    error = outcome - quantile
    loss: Floats = np.where(error >= 0, probability * error, (probability - 1.0) * error)
    return loss


def log_score(p_over: Floats, over: Floats) -> Floats:
    """-ln of the probability given to what happened (over is 1 or 0); infinite for what was called impossible."""
    given = np.where(over == 1.0, p_over, 1.0 - p_over)
    with np.errstate(divide="ignore"):
        score: Floats = -np.log(given)
    return np.where(np.isnan(over), np.nan, score)


def brier(p_over: Floats, over: Floats) -> Floats:
    """(p - outcome)²."""
    score: Floats = (p_over - over) ** 2
    return score


def calibration_table(p_over: Floats, over: Floats, bins: int = 10) -> Floats:
    """[bins, 3]: count, mean probability and share of overs of `bins` equal intervals of 0 … 1; NaN in empty ones."""
    known = ~(np.isnan(p_over) | np.isnan(over))
    p, y = p_over[known], over[known]
    index = np.minimum((p * bins).astype(np.intp), bins - 1)
    count = np.bincount(index, minlength=bins).astype(np.float64)
    some = np.where(count > 0, count, np.nan)
    said, seen = (np.bincount(index, weights=v, minlength=bins) / some for v in (p, y))
    return np.column_stack([count, said, seen])


def expected_calibration_error(p_over: Floats, over: Floats, bins: int = 10) -> float:
    """Mean over predictions of |mean probability - share of overs| of their interval; NaN without any."""
    count, said, seen = calibration_table(p_over, over, bins).T
    if not count.sum():
        return float("nan")
    return float(np.nansum(count * np.abs(said - seen)) / count.sum())


def clustered_interval(
    values: Floats, clusters: npt.NDArray[np.generic], confidence: float = 0.95
) -> tuple[float, float, float]:
    """Mean of `values` [n] with its confidence interval (mean, low, high), clusters (games) being independent.

    The variance is G/(G-1) · Σ_g (Σ_{i in g} (x_i - mean))² / n²; below two clusters the bounds are NaN.
    NaN values are left out.
    """
    known = ~np.isnan(values)
    x, cluster = values[known], clusters[known]
    if not len(x):
        return float("nan"), float("nan"), float("nan")
    mean = float(x.mean())
    _, index = np.unique(cluster, return_inverse=True)
    groups = int(index.max()) + 1
    if groups < 2:
        return mean, float("nan"), float("nan")
    sums = np.bincount(index, weights=x - mean)
    error = float(np.sqrt(groups / (groups - 1) * (sums**2).sum())) / len(x)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * error
    return mean, mean - reach, mean + reach
