"""What a prediction stands on: features with their sources, distributions, quotes, and the payloads behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from common.errors import NotReadyError, TerminalError
from common.ids import normalise_name
from common.warehouse import Warehouse
from orchestration.sql_files import query_text
from orchestration.unresolved import similar
from predictions.market import MIN_EXPECTED_VALUE, kelly_fraction

LETTERS = {
    **{"B": "box scores", "S": "shot charts", "C": "the schedule", "P": "points quotes"},
    **{"G": "spreads and totals", "R": "injury reports", "-": "absent"},
}
_QUANTILES = (0.1, 0.5, 0.9)
_OF_A_QUOTE = (
    *(
        "bookmaker",
        "line",
        "over_price",
        "under_price",
        "fair_p_over",
        "line_snapshot_at",
        "p_over",
        "p_under",
        "p_push",
    ),
    *("expected_value_over", "expected_value_under", "expected_value", "recommendation", "reason"),
)
_WORDS = {
    "no_quote": "NO_LINE: no bookmaker quotes him",
    "no_price": "PASS: the quote has no price on either side",
    "no_history": "no prediction: he has no game within 365 days to predict from",
    "no_features": "no prediction: he has no row in the feature store",
}


@dataclass(frozen=True)
class Explanation:
    """Everything about a player's predictions of a date.

    `features`: value, unit, formula and source of each, in their order; `systems`: each with its distribution and its
    quotes, in these p_over is calibrated and p_over_of_distribution is not; `payloads`: files of the raw store by the
    letter of the source that they feed.
    """

    player: Mapping[str, Any]
    features: Sequence[Mapping[str, Any]]
    systems: Sequence[Mapping[str, Any]]
    books: Sequence[Mapping[str, Any]]
    payloads: Sequence[Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        parts = ("player", "features", "systems", "books", "payloads")
        return {name: getattr(self, name) for name in parts}


def explain(warehouse: Warehouse, name: str, game_date: date) -> Explanation:
    """The explanation of `name` (or a player id) on a date, by five statements.

    TerminalError with similar names where nobody of that name plays; NotReadyError where he has no prediction.
    """
    player_id, player_name = _find(warehouse, name, game_date)
    key = {"game_date": game_date, "player_id": player_id}
    predictions = warehouse.query(query_text("explained_predictions"), key).rows
    if not predictions:
        raise NotReadyError(
            "he plays, but has no prediction that stood before tip-off: predict the date first",
            player=player_name,
            player_id=player_id,
            date=game_date,
        )
    row = next(iter(warehouse.query(query_text("explained_features"), key).rows), {})
    first = predictions[0]
    version = row.get("feature_version")
    catalog = warehouse.query(query_text("feature_catalog"), {"feature_version": version}).rows if row else []
    asked = {
        **key,
        **{"game_id": first["game_id"], "before": first["tip_off"]},
        **{"team": first["team"] or "", "opponent": first["opponent"] or ""},
    }
    return Explanation(
        player={
            **{"player_id": player_id, "player_name": player_name, "game_date": game_date},
            **{k: first[k] for k in ("game_id", "team", "opponent", "tip_off", "feature_cutoff")},
            **{"feature_version": version, "features_quality": row.get("quality")},
            **{"actual_points": first["actual_points"], "status": first["status"]},
        },
        features=[_feature(entry, row) for entry in catalog],
        systems=[_system(mine) for mine in _by_system(predictions)],
        books=_books(predictions),
        payloads=warehouse.query(query_text("explained_payloads"), asked).rows,
    )


def _find(warehouse: Warehouse, name: str, game_date: date) -> tuple[int, str]:
    rows = warehouse.query(query_text("players_of_date"), {"game_date": game_date}).rows
    players = {r["player_id"]: r["player_name"] or str(r["player_id"]) for r in rows}
    if name.isdigit() and int(name) in players:
        return int(name), players[int(name)]
    key = normalise_name(name)
    found = [i for i, n in players.items() if normalise_name(n) == key]
    found = found or [i for i, n in players.items() if normalise_name(n, keep_suffix=False) == key]
    if len(found) == 1:
        return found[0], players[found[0]]
    if not players:
        raise NotReadyError("nobody has features or predictions on this date", date=game_date)
    near = [f"{n} ({i})" for i, n in similar(key, {i: players[i] for i in found} or players)]
    if not near:
        registry = warehouse.query(query_text("registered_names")).rows
        known = {r["player_id"]: r["player_name"] for r in registry}
        near = [f"{n} ({i}), who does not play then" for i, n in similar(key, known)]
    raise TerminalError(
        "several players of this name play on the date: give the id"
        if found
        else "nobody of this name plays on the date",
        player=name,
        date=game_date,
        similar="; ".join(near) or "nobody",
    )


def _feature(entry: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    letter = row["source_flags"][entry["position"] - 1]
    value = row[entry["name"]]
    return {
        **{"name": entry["name"], "value": value, "unit": entry["unit"], "formula": entry["formula"]},
        **{"source": LETTERS[letter], "source_table": entry["source_table"], "source_column": entry["source_column"]},
        "absent_because": entry["null_means"] if value is None else None,
    }


def _by_system(predictions: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in predictions:
        grouped.setdefault(row["system_id"], []).append(row)
    return list(grouped.values())


def _system(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    cdf = list(first["cdf"] or [])
    best = max(rows, key=lambda r: (r["expected_value"] is not None, r["expected_value"] or 0.0))
    return {
        **{k: first[k] for k in ("system_id", "model_version", "predicted_points", "spread", "created_at")},
        "quantiles": {f"{q:.0%}": next((k for k, f in enumerate(cdf) if f >= q), None) for q in _QUANTILES},
        "cdf": cdf,
        "recommendation": best["recommendation"],
        "why": why(best),
        "quotes": [{k: r[k] for k in _OF_A_QUOTE} | {"p_over_of_distribution": _beyond(cdf, r["line"])} for r in rows],
    }


def _beyond(cdf: Sequence[float], line: float | None) -> float | None:
    """What the distribution alone gives to more points than `line`; None without either."""
    if line is None or not cdf:
        return None
    return 1.0 - cdf[min(math.floor(line), len(cdf) - 1)]


def why(row: Mapping[str, Any]) -> str:
    """Why the prediction recommends what it does, in words."""
    if row["reason"] in _WORDS:
        return _WORDS[row["reason"]]
    over, under = row["expected_value_over"], row["expected_value_under"]
    is_over = under is None or (over is not None and over >= under)
    side, other = ("over", "under") if is_over else ("under", "over")
    price, chance, against = f"{side}_price", f"p_{side}", f"p_{other}"
    value = over if is_over else under
    offer = f"{side} {row['line']:g} at {row[price]:.2f} ({row['bookmaker']}), chance {row[chance]:.1%}"
    worth = f"worth {value:+.1%} a unit staked"
    if row["reason"] == "edge":
        share = float(kelly_fraction(*(np.array(row[c], dtype=np.float64) for c in (chance, against, price))))
        bet = f"from {MIN_EXPECTED_VALUE:.0%} on it is a bet"
        return f"{row['recommendation']}: {offer}, {worth}; {bet} (Kelly, were the chance right: {share:.1%})"
    return f"PASS: the best is {offer}, {worth}; below {MIN_EXPECTED_VALUE:.0%} it is no bet"


def _books(predictions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each bookmaker's quote once, as the predictions saw it."""
    kept = ("bookmaker", "line", "over_price", "under_price", "fair_p_over", "line_snapshot_at")
    found = {r["bookmaker"]: {k: r[k] for k in kept} for r in predictions if r["bookmaker"] is not None}
    return [found[name] for name in sorted(found)]
