"""Prices: the margin goes before a price is called a probability; a bet must be worth it."""

from __future__ import annotations

import numpy as np
import pytest

from predictions import market

NAN = np.nan


def test_minus_110_on_both_sides_is_an_even_game() -> None:
    price = np.array([1 + 100 / 110])

    assert market.fair_probability_over(price, price)[0] == pytest.approx(0.5)


def test_the_margin_is_taken_from_both_sides_in_proportion() -> None:
    over, under = np.array([1.80]), np.array([2.00])
    fair = market.fair_probability_over(over, under)

    assert fair[0] == pytest.approx((1 / 1.8) / (1 / 1.8 + 1 / 2.0))
    assert fair[0] < 1 / 1.8
    assert 1 - fair[0] < 1 / 2.0


def test_with_one_side_offered_the_margin_is_unknown() -> None:
    assert np.isnan(market.fair_probability_over(np.array([1.9]), np.array([NAN])))[0]


def test_at_minus_110_the_break_even_is_52_4_percent() -> None:
    price = np.array([1 + 100 / 110])

    assert market.expected_value(np.array([0.5238095]), np.array([0.4761905]), price)[0] == pytest.approx(0, abs=1e-6)


def test_a_push_returns_the_stake() -> None:
    with_push = market.expected_value(np.array([0.45]), np.array([0.45]), np.array([2.0]))

    assert with_push[0] == pytest.approx(0)


def recommend(ev_over: float, ev_under: float, **changes: bool) -> tuple[str, str]:
    flags = {"quoted": True, "predicted": True, "has_features": True} | changes
    recommendation, reason = market.recommend(
        **{k: np.array([v]) for k, v in flags.items()}, ev_over=np.array([ev_over]), ev_under=np.array([ev_under])
    )
    return recommendation[0], reason[0]


EDGE = market.MIN_EXPECTED_VALUE


def test_the_better_side_is_bet_when_it_is_worth_it() -> None:
    assert recommend(EDGE, -0.2) == ("OVER", "edge")
    assert recommend(-0.2, EDGE) == ("UNDER", "edge")
    assert recommend(EDGE + 0.1, EDGE) == ("OVER", "edge")
    assert recommend(EDGE, EDGE + 0.1) == ("UNDER", "edge")


def test_one_offered_side_is_enough_for_a_bet() -> None:
    assert recommend(EDGE, NAN) == ("OVER", "edge")
    assert recommend(NAN, EDGE) == ("UNDER", "edge")


def test_a_small_edge_is_passed() -> None:
    assert recommend(EDGE - 1e-9, -0.1) == ("PASS", "edge_below_threshold")


def test_a_pass_says_what_was_missing() -> None:
    assert recommend(NAN, NAN) == ("PASS", "no_price")
    assert recommend(NAN, NAN, predicted=False) == ("PASS", "no_history")
    assert recommend(NAN, NAN, predicted=False, has_features=False) == ("PASS", "no_features")


def test_without_a_quote_there_is_nothing_to_recommend() -> None:
    assert recommend(NAN, NAN, quoted=False) == ("NO_LINE", "no_quote")


def test_kelly_stakes_what_makes_the_bankroll_grow_fastest() -> None:
    p_win, p_lose, price = 0.55, 0.40, 1.95
    shares = np.linspace(0, 0.9, 90001)
    growth = p_win * np.log(1 + shares * (price - 1)) + p_lose * np.log(1 - shares)

    found = market.kelly_fraction(np.array([p_win]), np.array([p_lose]), np.array([price]))[0]

    assert found == pytest.approx(shares[growth.argmax()], abs=1e-5)


def test_kelly_stakes_nothing_without_an_edge_and_knows_nothing_without_a_price() -> None:
    found = market.kelly_fraction(np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([1.9, NAN]))

    assert found[0] == 0
    assert np.isnan(found[1])


def test_kelly_stakes_nothing_where_nothing_can_be_won_or_only_a_push_can_happen() -> None:
    found = market.kelly_fraction(np.array([0.6, 0.0]), np.array([0.4, 0.0]), np.array([1.0, 1.9]))

    assert found.tolist() == [0.0, 0.0]
