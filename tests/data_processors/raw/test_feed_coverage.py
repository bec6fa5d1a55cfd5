"""Every real response at hand is read, but for the damaged gamebooks."""

from __future__ import annotations

from pathlib import Path

from data_processors.raw.feeds import FEEDS
from tests.data_processors.raw.feed_coverage import coverage

# Known by their recorded answers, or by no real answer at all (see the parsers' docstrings).
WITHOUT_SAMPLES = {
    *("nbac_team_boxscore", "nbac_shot_chart", "oddsa_player_props"),
    *("bp_player_props", "br_season_roster"),
}


def test_every_response_at_hand_is_read(shared: Path) -> None:
    found = {c.feed: c for c in coverage(shared)}
    assert set(FEEDS) - set(found) == WITHOUT_SAMPLES
    assert {name: c.refused for name, c in found.items() if c.refused and name != "nbac_gamebook"} == {}
    gamebooks = found["nbac_gamebook"]
    assert (gamebooks.payloads, len(gamebooks.refused)) == (2, 2)
    assert all("no text" in reason for reason in gamebooks.refused)
    assert all(c.rows for name, c in found.items() if name != "nbac_gamebook")
