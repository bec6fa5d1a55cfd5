"""A trained model as files: LightGBM's text, the tables, and a manifest that says what they were made of and with.

    models/<through>_<hash>/gradient_boosting_1.txt …  boosters, LightGBM's text format
                            fitted.json                residuals, calibrations and the ensemble's weights
                            past_games.npz             the games that similarity_balanced_v1 searches
                            record.parquet             the past predictions that the weights were learned on
                            manifest.json              written last: a folder without it is no model

`<hash>` is that of the files, so the same training writes the same folder. A model is served only by the code and the
libraries that trained it: their answers are what was measured.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import fsspec
import lightgbm as lgb
import numpy as np
import pandas as pd

import predictions.systems
from common.errors import ModelError
from predictions.systems.base import PredictionSystem
from predictions.systems.calibration import Calibration
from predictions.systems.ensemble import Weights
from predictions.systems.residuals import ResidualTable
from predictions.systems.similarity_balanced import PastGames
from predictions.training.train import Trained

FORMAT = 2
_LIBRARIES = ("lightgbm", "numpy", "scikit-learn")
_REMEDY = "train again with this code: nba train --through DATE"


@dataclass(frozen=True)
class LoadedModel:
    """A model that fits this code: its manifest, its parts, and the systems made of them."""

    version: str
    manifest: dict[str, Any]
    trained: Trained
    systems: tuple[PredictionSystem, ...]


def libraries() -> dict[str, str]:
    """The installed versions of what fits and predicts."""
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


@cache
def code_fingerprint() -> str:
    """SHA-256 of the sources of `predictions/systems`: a model fits the formulas it was trained with."""
    folder = Path(str(predictions.systems.__file__)).parent
    digest = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def feature_lists(trained: Trained) -> dict[str, list[str]]:
    """The features each system reads, in their order."""
    return {s.system_id: list(s.feature_names) for s in trained.systems("")}


class ModelStore:
    """Models under `models/` of a file:// or gs:// URL."""

    def __init__(self, url: str) -> None:
        self._fs, root = fsspec.url_to_fs(url)
        self._root = f"{str(root).rstrip('/')}/models"

    def save(self, trained: Trained, *, feature_version: str, code_version: str) -> str:
        """Write the model; returns its version, which is its folder's name."""
        files = _files(trained)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        version = f"{trained.through}_{hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:12]}"
        manifest = {
            "format": FORMAT,
            "version": version,
            "trained_through": str(trained.through),
            "first_game_date": str(trained.first),
            "rows": trained.rows,
            "feature_version": feature_version,
            "features": feature_lists(trained),
            "libraries": libraries(),
            "code_fingerprint": code_fingerprint(),
            "code_version": code_version,
            "metrics": trained.metrics,
            "files": hashes,
        }
        folder = f"{self._root}/{version}"
        self._fs.makedirs(folder, exist_ok=True)
        for name, content in files.items():
            self._fs.pipe_file(f"{folder}/{name}", content)
        self._fs.pipe_file(f"{folder}/manifest.json", json.dumps(manifest, indent=1, sort_keys=True).encode())
        return version

    def versions(self) -> list[str]:
        """The versions of all whole models, by the date they were trained through."""
        if not self._fs.exists(self._root):
            return []
        return sorted(str(p).split("/")[-2] for p in self._fs.glob(f"{self._root}/*/manifest.json"))

    def newest(self, before: date | None = None) -> str | None:
        """The version trained through the latest date, strictly before `before` where given; None without one."""
        fitting = [v for v in self.versions() if before is None or date.fromisoformat(v.split("_")[0]) < before]
        return fitting[-1] if fitting else None

    def load(self, version: str, *, feature_version: str | None = None) -> LoadedModel:
        """The model `version`; ModelError that names what differs from this code, its libraries or its features.

        Without `feature_version` its own is taken: the caller compares it with the features that it has.
        """
        folder = f"{self._root}/{version}"
        manifest = json.loads(self._read(folder, "manifest.json", version))
        _check(manifest, version, feature_version)
        files = {name: self._read(folder, name, version) for name in manifest["files"]}
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != manifest["files"][name]:
                raise ModelError(
                    "the file is not the one that was trained", version=version, field=name, remedy=_REMEDY
                )
        trained = _trained(manifest, files)
        lists = feature_lists(trained)
        if lists != manifest["features"]:
            raise ModelError("features differ", version=version, field="features", remedy=_REMEDY)
        return LoadedModel(version, manifest, trained, trained.systems(version))

    def _read(self, folder: str, name: str, version: str) -> bytes:
        try:
            content: bytes = self._fs.cat_file(f"{folder}/{name}")
        except FileNotFoundError as error:
            raise ModelError("no such model, or not all of it", version=version, field=name, remedy=_REMEDY) from error
        return content


def _check(manifest: dict[str, Any], version: str, feature_version: str | None) -> None:
    wanted = {
        "format": FORMAT,
        "feature_version": feature_version or manifest.get("feature_version"),
        "libraries": libraries(),
        "code_fingerprint": code_fingerprint(),
    }
    for field, value in wanted.items():
        if manifest.get(field) != value:
            raise ModelError(
                "the model does not fit",
                version=version,
                field=field,
                model_has=manifest.get(field),
                wanted=value,
                remedy=_REMEDY,
            )


def _files(trained: Trained) -> dict[str, bytes]:
    files = {f"gradient_boosting_{n}.txt": b.model_to_string().encode() for n, b in enumerate(trained.boosters, 1)}
    fitted = {
        "residuals": trained.residuals.as_json(),
        "weights": trained.weights.as_json(),
        "calibrations": {name: c.as_json() for name, c in trained.calibrations.items()},
    }
    files["fitted.json"] = json.dumps(fitted, sort_keys=True).encode()
    past = io.BytesIO()
    np.savez(past, position=trained.past.position, residual=trained.past.residual)
    files["past_games.npz"] = past.getvalue()
    files["record.parquet"] = trained.record.to_parquet(index=False)
    return files


def _trained(manifest: dict[str, Any], files: dict[str, bytes]) -> Trained:
    fitted = json.loads(files["fitted.json"])
    boosters = sorted(name for name in files if name.startswith("gradient_boosting_"))
    with np.load(io.BytesIO(files["past_games.npz"]), allow_pickle=False) as past:
        games = PastGames(past["position"], past["residual"])
    return Trained(
        through=date.fromisoformat(manifest["trained_through"]),
        first=date.fromisoformat(manifest["first_game_date"]),
        rows=manifest["rows"],
        boosters=tuple(lgb.Booster(model_str=files[name].decode()) for name in boosters),
        residuals=ResidualTable.from_json(fitted["residuals"]),
        past=games,
        weights=Weights.from_json(fitted["weights"]),
        calibrations={name: Calibration(*held) for name, held in fitted["calibrations"].items()},
        record=pd.read_parquet(io.BytesIO(files["record.parquet"])),
        metrics=manifest["metrics"],
    )
