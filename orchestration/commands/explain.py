"""`nba explain`: why a prediction says what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from common.settings import Settings
from orchestration.commands.options import GAME_DATE, as_date, common_options
from orchestration.commands.terminal import terminal
from orchestration.explanation import LETTERS, Explanation
from orchestration.explanation import explain as explanation_of
from orchestration.session import warehouse_only
from predictions.market import consensus

_SHOWN_PAYLOADS = 3
_MOVED = 0.0005  # less does not show


@click.command()
@click.argument("player")
@click.option("--date", "day", type=GAME_DATE, metavar="DATE", required=True, help="Game date (Eastern).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with distributions and every payload.")
@common_options
def explain(settings: Settings, player: str, day: datetime, as_json: bool) -> None:
    """Explain the predictions for PLAYER (a name or an NBA id) on a date.

    Features with their sources, each system's distribution, the bookmakers' lines, why the recommendation, and the
    payloads of the raw store that the numbers came from.
    """
    with warehouse_only(settings) as context:
        found = explanation_of(context.warehouse, player, as_date(day))
        root = context.raw_store.url
    if as_json:
        click.echo(json.dumps({**found.as_json(), "market": _market(found), "raw_store": root}, indent=2, default=str))
        return
    show(found, root, terminal())


def _market(found: Explanation) -> dict[str, float | None]:
    """Consensus line and fair probability of over; None without quotes."""
    columns = (
        np.array([np.nan if b[c] is None else b[c] for b in found.books], dtype=np.float64)
        for c in ("line", "over_price", "under_price")
    )
    values = zip(("line", "fair_p_over"), consensus(*columns), strict=True)
    return {name: None if np.isnan(value) else value for name, value in values}


def show(found: Explanation, raw_store: str, console: Console) -> None:
    """Print the explanation as tables."""
    who = found.player
    console.print(
        f"{who['player_name']} ({who['player_id']}), {who['team']} against {who['opponent']}, {who['game_date']}, "
        f"tip-off {who['tip_off']:%H:%M} UTC; inputs read at {who['feature_cutoff']:%Y-%m-%d %H:%M} UTC",
        highlight=False,
    )
    if who["status"] is not None:
        scored = "did not play" if who["actual_points"] is None else f"{who['actual_points']} points"
        console.print(f"what happened: {scored}", highlight=False)
    console.print(_systems(found.systems))
    for system in found.systems:
        console.print(f"{system['system_id']}: {system['why']}", highlight=False, markup=False)
    console.print(_lines(found))
    console.print(_features(found))
    console.print(_payloads(found.payloads))
    console.print(f"raw store: {raw_store}; --json names every payload", highlight=False, markup=False)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place == 0 else "right", overflow="fold")
    return table


def _systems(systems: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("Systems: points", "system", "version", "mean", "spread", "10%", "median", "90%", "recommends")
    for s in systems:
        quantiles = ["-" if q is None else str(q) for q in s["quantiles"].values()]
        cells = (_number(s["predicted_points"], 2), _number(s["spread"], 2), *quantiles, s["recommendation"])
        table.add_row(s["system_id"], s["model_version"], *cells)
    return table


def _lines(found: Explanation) -> Table:
    fair = _market(found)
    told = f"consensus {_number(fair['line'], 1)}, fair p(over) {_number(fair['fair_p_over'], 3)}"
    names = [s["system_id"] for s in found.systems]
    headings = ("book", "line", "over", "under", "fair p(over)", "snapshot (UTC)", *(f"p(over) {n}" for n in names))
    table = _table(f"Lines: {told}" if found.books else "Lines: none", *headings)
    quotes = {(s["system_id"], q["bookmaker"]): q for s in found.systems for q in s["quotes"]}
    if any(map(_moved, quotes.values())):
        table.caption = "p(over) is calibrated at the line; (of …): what the system's distribution alone says"
    for book in found.books:
        prices = (_number(book["over_price"], 2), _number(book["under_price"], 2), _number(book["fair_p_over"], 3))
        mine = (_chance(quotes.get((n, book["bookmaker"]))) for n in names)
        table.add_row(book["bookmaker"], f"{book['line']:g}", *prices, f"{book['line_snapshot_at']:%m-%d %H:%M}", *mine)
    return table


def _chance(quote: Mapping[str, Any] | None) -> str:
    """p(over), and behind it what the distribution says where calibration has moved it."""
    if quote is None:
        return "-"
    beside = f" (of {quote['p_over_of_distribution']:.3f})" if _moved(quote) else ""
    return _number(quote["p_over"], 3) + beside


def _moved(quote: Mapping[str, Any]) -> bool:
    said, made = quote["p_over"], quote["p_over_of_distribution"]
    return None not in (said, made) and abs(said - made) >= _MOVED


def _features(found: Explanation) -> Table:
    who = found.player
    version, quality = who["feature_version"], _number(who["features_quality"], 2)
    title = f"Features {version}, quality {quality}" if found.features else "Features: no row in the feature store"
    table = _table(title, "feature", "value", "source", "what it is")
    table.columns[2].justify = table.columns[3].justify = "left"
    for f in found.features:
        absent = f["value"] is None
        words = f"absent: {f['absent_because']}" if absent else f"{f['formula']} [{f['unit']}]"
        table.add_row(f["name"], "-" if absent else f"{f['value']:.4g}", f["source"], words.replace("[", r"\["))
    return table


def _payloads(payloads: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(
        "Payloads: the newest of each table", "source", "table", "payload", "fetched at (UTC)", "rows", "games of"
    )
    for (letter, name), group in groupby(payloads, key=lambda p: (p["letter"], p["raw_table"])):
        rows = list(group)
        for p in rows[:_SHOWN_PAYLOADS]:
            of = f"{p['first_game_date']}..{p['last_game_date']}"
            read = f"{p['fetched_at']:%Y-%m-%d %H:%M}"
            table.add_row(LETTERS[letter], name, p["raw_path"], read, str(p["row_count"]), of)
        if (more := len(rows) - _SHOWN_PAYLOADS) > 0:
            table.add_row("", "", f"and {more} more", "", "", "")
    return table


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
