"""The features are declared once: SELECT, table, catalogue and documentation say the same, in the same order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from common.errors import ConfigurationError
from common.warehouse import Warehouse
from data_processors.precompute.feature_registry import ABSENT_LETTER, FILE, Feature, catalog_rows, registry
from data_processors.precompute.ml_feature_store.ml_feature_store_processor import PROCESSOR
from tests.conftest import ROOT

_DAY = date(2024, 11, 8)
PAGE = ROOT / "docs" / "features.md"
# The list that every version must have, in this order.
FIRST = (
    *("points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10", "games_in_last_7_days"),
    *("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score", "rest_advantage", "injury_risk"),
    *("recent_trend", "minutes_change", "opponent_def_rating", "opponent_pace", "home_away", "back_to_back"),
    *("playoff_game", "pct_paint", "pct_mid_range", "pct_three", "pct_free_throw", "team_pace", "team_off_rating"),
    *("team_win_pct", "vegas_points_line", "vegas_opening_line", "vegas_line_move", "has_vegas_line"),
    *("avg_points_vs_opponent", "games_vs_opponent", "minutes_avg_last_10", "ppm_avg_last_10"),
)
INTRODUCTION = """# Features

One row a player-game in `nba_precompute.ml_feature_store`, version {version}: {n} features in a fixed order.
Written from `data_processors/precompute/features.yaml`; the same list is the table
`nba_precompute.feature_catalog`.

A feature of a game sees only earlier game dates, at most 365 days back, and quotes and reports stamped before
tip-off. A missing input leaves NULL; nothing is filled in. Windows of games count the games in which the
player was on the floor, across seasons and teams unless the feature says otherwise.

`source_flags` has one letter a feature, in the order below: {letters}, `-` absent. `quality` is the share of
features that are not absent. Where a feature of a date came from:

```sql
SELECT c.name, SUBSTR(f.source_flags, c.position, 1) AS source, COUNT(*) AS player_games
FROM nba_precompute.ml_feature_store AS f
JOIN nba_precompute.feature_catalog AS c ON c.feature_version = f.feature_version
WHERE f.game_date = '2024-11-08'
GROUP BY c.name, source
```

## Scores

- `fatigue_score` runs from 0 to 100, and **100 is fresh**: 100 minus six loads, which stand beside it in
  `nba_precompute.player_composite_factors`. They are a convention, not a fit: days off (15 points at most),
  yesterday's game (15), games of 7 and 14 days (15, 10), minutes of 7 and 14 days (20, 25). Age is not among
  them: no source that is kept by player id gives a date of birth.
- `shot_zone_mismatch_score`, `pace_score` and `usage_spike_score` are signed: 0 is neutral, **positive means
  more points for the player**. They are percentage points, and for pace possessions a 48 minutes, of which
  the league plays about 100.
- `injury_risk` runs from 0 (available) to 1 (out).

## The list

"""


def page() -> str:
    """docs/features.md."""
    known = registry()
    letters = ", ".join(f"`{letter}` {words}" for letter, words in known.letters.items())
    text = INTRODUCTION.format(version=known.version, n=len(known.features), letters=letters)
    text += "| | feature | formula | unit | source | NULL | since |\n|---:|---|---|---|---|---|---|\n"
    return text + "".join(_row(f) for f in known.features)


def _row(f: Feature) -> str:
    source = f"{f.source_letter}: `{f.source_table.split('.')[1]}`"
    return f"| {f.position} | `{f.name}` | {f.formula} | {f.unit} | {source} | {f.null_means} | {f.since} |\n"


def test_the_first_features_are_the_agreed_list_in_its_order() -> None:
    assert tuple(registry().names[: len(FIRST)]) == FIRST


def test_the_page_is_what_the_registry_says() -> None:
    anew = "write it anew: python -m tests.data_processors.precompute.test_feature_registry"
    assert PAGE.read_text(encoding="utf-8") == page(), anew


@pytest.mark.stack
def test_table_select_and_registry_have_the_same_columns_in_the_same_order(phase_warehouse: Warehouse) -> None:
    columns = phase_warehouse.columns(PROCESSOR.output)
    first, last = columns.index("feature_version") + 1, columns.index("features_present")
    assert columns[first:last] == registry().names
    nothing = f"SELECT * FROM (SELECT 1 AS one) LEFT JOIN ({PROCESSOR.statement}) ON FALSE"
    found = phase_warehouse.query(nothing, {"start_date": _DAY, "end_date": _DAY}).rows
    assert [c for c in found[0] if c != "one"] == [c for c in columns if c != "loaded_at"]


@pytest.mark.stack
def test_types_of_columns_are_the_declared_ones(phase_warehouse: Warehouse) -> None:
    standard = {"INTEGER": "INT64", "FLOAT": "FLOAT64"}  # the API's older names
    types = {c.name: standard.get(c.field_type, c.field_type) for c in phase_warehouse.schema(PROCESSOR.output)}
    assert {n: types[n] for n in registry().names} == {f.name: f.type for f in registry().features}


@pytest.mark.stack
def test_the_catalogue_is_the_registry(phase_warehouse: Warehouse) -> None:
    statement = "SELECT * FROM nba_precompute.feature_catalog WHERE feature_version = @version ORDER BY position"
    rows = phase_warehouse.query(statement, {"version": registry().version}).rows
    # Datasets with a prefix of their own say so in the catalogue too.
    expected = [r | {"source_table": phase_warehouse.qualified(str(r["source_table"]))} for r in catalog_rows()]
    assert rows == expected


@pytest.mark.stack
def test_sources_exist_and_have_the_columns(phase_warehouse: Warehouse) -> None:
    for feature in registry().features:
        columns = set(phase_warehouse.columns(feature.source_table))
        named = {w for w in feature.source_column.replace("-", " ").split() if w.isidentifier()}
        assert named, feature.name
        assert named <= columns, feature.name


@pytest.mark.parametrize("field", ["letter", "absent"])
def test_a_slip_in_the_registry_is_named(tmp_path: Path, field: str) -> None:
    file = tmp_path / "features.yaml"
    text = FILE.read_text(encoding="utf-8")
    right = {"letter": "letter: B", "absent": "absent: no_games"}[field]
    file.write_text(text.replace(right, f"{field}: unheard_of", 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=field) as caught:
        registry(file)
    assert "points_avg_last_5" in str(caught.value)


def test_no_source_has_the_letter_of_what_is_absent() -> None:
    assert ABSENT_LETTER not in registry().letters


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
