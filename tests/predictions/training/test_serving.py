"""A date is predicted by the newest model that had not seen it; one that does not fit is refused and said so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.errors import ModelError
from predictions.requests import Batch, PlayerInput, PredictionRequest, Quote
from predictions.systems import SYSTEMS, features_needed
from predictions.systems.base import MARKET_FAIR_P_OVER, MARKET_LINE
from predictions.training import serving
from predictions.training.artefact import ModelStore
from predictions.training.train import Trained, train
from predictions.worker.staging_rows import staging_rows
from tests.predictions.training.invented import FIRST, player_games

THROUGH = FIRST + timedelta(days=110)
ROWS = player_games()
FIVE = [s.system_id for s in SYSTEMS] + ["similarity_balanced_v1", "gradient_boosting_v1", "ensemble_v1"]
NOW = datetime(2031, 1, 2, 16, tzinfo=UTC)


@cache
def trained_once() -> Trained:
    return train(ROWS, THROUGH)


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """(raw store's URL, model's version)."""
    serving._model.cache_clear()
    yield (
        tmp_path.as_uri(),
        ModelStore(tmp_path.as_uri()).save(trained_once(), feature_version="v2", code_version="abc"),
    )
    serving._model.cache_clear()


def request(model_version: str | None, quotes: tuple[Quote, ...]) -> PredictionRequest:
    row = ROWS[ROWS["game_date"] > THROUGH].iloc[0]
    features = {n: None if np.isnan(row[n]) else float(row[n]) for n in ROWS.columns if n in needed()}
    player = PlayerInput(
        game_id="0023000001",
        player_id=1,
        player_name="A",
        team="BOS",
        opponent="NYK",
        tip_off=NOW + timedelta(hours=8),
        feature_version="v2",
        features_quality=1.0,
        features=dict.fromkeys(needed()) | features,
        quotes=quotes,
    )
    batch = Batch(
        batch_id="b", content="c", game_date=NOW.date(), created_at=NOW, cut_at=NOW, model_version=model_version
    )
    return PredictionRequest(batch=batch, request_id="r", request_index=0, requests_in_batch=1, players=(player,))


def needed() -> list[str]:
    return features_needed(trained_once().systems("a"))


def test_without_a_model_the_systems_that_need_none_predict(tmp_path: Path) -> None:
    found = serving.serving_for(tmp_path.as_uri(), NOW.date())
    assert (found.systems, found.model_version) == (SYSTEMS, None)
    assert "nba train" in found.note


def test_a_model_serves_the_dates_after_its_last_and_no_earlier_one(stored: tuple[str, str]) -> None:
    url, version = stored
    assert serving.serving_for(url, THROUGH).model_version is None
    found = serving.serving_for(url, THROUGH + timedelta(days=1))
    assert found.model_version == version
    assert [s.system_id for s in found.systems] == FIVE


def test_a_model_of_other_code_is_refused_and_the_others_go_on(stored: tuple[str, str], tmp_path: Path) -> None:
    url, version = stored
    manifest = tmp_path / "models" / version / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"code_fingerprint": "other"}))
    found = serving.serving_for(url, THROUGH + timedelta(days=1))
    assert (found.systems, found.model_version) == (SYSTEMS, None)
    assert "code_fingerprint" in found.note
    with pytest.raises(ModelError, match="code_fingerprint"):
        serving.systems_of(url, version, "v2")


def test_a_worker_refuses_a_model_of_other_features(stored: tuple[str, str]) -> None:
    url, version = stored
    assert [s.system_id for s in serving.systems_of(url, version, "v2")] == FIVE
    with pytest.raises(ModelError, match="other features"):
        serving.systems_of(url, version, "v3")


def test_all_five_predict_and_only_the_ensemble_looks_at_the_market(stored: tuple[str, str]) -> None:
    url, version = stored
    low, high = (
        tuple(
            Quote(bookmaker=b, line=line + n, over_price=1.9, under_price=1.9, snapshot_at=NOW)
            for n, b in enumerate(("a", "b"))
        )
        for line in (8.5, 28.5)
    )
    said = {}
    for name, quotes in (("low", low), ("high", high), ("none", ())):
        asked = request(version, quotes)
        rows = staging_rows(asked, serving.systems_of(url, version, "v2"), loaded_at=NOW)
        assert [r["system_id"] for r in rows] == [s for s in FIVE for _ in quotes or (None,)]
        assert {r["model_version"] for r in rows if r["system_id"] == "ensemble_v1"} == {version}
        said[name] = {r["system_id"]: r["predicted_points"] for r in rows}
    moved = {s for s in FIVE if said["low"][s] != said["high"][s]}
    assert moved == {"ensemble_v1"}
    assert said["low"]["ensemble_v1"] < said["none"]["ensemble_v1"] < said["high"]["ensemble_v1"]


def test_a_bookmaker_without_prices_still_counts_for_the_consensus_line() -> None:
    seen: dict[str, float] = {}

    class Listening:
        system_id, version, feature_names, market_names = "listening", "1", (), (MARKET_LINE, MARKET_FAIR_P_OVER)

        def predict(self, frame: Any) -> Any:
            seen.update(frame.iloc[0])
            return SYSTEMS[0].predict(frame.assign(**dict.fromkeys(SYSTEMS[0].feature_names, 1.0)))

    quotes = (
        Quote(bookmaker="a", line=20.5, over_price=2.0, under_price=2.0, snapshot_at=NOW),
        Quote(bookmaker="b", line=22.5, over_price=None, under_price=None, snapshot_at=NOW),
    )
    staging_rows(request(None, quotes), [Listening()], loaded_at=NOW)
    assert seen == {MARKET_LINE: 21.5, MARKET_FAIR_P_OVER: 0.5}
