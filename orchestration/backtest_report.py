"""The report of a backtest: period, rows, how it was trained, the table; as Markdown, or as a page with pictures."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.backtest_performance import TOO_GOOD, presumed_leaks
from orchestration.performance import Estimate, SystemPerformance
from orchestration.performance_plots import calibration_figure, cumulative_return_figure, error_by_line_figure
from predictions.backtest.walk_forward import Backtest

HEADINGS = ("", "n", "MAE", "CRPS", "log loss", "Brier", "ECE", "MAE minus the line's", "log loss minus the market's")
BET_HEADINGS = ("", "bets", "hit rate", "return a unit staked")
_METRICS = {
    **{"mae": "absolute_error", "crps": "crps", "log_loss": "log_loss", "brier": "brier"},
    **{"hit_rate": "hit_rate", "roi": "roi"},
    **{"mae_minus_lines": "absolute_error_minus_lines", "log_loss_minus_markets": "log_loss_minus_markets"},
}


@dataclass(frozen=True)
class BacktestResult:
    """A finished backtest and its figures."""

    first: date
    last: date
    retrain: str
    source: str
    backtest: Backtest
    systems: list[SystemPerformance]

    @property
    def rows(self) -> int:
        """Player-games, the same for all."""
        return self.systems[0].n

    @property
    def games(self) -> int:
        """Games that they are of."""
        return self.systems[0].metrics["absolute_error"].games

    def as_json(self) -> dict[str, Any]:
        """`systems` has one entry a system and rival, with `intervals` (95%, by game) beside the short figures."""
        return {
            "from": str(self.first),
            "to": str(self.last),
            "source": self.source,
            "retrain": self.retrain,
            "rows": self.rows,
            "games": self.games,
            "history_from": str(self.backtest.first_game_date),
            "feature_version": self.backtest.feature_version,
            "presumed_leaks": presumed_leaks(self.systems),
            "systems": [{**s.as_json(), "intervals": _intervals(s)} for s in self.systems],
            "trainings": self.backtest.trainings,
        }


def _intervals(system: SystemPerformance) -> dict[str, list[float] | None]:
    found = {name: system.metrics.get(metric) for name, metric in _METRICS.items()}
    return {name: list(e.interval) if e and e.interval else None for name, e in found.items()}


def error_cells(system: SystemPerformance) -> tuple[str, ...]:
    """A predictor's row under HEADINGS."""
    plain = (("absolute_error", 3), ("crps", 3), ("log_loss", 4), ("brier", 4))
    ece = "-" if system.ece is None else f"{system.ece:.4f}"
    apart = (("absolute_error_minus_lines", 3), ("log_loss_minus_markets", 4))
    return (
        system.system_id,
        str(system.n),
        *("-" if (v := system.mean(m)) is None else f"{v:.{digits}f}" for m, digits in plain),
        ece,
        *(_with_interval(system.metrics.get(m), digits) for m, digits in apart),
    )


def bet_cells(system: SystemPerformance) -> tuple[str, ...]:
    """A predictor's row under BET_HEADINGS."""
    placed = system.metrics.get("roi")
    cells = (_with_interval(system.metrics.get("hit_rate"), 3), _with_interval(placed, 3))
    return system.system_id, str(placed.n if placed else 0), *cells


def _with_interval(estimate: Estimate | None, digits: int) -> str:
    if estimate is None:
        return "-"
    reach = estimate.interval
    bounds = f" [{reach[0]:+.{digits}f}, {reach[1]:+.{digits}f}]" if reach else ""
    return f"{estimate.mean:+.{digits}f}{bounds}"


def facts(result: BacktestResult) -> list[str]:
    """Period, rows and training in words."""
    trainings = result.backtest.trainings
    asked = sum(t["asked"] for t in trainings)
    marked = " (a simulated league)" if result.source == "simulated" else ""
    sizes = [t["training_rows"] for t in trainings]
    known_from, version = result.backtest.first_game_date, result.backtest.feature_version
    return [
        f"Period: {result.first} to {result.last}, source {result.source}{marked}.",
        f"Rows: {result.rows} player-games of {result.games} games: quoted half an hour before the "
        f"tip-off, played, and predicted by everyone ({asked - result.rows} quoted and played ones were not).",
        f"Trained: {result.retrain}, {len(trainings)} times, each on the games from {known_from} to the day before its "
        f"block ({min(sizes)} to {max(sizes)} player-games); features {version}.",
        "Point forecasts are medians (the market's is the median main line); log loss, Brier and ECE are of p_over at "
        "that line, pushes apart. Intervals are 95%, clustered by game. Bets: the best price of all books where its "
        "expected value is at least 5%.",
    ]


def warnings(result: BacktestResult) -> list[str]:
    """Presumed leaks, in words."""
    found = presumed_leaks(result.systems)
    return [
        f"More than {TOO_GOOD:.0%} better than the market, presumed a leak until it is explained: {w}" for w in found
    ]


def markdown(result: BacktestResult) -> str:
    """The report as Markdown."""
    lines = [f"# Backtest {result.first} to {result.last}", "", *(f"- {f}" for f in facts(result)), ""]
    lines += [f"**{w}**\n" for w in warnings(result)]
    lines += [*_table(HEADINGS, [error_cells(s) for s in result.systems]), ""]
    lines += [*_table(BET_HEADINGS, [bet_cells(s) for s in result.systems]), "", "## Trainings", ""]
    headings = ("from", "to", "trained through", "on player-games", "judged", "ensemble's weights beside the line")
    lines += _table(headings, [_training_cells(t) for t in result.backtest.trainings])
    return "\n".join(lines) + "\n"


def _training_cells(training: dict[str, Any]) -> tuple[str, ...]:
    weights = ", ".join(f"{name} {value:.2f}" for name, value in sorted(training["weights"].items()) if value)
    plain = (training[k] for k in ("first", "last", "trained_through", "training_rows", "judged"))
    return *map(str, plain), weights or "none"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    align = ["---", *["---:"] * (len(headings) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (headings, align, *rows)]


def page(result: BacktestResult) -> str:
    """The report as an HTML page with calibration, error by line and cumulative return; opens without a network."""
    figures = (calibration_figure, error_by_line_figure, cumulative_return_figure)
    drawn = [f(result.systems).to_html(full_html=False, include_plotlyjs=n == 0) for n, f in enumerate(figures)]
    title = f"Backtest {result.first} to {result.last}"
    parts = [f"<h1>{title}</h1>", "<ul>", *(f"<li>{html.escape(f)}</li>" for f in facts(result)), "</ul>"]
    parts += [f"<p><b>{html.escape(w)}</b></p>" for w in warnings(result)]
    tables = ((HEADINGS, error_cells), (BET_HEADINGS, bet_cells))
    parts += [_html_table(headings, [cells(s) for s in result.systems]) for headings, cells in tables]
    style = (
        "body{font-family:sans-serif;margin:2em} table{margin-bottom:1.5em}"
        " td,th{padding:2px 10px;text-align:right;white-space:nowrap} li{max-width:60em}"
    )
    head = f'<meta charset="utf-8"><title>{title}</title><style>{style}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{''.join([*parts, *drawn])}</body></html>"


def _html_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["".join(f"<th>{html.escape(c)}</th>" for c in headings)]
    lines += ["".join(f"<td>{html.escape(c)}</td>" for c in cells) for cells in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def write_report(result: BacktestResult, file: Path) -> None:
    """Write the report to `file`: a page where its name ends with .html, Markdown otherwise."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = page(result) if file.suffix == ".html" else markdown(result)
    file.write_text(text, encoding="utf-8")
