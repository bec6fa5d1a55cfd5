"""The view of best offers: consensus of the bookmakers, the best price, and what Kelly would stake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from predictions import market

pytestmark = pytest.mark.stack


def test_the_best_offer_of_all_books_and_the_consensus(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.quotes({(1, "betmgm"): 17.5, (1, "fanduel"): 16.5, (1, "caesars"): 20.5, (2, "fanduel"): 19.5}, at=8)
    phase5.predict(9)
    rows = phase5.context.warehouse.query(
        "SELECT * FROM nba_predictions.best_offers WHERE game_date = @day ORDER BY player_id", {"day": phase5.day}
    ).rows
    first, second = rows

    assert (first["bookmakers"], first["consensus_line"], first["consensus_fair_p_over"]) == (3, 17.5, 0.5)
    # He averages 20: over the lowest line at equal prices is worth most.
    assert (first["side"], first["bookmaker"], first["line"], first["price"]) == ("OVER", "fanduel", 16.5, 1.9)
    offers = [r for r in phase5.versions() if r["player_id"] == 1]
    assert first["expected_value"] == max(r["expected_value"] for r in offers)
    (taken,) = (r for r in offers if r["bookmaker"] == "fanduel")
    kelly = market.kelly_fraction(*(np.array(taken[c]) for c in ("p_over", "p_under", "over_price")))
    assert first["kelly_fraction"] == pytest.approx(float(kelly))
    assert first["kelly_fraction"] > 0
    assert (second["bookmakers"], second["consensus_line"]) == (1, 19.5)


def test_a_replaced_quote_is_no_offer_any_more(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "betmgm"): 12.5, (1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    phase5.quotes({(1, "betmgm"): 21.5, (1, "fanduel"): 20.5}, at=10)
    phase5.predict(11)

    (row,) = phase5.context.warehouse.query(
        "SELECT consensus_line, line FROM nba_predictions.best_offers WHERE game_date = @day", {"day": phase5.day}
    ).rows

    assert row["consensus_line"] == 21.0
    assert row["line"] in (20.5, 21.5)


def test_a_price_that_only_returns_the_stake_takes_no_other_offer_away(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.quotes({(1, "betmgm"): 12.5, (2, "betmgm"): 12.5}, at=8)
    phase5.predict(9)
    # As only an earlier version can have written it: today neither a parser nor an audit lets the price through.
    table = "nba_predictions.player_prop_predictions"
    change = f"UPDATE {table} SET over_price = 1, under_price = 1 WHERE game_date = @day AND player_id = 1"
    phase5.context.warehouse.execute(change, {"day": phase5.day}, work=["price of one"], table=table)

    rows = phase5.context.warehouse.query(
        "SELECT player_id, kelly_fraction FROM nba_predictions.best_offers WHERE game_date = @day ORDER BY player_id",
        {"day": phase5.day},
    ).rows

    assert [r["player_id"] for r in rows] == [1, 2]
    assert rows[0]["kelly_fraction"] == 0
    assert rows[1]["kelly_fraction"] > 0


def test_a_game_that_every_bookmaker_has_pulled_has_no_offer_until_they_quote_again(phase5: Any) -> None:
    def offered() -> list[str]:
        rows = phase5.context.warehouse.query(
            "SELECT bookmaker FROM nba_predictions.best_offers WHERE game_date = @day", {"day": phase5.day}
        ).rows
        return [r["bookmaker"] for r in rows]

    event = f"pulled-{phase5.day}"
    phase5.features(1)
    phase5.quotes({(1, "betmgm"): 12.5, (1, "fanduel"): 12.5}, at=8, event=event)
    phase5.no_quotes(event, at=12)
    phase5.predict(9)  # the empty answer has not come yet
    assert offered() == ["betmgm"]
    # An answer with fewer bookmakers withdraws those that are missing.
    phase5.quotes({(1, "fanduel"): 12.5}, at=10, event=event)
    phase5.predict(11)
    assert offered() == ["fanduel"]

    phase5.predict(13)
    assert offered() == []

    phase5.quotes({(1, "betmgm"): 13.5}, at=14, event=event)
    phase5.predict(15)
    assert offered() == ["betmgm"]
