"""Pictures of how good the predictions were: calibration, error by line, cumulative return."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import plotly.graph_objects as go

from orchestration.performance import SystemPerformance


def calibration_figure(systems: Sequence[SystemPerformance]) -> go.Figure:
    """How often p_over came true, against what was said; the diagonal is perfect."""
    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="perfect", line={"dash": "dot", "color": "grey"})
    for system in systems:
        rows = system.calibration
        figure.add_scatter(
            x=[r["mean_p_over"] for r in rows],
            y=[r["over_rate"] for r in rows],
            text=[f"{r['n']} player-games" for r in rows],
            mode="lines+markers",
            name=system.system_id,
        )
    return _titled(figure, "Calibration of p_over", "said", "went over")


def error_by_line_figure(systems: Sequence[SystemPerformance]) -> go.Figure:
    """Mean absolute error by the size of the line, each system beside the line itself on its rows."""
    figure = go.Figure()
    for system in systems:
        rows = system.error_by_line
        names = [f"{r['line_from']}-{r['line_from'] + 4.5}" for r in rows]
        counts = [f"{r['n']} player-games" for r in rows]
        figure.add_bar(x=names, y=[r["mae"] for r in rows], text=counts, name=system.system_id)
    if systems:
        widest = max(systems, key=lambda s: s.n)
        rows = widest.error_by_line
        names = [f"{r['line_from']}-{r['line_from'] + 4.5}" for r in rows]
        figure.add_bar(x=names, y=[r["line_mae"] for r in rows], name="the line", marker={"color": "grey"})
    return _titled(figure, "Mean absolute error by line", "line, points", "points")


def cumulative_return_figure(systems: Sequence[SystemPerformance]) -> go.Figure:
    """Units won so far, one unit staked a bet at the best price."""
    figure = go.Figure()
    for system in systems:
        rows = system.daily_return
        figure.add_scatter(
            x=[r["game_date"] for r in rows],
            y=list(accumulate(r["profit"] for r in rows)),
            text=[f"{r['bets']} bets" for r in rows],
            mode="lines+markers",
            name=system.system_id,
        )
    return _titled(figure, "Cumulative return", "game date", "units")


def write_plots(systems: Sequence[SystemPerformance], folder: Path, *, note: str = "") -> list[Path]:
    """Three HTML pages and the script they share, in `folder`; returns the pages. `note` stands under each title."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for name, figure in (
        ("calibration", calibration_figure(systems)),
        ("error_by_line", error_by_line_figure(systems)),
        ("cumulative_return", cumulative_return_figure(systems)),
    ):
        if note:
            figure.update_layout(title={"subtitle": {"text": note}})
        page = folder / f"{name}.html"
        # The script lies beside the pages: they open without a network.
        figure.write_html(page, include_plotlyjs="directory")
        pages.append(page)
    return pages


def _titled(figure: go.Figure, title: str, x: str, y: str) -> go.Figure:
    figure.update_layout(title=title, xaxis_title=x, yaxis_title=y, template="plotly_white")
    return figure
