"""The true distribution behind a player's points. For tests: no answer of the transport has it."""

from __future__ import annotations

import numpy as np

from common.ids import season_of_game
from scrapers.simulated.arrays import Floats
from scrapers.simulated.season import season_of


def points_distribution(seed: int, game_id: str, player_id: int) -> Floats:
    """P(points = 0 … 127) of a player in a game, given the league's whole state before tip-off.

    The state is what nobody outside sees: skill, form, who plays. KeyError where there is no such game, or
    the player does not play in it.
    """
    season = season_of(seed, season_of_game(game_id))
    if season is None or game_id not in season.by_id:
        raise KeyError(game_id)
    rows = slice(2 * season.by_id[game_id].index, 2 * season.by_id[game_id].index + 2)
    found = np.argwhere(season.players.player_id[season.known.player[rows]] == player_id)
    if len(found) != 1:
        raise KeyError(player_id)
    row, place = found[0].tolist()
    distribution: Floats = season.points[rows][row, place]
    return distribution
