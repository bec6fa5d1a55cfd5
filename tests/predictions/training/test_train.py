"""Training sees nothing later than its date; what it keeps is what is served, or nothing is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from common.errors import ModelError, NotReadyError
from predictions.systems.base import MARKET_LINE
from predictions.training import artefact
from predictions.training.artefact import ModelStore
from predictions.training.out_of_sample import blocks
from predictions.training.train import MEMBERS, Trained, train
from tests.predictions.training.invented import FIRST, player_games

THROUGH = FIRST + timedelta(days=110)
ROWS = player_games()


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(ROWS, THROUGH)


def after(rows: pd.DataFrame = ROWS) -> pd.DataFrame:
    return rows[rows["game_date"] > THROUGH]


def same(one: Trained, other: Trained) -> bool:
    frame = after()
    line = frame[MARKET_LINE].to_numpy(np.float64)
    made = [(a.predict(frame), b.predict(frame)) for a, b in zip(one.systems("a"), other.systems("a"), strict=True)]
    return all(
        np.array_equal(a.mean, b.mean, equal_nan=True)
        and np.array_equal(a.p_over(line), b.p_over(line), equal_nan=True)
        for a, b in made
    )


def test_what_happens_after_the_date_changes_nothing(trained: Trained) -> None:
    doctored = ROWS.copy()
    doctored.loc[doctored["game_date"] > THROUGH, "points"] = 99.0

    assert same(trained, train(doctored, THROUGH))
    assert same(trained, train(ROWS[ROWS["game_date"] <= THROUGH], THROUGH))


def test_what_happened_on_the_last_date_does_count(trained: Trained) -> None:
    """The canary above bites: a training that looked one day further would differ."""
    assert not same(trained, train(ROWS, THROUGH + timedelta(days=1)))


def test_a_past_prediction_never_knew_its_month() -> None:
    rows = ROWS.copy()
    month = rows["game_date"] >= THROUGH.replace(day=1)
    rows.loc[month, "points"] += 50.0
    plain, doctored = (train(r, THROUGH).record for r in (ROWS, rows))

    assert (doctored["points"] != plain["points"]).any()
    for member in MEMBERS:
        np.testing.assert_array_equal(plain[member], doctored[member])


def test_a_record_handed_on_saves_work_and_changes_nothing(trained: Trained) -> None:
    earlier = train(ROWS, THROUGH - timedelta(days=20)).record

    assert same(trained, train(ROWS, THROUGH, earlier))


def test_months_are_whole_but_for_the_ends() -> None:
    assert list(blocks(date(2030, 12, 20), date(2031, 2, 3))) == [
        (date(2030, 12, 20), date(2030, 12, 31)),
        (date(2031, 1, 1), date(2031, 1, 31)),
        (date(2031, 2, 1), date(2031, 2, 3)),
    ]


def test_the_trees_find_the_opponent_and_the_ensemble_the_line(trained: Trained) -> None:
    frame = after()
    error = {s.system_id: np.mean((s.predict(frame).mean - frame["truth"]) ** 2) for s in trained.systems("a")}
    quoted = frame[frame[MARKET_LINE].notna()]
    *_, ensemble = trained.systems("a")

    assert error["gradient_boosting_v1"] < 0.8 * error["zone_matchup_v1"]
    with_line = np.mean((ensemble.predict(quoted).mean - quoted["truth"]) ** 2)
    without = np.mean((ensemble.predict(quoted.assign(**{MARKET_LINE: np.nan})).mean - quoted["truth"]) ** 2)
    assert with_line < 0.6 * without
    assert (
        ensemble.basis(frame).tolist()
        == np.where(  # type: ignore[attr-defined]
            frame[MARKET_LINE].isna(), "systems", "market_and_systems"
        ).tolist()
    )


def test_rows_are_predicted_by_themselves_and_missing_features_are_let_be(trained: Trained) -> None:
    frame = after().head(40).copy()
    frame.loc[frame.index[3], ["minutes_last_game", "team_pace"]] = np.nan
    for system in trained.systems("a"):
        together = system.predict(frame)
        alone = system.predict(frame.iloc[[3]])
        assert alone.mean[0] == together.mean[3], system.system_id
        assert np.isfinite(alone.mean[0])


def test_every_system_s_sides_of_a_line_are_those_of_the_past(trained: Trained) -> None:
    """The features lack the news that the line knows: who does not look at it may not be sure of a side."""
    quoted = after()[after()[MARKET_LINE].notna()]
    line = quoted[MARKET_LINE].to_numpy(np.float64)
    went_over = (quoted["points"].to_numpy(np.float64) > line).astype(float)
    assert {*trained.calibrations} == {*MEMBERS}
    for system in trained.systems("a"):
        p = system.predict(quoted).p_over(line)
        assert abs(p.mean() - went_over.mean()) < 0.06, system.system_id
        assert p.std() < 0.1, system.system_id


def test_too_little_history_is_not_ready() -> None:
    with pytest.raises(NotReadyError, match="too few player-games"):
        train(ROWS, FIRST + timedelta(days=10))
    with pytest.raises(NotReadyError, match="too few past predictions"):
        train(ROWS, FIRST + timedelta(days=44))


def saved(trained: Trained, folder: Path) -> tuple[ModelStore, str]:
    store = ModelStore(folder.as_uri())
    return store, store.save(trained, feature_version="v2", code_version="abc")


def test_a_stored_model_predicts_what_the_trained_one_did(trained: Trained, tmp_path: Path) -> None:
    store, version = saved(trained, tmp_path)
    loaded = store.load(version, feature_version="v2")

    for mine, stored in zip(trained.systems("a"), loaded.systems, strict=True):
        made, read = mine.predict(after()), stored.predict(after())
        line = after()[MARKET_LINE].to_numpy(np.float64)
        np.testing.assert_allclose(made.mean, read.mean, atol=1e-6)
        np.testing.assert_allclose(made.p_over(line), read.p_over(line), atol=1e-6)
    assert loaded.manifest["rows"] == (ROWS["game_date"] <= THROUGH).sum()
    assert loaded.manifest["features"]["gradient_boosting_v1"][0] == "points_avg_last_5"


def test_the_same_training_is_the_same_version(trained: Trained, tmp_path: Path) -> None:
    store, version = saved(trained, tmp_path)
    again = store.save(train(ROWS, THROUGH), feature_version="v2", code_version="abc")

    assert again == version
    assert store.versions() == [version]


def test_the_newest_model_is_one_that_did_not_know_the_date(trained: Trained, tmp_path: Path) -> None:
    store, version = saved(trained, tmp_path)

    assert store.newest() == version
    assert store.newest(before=THROUGH) is None
    assert store.newest(before=THROUGH + timedelta(days=1)) == version
    assert ModelStore((tmp_path / "empty").as_uri()).newest() is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("libraries", {"lightgbm": "0.1"}), ("code_fingerprint", "other"), ("format", 0), ("features", {})],
)
def test_a_model_of_other_code_libraries_or_features_is_refused(
    trained: Trained, tmp_path: Path, field: str, value: object
) -> None:
    store, version = saved(trained, tmp_path)
    file = tmp_path / "models" / version / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {field: value}))

    with pytest.raises(ModelError) as refused:
        store.load(version, feature_version="v2")
    assert refused.value.attributes["field"] == field


def test_a_model_of_other_feature_version_is_refused(trained: Trained, tmp_path: Path) -> None:
    store, version = saved(trained, tmp_path)

    with pytest.raises(ModelError, match="feature_version"):
        store.load(version, feature_version="v3")


def test_a_damaged_or_missing_file_is_refused_by_name(trained: Trained, tmp_path: Path) -> None:
    store, version = saved(trained, tmp_path)
    file = tmp_path / "models" / version / "fitted.json"
    file.write_text(file.read_text() + " ")
    with pytest.raises(ModelError, match=r"not the one that was trained.*fitted\.json"):
        store.load(version, feature_version="v2")
    file.unlink()
    with pytest.raises(ModelError, match=r"fitted\.json"):
        store.load(version, feature_version="v2")


def test_the_manifest_comes_last(trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ModelStore(tmp_path.as_uri())
    monkeypatch.setattr(artefact, "libraries", lambda: (_ for _ in ()).throw(RuntimeError("killed")))
    with pytest.raises(RuntimeError):
        store.save(trained, feature_version="v2", code_version="abc")

    assert store.versions() == []
