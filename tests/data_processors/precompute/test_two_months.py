"""Every column of Phase 4 against raw responses: two months of real games, the opening week among them."""

from __future__ import annotations

import pandas as pd
import pytest

from data_processors.precompute.feature_registry import registry
from tests.data_processors.comparison import differences
from tests.data_processors.conftest import AUTUMN as MONTHS
from tests.data_processors.precompute.conftest import Months
from tests.data_processors.recompute_feature_row import feature_row
from tests.data_processors.recompute_games import Row
from tests.data_processors.warehouse_rows import table

pytestmark = pytest.mark.stack
PLAYER = ("game_id", "player_id")


def of_sample(months: Months, name: str) -> pd.DataFrame:
    """The rows of a table that belong to the sample."""
    found = table(months.warehouse, f"nba_precompute.{name}", *MONTHS)
    wanted = {(r["game_id"], r["player_id"]) for r in months.sample}
    return found[[k in wanted for k in zip(found.game_id, found.player_id, strict=True)]]


def test_the_sample_is_large_and_spread_over_the_dates(months: Months) -> None:
    assert len(months.sample) > 2000
    assert len({r["game_date"] for r in months.sample}) > 50


def test_defences_by_zone(months: Months) -> None:
    games = [g for g in months.again.league.games.values() if MONTHS[0] <= g["game_date"] <= MONTHS[1]]
    rows = [months.again.defense(g, g[side]) for g in games for side in ("home_team", "away_team")]
    ours = table(months.warehouse, "nba_precompute.team_defense_zone_analysis", *MONTHS)
    assert len(ours) > 800
    assert differences(ours, months.frame(rows), ("game_id", "team")) == []


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("player_shot_zone_analysis", "zones"),
        ("player_composite_factors", "composite"),
        ("player_daily_cache", "cache"),
    ],
)
def test_tables_of_player_games(months: Months, name: str, method: str) -> None:
    rows: list[Row] = [getattr(months.again, method)(r) for r in months.sample]
    assert differences(of_sample(months, name), months.frame(rows), PLAYER) == []


def test_every_feature(months: Months) -> None:
    rows = [feature_row(months.again, r) for r in months.sample]
    ours = of_sample(months, "ml_feature_store")
    assert set(registry().names) <= set(rows[0])
    derived = ["player_name", "feature_version", "features_present", "quality", "source_flags"]
    assert differences(ours.drop(columns=derived), months.frame(rows), PLAYER) == []


def test_source_flags_say_what_is_there_and_where_it_came_from(months: Months) -> None:
    ours = of_sample(months, "ml_feature_store")
    letters = {f.name: f.source_letter for f in registry().features}
    for row in ours.to_dict("records"):
        expected = "".join("-" if pd.isna(row[n]) else letter for n, letter in letters.items())
        assert row["source_flags"] == expected
        assert row["features_present"] == len(expected) - expected.count("-")
        assert row["quality"] == row["features_present"] / len(letters)
    assert ours.features_present.nunique() > 10


def test_most_features_of_a_quoted_regular_are_real(months: Months) -> None:
    ours = of_sample(months, "ml_feature_store")
    regular = ours[(ours.game_date > "2024-11-15") & (ours.has_vegas_line == 1)]
    assert len(regular) > 150
    absent = {c for c in registry().names if regular[c].isna().all()}
    # The archive has no injury reports and does not say who started.
    assert absent == {"usage_spike_score", "injury_risk", "teammates_out", "teammates_out_points_avg"} | {
        "starter_share_last_10"
    }
