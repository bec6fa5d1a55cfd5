"""The true distribution is the one that the league draws from."""

from __future__ import annotations

import numpy as np
import pytest

from scrapers.simulated.season import Season, season_of
from scrapers.simulated.truth import points_distribution
from tests.scrapers.simulated.conftest import SEASON

SEED = 1


@pytest.fixture(scope="module")
def season() -> Season:
    found = season_of(SEED, SEASON)
    assert found is not None
    return found


def test_outcomes_are_spread_evenly_over_the_distributions(season: Season) -> None:
    """Randomised probability integral transforms of all 27,060 player-games are uniform."""
    chances, points = season.points, season.box_scores.PTS
    rows, places = np.indices(points.shape)
    upper = chances.cumsum(axis=2)[rows, places, points]
    draws = np.random.default_rng(0).random(points.shape)
    transforms = (upper - draws * chances[rows, places, points]).ravel()
    shares = np.histogram(transforms, 10, (0, 1))[0] / transforms.size
    print("share of the outcomes by decile of the true distribution:", shares.round(4))
    # Players of one game hang together, so the bound is wider than for independent draws (0.0018 a decile).
    assert np.abs(shares - 0.1).max() < 0.008


def test_means_and_spreads_hold(season: Season) -> None:
    values = np.arange(season.points.shape[2])
    means = season.points @ values
    deviations = np.sqrt(season.points @ values**2 - means**2)
    scores = (season.box_scores.PTS - means) / deviations
    assert abs((season.box_scores.PTS - means).mean()) < 0.1
    assert scores.std() == pytest.approx(1, abs=0.02)
    stars = means > 20
    assert abs(scores[stars].mean()) < 0.1
    assert scores[stars].std() == pytest.approx(1, abs=0.06)


def test_a_chance_over_a_line_is_how_often_it_happens(season: Season) -> None:
    means = season.points @ np.arange(season.points.shape[2])
    lines = np.floor(means * 1.1) + 1
    values = np.arange(season.points.shape[2])
    over = np.where(values >= lines[:, :, None], season.points, 0).sum(axis=2)
    happened = lines <= season.box_scores.PTS
    for low in np.arange(0.2, 0.6, 0.1):
        bin_ = (over >= low) & (over < low + 0.1)
        if bin_.sum() > 1000:
            assert happened[bin_].mean() == pytest.approx(over[bin_].mean(), abs=0.03)


def test_the_distribution_of_one_player(season: Season) -> None:
    game = season.games[700]
    player = int(season.players.player_id[season.known.player[2 * game.index, 0]])
    found = points_distribution(SEED, game.game_id, player)
    assert found.sum() == pytest.approx(1)
    assert 5 < found @ np.arange(len(found)) < 45
    with pytest.raises(KeyError):
        points_distribution(SEED, game.game_id, 1)
    with pytest.raises(KeyError):
        points_distribution(SEED, "0022499999", player)
