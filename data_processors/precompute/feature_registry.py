"""What the feature store holds: each feature with its formula, unit, source and what NULL means, from features.yaml.

The table's columns, the SELECT of ml_feature_store, nba_precompute.feature_catalog and docs/features.md are held to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from common.errors import ConfigurationError

FILE = Path(__file__).with_name("features.yaml")
ABSENT_LETTER = "-"
_DATASETS = {"upcoming_player_game_context": "nba_analytics"}


@dataclass(frozen=True)
class Feature:
    """A feature of a player-game.

    `position` counts from 1 and is the place of its letter in source_flags; `source_column` is a column, or an
    expression of columns, of `source_table`; `source_letter` says which kind of source feeds it.
    """

    position: int
    name: str
    type: Literal["FLOAT64", "INT64"]
    unit: str
    formula: str
    source_table: str
    source_column: str
    source_letter: str
    null_means: str
    since: str


@dataclass(frozen=True)
class Registry:
    """The features of a version in their order, and what the source letters stand for."""

    version: str
    letters: Mapping[str, str]
    features: tuple[Feature, ...]

    @property
    def names(self) -> list[str]:
        """The features' names in their order."""
        return [f.name for f in self.features]


@cache
def registry(file: Path = FILE) -> Registry:
    """The registry in `file`. ConfigurationError that names the feature and field which is wrong."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    letters, absent = content["letters"], content["absent"]
    features: list[Feature] = []
    for position, entry in enumerate(content["features"], start=1):
        for field, known in (("letter", letters), ("absent", absent)):
            if entry[field] not in known:
                raise ConfigurationError(
                    f"a feature's {field} is none of {', '.join(known)}", file=file.name, feature=entry["name"]
                )
        table = entry["table"]
        features.append(
            Feature(
                position=position,
                name=entry["name"],
                type=entry["type"],
                unit=entry["unit"],
                formula=entry["formula"],
                source_table=f"{_DATASETS.get(table, 'nba_precompute')}.{table}",
                source_column=entry.get("column", entry["name"]),
                source_letter=entry["letter"],
                null_means=absent[entry["absent"]],
                since=entry["since"],
            )
        )
    names = [f.name for f in features]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ConfigurationError(f"declared twice: {', '.join(twice)}", file=file.name)
    return Registry(content["version"], letters, tuple(features))


def catalog_rows() -> list[dict[str, object]]:
    """The rows of nba_precompute.feature_catalog for this version."""
    known = registry()
    return [
        {
            "feature_version": known.version,
            "position": f.position,
            "name": f.name,
            "formula": f.formula,
            "unit": f.unit,
            "source_table": f.source_table,
            "source_column": f.source_column,
            "source_letter": f.source_letter,
            "null_means": f.null_means,
            "since_version": f.since,
        }
        for f in known.features
    ]
