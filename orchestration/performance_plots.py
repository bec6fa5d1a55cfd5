"""Pictures of how good the predictions were: calibration, error by line, cumulative return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, cycle
from math import ceil
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.colors import qualitative
from plotly.subplots import make_subplots
from scipy.stats import binomtest

from orchestration.performance import RIVALS, SystemPerformance
from predictions.backtest.rivals import EWMA, MARKET

# Of a tenth of p_over, to be drawn.
_FEWEST = 20
_PANELS_ACROSS = 4


def _colours(systems: Sequence[SystemPerformance]) -> dict[str, str]:
    """A colour a system, the same in all pictures; the rivals are grey and black."""
    own = [s.system_id for s in systems if s.system_id not in RIVALS]
    return dict(zip(own, cycle(qualitative.D3), strict=False)) | {MARKET: "dimgrey", EWMA: "black"}


def _wilson(rate: float, n: int) -> tuple[float, float]:
    """The 95% interval of a share of `n`."""
    bounds = binomtest(round(rate * n), n).proportion_ci(method="wilson")
    return float(bounds.low), float(bounds.high)


def _lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{r['line_from']}-{r['line_from'] + 4.5}" for r in rows]


def calibration_figure(systems: Sequence[SystemPerformance]) -> go.Figure:
    """How often p_over came true against what was said, a panel a system; bars are 95% (Wilson), the dots perfect.

    Tenths of fewer than 20 player-games are left out: their bars would span the panel.
    """
    colours = _colours(systems)
    # Graded `ewma` is a number without a probability.
    systems = [s for s in systems if s.calibration]
    columns = min(_PANELS_ACROSS, max(len(systems), 1))
    figure = make_subplots(
        rows=max(ceil(len(systems) / columns), 1),
        cols=columns,
        subplot_titles=[s.system_id for s in systems],
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.02,
        vertical_spacing=0.14,
    )
    for at, system in enumerate(systems):
        place = {"row": at // columns + 1, "col": at % columns + 1}
        figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": "grey"}, **place)
        rows = [r for r in system.calibration if r["n"] >= _FEWEST]
        bounds = [_wilson(r["over_rate"], r["n"]) for r in rows]
        figure.add_scatter(
            x=[r["mean_p_over"] for r in rows],
            y=[r["over_rate"] for r in rows],
            error_y={
                "array": [high - r["over_rate"] for r, (_, high) in zip(rows, bounds, strict=True)],
                "arrayminus": [r["over_rate"] - low for r, (low, _) in zip(rows, bounds, strict=True)],
            },
            hovertext=[f"{r['n']} player-games" for r in rows],
            mode="markers",
            marker={"color": colours[system.system_id]},
            **place,
        )
    figure.update_layout(showlegend=False, height=560)
    figure = _titled(figure, "Calibration of p_over: what happened (up) against what was said", None, None)
    return figure.update_xaxes(range=[0, 1], dtick=0.25).update_yaxes(range=[0, 1], dtick=0.25)


def error_by_line_figure(systems: Sequence[SystemPerformance]) -> go.Figure:
    """Mean absolute error by the size of the line, each system beside the line itself on its rows."""
    figure, colours = go.Figure(), _colours(systems)
    for system in systems:
        rows = system.error_by_line
        figure.add_bar(
            x=_lines(rows),
            y=[r["mae"] for r in rows],
            hovertext=[f"{r['n']} player-games" for r in rows],
            name=system.system_id,
            marker={"color": colours[system.system_id]},
        )
    # The market's own point forecast is the line.
    if systems and MARKET not in [s.system_id for s in systems]:
        rows = max(systems, key=lambda s: s.n).error_by_line
        figure.add_bar(x=_lines(rows), y=[r["line_mae"] for r in rows], name="the line", marker={"color": "grey"})
    return _titled(figure, "Mean absolute error by line", "line, points", "points")


def cumulative_return_figure(systems: Sequence[SystemPerformance]) -> go.Figure:
    """Units won so far, one unit staked a bet at the best price."""
    figure, colours = go.Figure(), _colours(systems)
    for system in systems:
        rows = system.daily_return
        figure.add_scatter(
            x=[r["game_date"] for r in rows],
            y=list(accumulate(r["profit"] for r in rows)),
            hovertext=[f"{r['bets']} bets" for r in rows],
            # A single date has no line.
            mode="lines" if len(rows) > 1 else "markers",
            line={"shape": "hv", "color": colours[system.system_id]},
            name=system.system_id,
        )
    return _titled(figure, "Cumulative return, one unit a bet", "game date", "units")


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


def _titled(figure: go.Figure, title: str, x: str | None, y: str | None) -> go.Figure:
    figure.update_layout(title=title, xaxis_title=x, yaxis_title=y, template="plotly_white")
    return figure
