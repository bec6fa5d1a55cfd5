"""Finished blocks of backtests, kept in a folder: a killed backtest goes on where it was.

    <folder>/<first>_<last>_<hash>.parquet         judged rows of the block
    <folder>/<first>_<last>_<hash>.record.parquet  the trained model's record, which the next training takes over
    <folder>/<first>_<last>_<hash>.json            how the block's model was trained; written last

The hash is of all that the block depends on: rows and quotes up to its end, code, libraries. Another row, price or
formula makes another name, so that nothing old is taken for new.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import predictions
from predictions.backtest.retraining import Block
from predictions.training.artefact import libraries

_FOLDERS = ("systems", "training", "backtest")
_FILES = ("market.py", "scoring.py")


@dataclass(frozen=True)
class DoneBlock:
    """A block's judged rows, the record of its training, and how it was trained (plain values)."""

    judged: pd.DataFrame
    record: pd.DataFrame
    training: dict[str, Any]


@cache
def code_fingerprint() -> str:
    """SHA-256 of the sources that a backtest's figures depend on."""
    root = Path(str(predictions.__file__)).parent
    sources = [f for name in _FOLDERS for f in (root / name).iterdir() if f.suffix in {".py", ".sql"}]
    digest = hashlib.sha256()
    for source in sorted([*sources, *(root / name for name in _FILES)]):
        digest.update(str(source.relative_to(root)).encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


class Fingerprints:
    """Of frames sorted by game_date: what a block depends on as one hash."""

    def __init__(self, frames: Sequence[pd.DataFrame], *more: object) -> None:
        self._frames = [(f["game_date"], pd.util.hash_pandas_object(f, index=False).to_numpy()) for f in frames]
        self._shared = json.dumps([libraries(), code_fingerprint(), *map(str, more)], sort_keys=True)

    def of(self, block: Block) -> str:
        """Twelve hex digits: rows of later dates than the block's last do not count."""
        digest = hashlib.sha256(f"{self._shared}|{block.first}|{block.last}".encode())
        for dates, hashes in self._frames:
            digest.update(hashes[(dates <= block.last).to_numpy()].tobytes())
        return digest.hexdigest()[:12]


class BlockStore:
    """Blocks in `folder`, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, block: Block, fingerprint: str) -> DoneBlock | None:
        """The block, or None when it has not been finished."""
        name = self._name(block, fingerprint)
        try:
            training = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        judged, record = (pd.read_parquet(self._folder / f"{name}{kind}.parquet") for kind in ("", ".record"))
        return DoneBlock(judged, record, training)

    def keep(self, block: Block, fingerprint: str, done: DoneBlock) -> None:
        """Write the block; a kill in the midst leaves none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = self._name(block, fingerprint)
        done.judged.to_parquet(self._folder / f"{name}.parquet", index=False)
        done.record.to_parquet(self._folder / f"{name}.record.parquet", index=False)
        partial = self._folder / f"{name}.json.partial"
        partial.write_text(json.dumps(done.training, sort_keys=True), encoding="utf-8")
        os.replace(partial, self._folder / f"{name}.json")

    @staticmethod
    def _name(block: Block, fingerprint: str) -> str:
        return f"{block.first}_{block.last}_{fingerprint}"
