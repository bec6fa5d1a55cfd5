"""An explanation names what a prediction stands on, and nothing that it could not have known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from common.context import Context
from common.errors import NotReadyError, TerminalError
from common.settings import Settings
from data_processors.precompute.feature_registry import registry
from orchestration import explanation
from orchestration.cli import cli
from orchestration.commands.explain import _lines
from orchestration.explanation import Explanation, explain, why
from tests.predictions.training.test_training_rows import insert

DAY = date(2035, 1, 5)
TIP_OFF = datetime(2035, 1, 6, 0, 30, tzinfo=UTC)
MADE = TIP_OFF - timedelta(minutes=30)
GAME = "0023400001"
KEY = {"game_id": GAME, "game_date": DAY}
TEAMS = {"team": "DEN", "opponent": "UTA"}


def prediction(context: Context, system: str, book: str | None, **changes: Any) -> None:
    values = {
        **{**KEY, **TEAMS, "player_id": 203999, "player_name": "Nikola Jokić", "tip_off": TIP_OFF},
        **{"system_id": system, "model_version": "1", "bookmaker": book, "line": 25.5, "over_price": 1.9},
        **{"under_price": 1.95, "line_snapshot_at": MADE, "predicted_points": 26.0, "spread": 7.0, "p_over": 0.5},
        **{"p_under": 0.5, "p_push": 0.0, "fair_p_over": 0.506, "expected_value_over": -0.05},
        **{"expected_value_under": -0.025, "expected_value": -0.025, "recommendation": "PASS"},
        **{"reason": "edge_below_threshold", "created_at": MADE, "feature_cutoff": MADE, "is_current": True},
        **{"prediction_id": f"{system}-{book}-{changes}"[:90], "distribution_id": f"d-{system}"},
    }
    insert(context, "nba_predictions.player_prop_predictions", **values | changes)


@pytest.fixture(scope="module")
def context(warehouse_settings: Settings) -> Context:
    """One player with two systems, two books, a feature row, and payloads from before and after."""
    made = Context(warehouse_settings)
    for system in ("baseline", "boosting"):
        made.warehouse.query(
            f"INSERT INTO nba_predictions.predictive_distributions (distribution_id, game_date, cdf, loaded_at) "
            f"VALUES ('d-{system}', DATE '{DAY}', [0.05, 0.2, 0.6, 0.95, 1.0], CURRENT_TIMESTAMP())"
        )
        prediction(made, system, "book_a")
    edge = {"expected_value_over": 0.12, "expected_value": 0.12, "recommendation": "OVER", "reason": "edge"}
    prediction(made, "boosting", "book_b", line=24.5, over_price=2.05, p_over=0.55, p_under=0.45, **edge)
    # A version that another one had replaced before tip-off.
    prediction(made, "baseline", "book_b", line=30.5, closed_at=MADE + timedelta(minutes=5), is_current=False)
    names = registry().names
    flags = "".join("B" if n == "points_avg_last_5" else "-" for n in names)
    features = {
        **KEY,
        **TEAMS,
        "player_id": 203999,
        "player_name": "Nikola Jokić",
        "feature_version": registry().version,
    }
    insert(
        made, "nba_precompute.ml_feature_store", **features, points_avg_last_5=27.4, source_flags=flags, quality=0.01
    )
    other = {**features, "player_id": 1, "player_name": "Jamal Murray"}
    insert(made, "nba_precompute.ml_feature_store", **other, source_flags=flags)
    for day, path in ((DAY - timedelta(days=2), "before"), (DAY, "same_day"), (DAY - timedelta(days=400), "long_ago")):
        box = {"game_id": f"00234{day:%m%d}1", "game_date": day, "player_id": 203999, "team": "DEN"}
        insert(made, "nba_raw.player_boxscores", **box, raw_path=f"box/{path}", fetched_at=MADE)
    for at, path in ((MADE, "standing"), (TIP_OFF, "at_tip_off")):
        quote = {**KEY, "player_id": 203999, "bookmaker": "book_a", "market": "player_points", "line": 25.5}
        insert(made, "nba_raw.player_prop_lines", **quote, snapshot_at=at, raw_path=f"odds/{path}", fetched_at=at)
    return made


@pytest.fixture(scope="module")
def found(context: Context) -> Explanation:
    return explain(context.warehouse, "nikola jokic", DAY)


pytestmark = pytest.mark.stack


@pytest.mark.parametrize(("line", "over"), [(2.5, 0.4), (2.0, 0.4), (1.5, 0.8), (0.5, 0.95), (7.5, 0.0), (None, None)])
def test_beside_the_calibrated_chance_stands_what_the_distribution_alone_says(
    line: float | None, over: float | None
) -> None:
    assert explanation._beyond([0.05, 0.2, 0.6, 0.95, 1.0], line) == (over and pytest.approx(over))
    assert explanation._beyond([], line) is None


def test_a_feature_says_value_meaning_and_source_or_why_it_is_absent(found: Explanation) -> None:
    features = {f["name"]: f for f in found.features}

    assert list(features) == registry().names
    known = features["points_avg_last_5"]
    assert (known["value"], known["source"], known["unit"]) == (27.4, "box scores", "points")
    assert known["source_table"] == "nba_precompute.player_daily_cache"
    assert features["team_pace"]["value"] is None
    assert features["team_pace"]["source"] == "absent"
    assert "no game behind it" in features["team_pace"]["absent_because"]


def test_each_system_has_its_distribution_and_the_quotes_that_stood_at_tip_off(found: Explanation) -> None:
    baseline, boosting = found.systems

    assert boosting["quantiles"] == {"10%": 1, "50%": 2, "90%": 3}
    assert [(q["bookmaker"], q["line"]) for q in boosting["quotes"]] == [("book_a", 25.5), ("book_b", 24.5)]
    assert [q["bookmaker"] for q in baseline["quotes"]] == ["book_a"]
    assert [b["bookmaker"] for b in found.books] == ["book_a", "book_b"]


def test_the_recommendation_is_explained_by_the_best_offer(found: Explanation) -> None:
    baseline, boosting = found.systems

    assert baseline["why"].startswith("PASS: the best is under 25.5 at 1.95 (book_a), chance 50.0%, worth -2.5%")
    assert boosting["why"].startswith("OVER: over 24.5 at 2.05 (book_b), chance 55.0%, worth +12.0%")


def test_payloads_are_those_that_the_windows_and_the_rules_of_time_let_in(found: Explanation) -> None:
    assert [p["raw_path"] for p in found.payloads if p["raw_table"] == "nba_raw.player_boxscores"] == ["box/before"]
    quotes = [p for p in found.payloads if p["letter"] == "P"]
    assert [(p["raw_path"], p["fetched_at"], p["row_count"]) for p in quotes] == [("odds/standing", MADE, 1)]


def test_a_player_is_found_by_his_id_too(context: Context, found: Explanation) -> None:
    assert explain(context.warehouse, "203999", DAY).player == found.player


def test_a_misspelt_name_gets_similar_ones(context: Context) -> None:
    with pytest.raises(TerminalError, match=r"nobody of this name plays.*Nikola Jokić \(203999\)"):
        explain(context.warehouse, "Nikola Jockic", DAY)


def test_a_player_without_a_prediction_is_not_ready(context: Context) -> None:
    with pytest.raises(NotReadyError, match=r"no prediction that stood before tip-off.*Jamal Murray"):
        explain(context.warehouse, "Jamal Murray", DAY)


def test_a_date_without_anything_is_not_ready(context: Context) -> None:
    with pytest.raises(NotReadyError, match="nobody has features"):
        explain(context.warehouse, "Jamal Murray", date(2036, 1, 1))


def test_without_a_quote_there_is_no_line_and_no_price() -> None:
    assert why({"reason": "no_quote"}).startswith("NO_LINE")
    assert why({"reason": "no_price"}).startswith("PASS")


@pytest.mark.usefixtures("found")
def test_the_command_prints_tables_and_json(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_BIGQUERY_ENDPOINT", str(context.settings.bigquery_endpoint))
    asked = ["explain", "Nikola Jokic", "--date", str(DAY), "--data-dir", str(context.settings.data_dir)]
    shown = CliRunner().invoke(cli, asked, catch_exceptions=False).output
    told = json.loads(CliRunner().invoke(cli, [*asked, "--json"], catch_exceptions=False).output)

    for words in (
        "Nikola Jokić (203999), DEN against UTA",
        "book_b",
        "boosting: OVER",
        "points_avg_last_5",
        "box/before",
    ):
        assert words in shown
    assert told["market"]["line"] == 25.0
    assert len(told["systems"]) == 2
    assert told["payloads"][0]["raw_path"] == "box/before"


def test_only_what_calibration_has_moved_is_said_to_be_calibrated(found: Explanation) -> None:
    told = {}
    for made in (0.5, 0.6):
        chances = {"p_over": 0.5, "p_over_of_distribution": made}
        systems = [{**s, "quotes": [{**q, **chances} for q in s["quotes"]]} for s in found.systems]
        told[made] = _lines(replace(found, systems=systems)).caption
    assert told[0.5] is None
    assert "calibrated" in str(told[0.6])
