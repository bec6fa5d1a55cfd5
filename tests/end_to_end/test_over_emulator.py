"""The cascade over Google's Pub/Sub emulator leaves the tables that it leaves over the embedded broker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from common.errors import ConfigurationError
from orchestration.local.emulator import emulator_script
from tests.end_to_end.pipeline import Finished, doubled_keys, fingerprints, opened, run

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def archive(recorded: Path) -> Path:
    if not (recorded / "index.jsonl").is_file():
        pytest.skip(f"no recorded archive at {recorded}")
    try:
        emulator_script(os.environ)
    except ConfigurationError as error:
        pytest.skip(str(error))
    return recorded


def test_either_broker_leaves_the_same_tables(
    archive: Path, undisturbed: Finished, small_archive_days: tuple[str, str, str], tmp_path: Path
) -> None:
    first, last, history = small_archive_days
    over_emulator = run(first, last, archive, tmp_path, "--history-from", history, "--pubsub", "emulator")

    tables = []
    for done in (undisturbed, over_emulator):
        assert done.code == 0, done.result
        assert done.result["dead_letters"] == {}
        with opened(done.data_dir) as warehouse:
            assert not any(doubled_keys(warehouse).values())
            tables.append(fingerprints(warehouse))
    assert tables[0] == tables[1]
    assert tables[0]["nba_predictions.prediction_accuracy"][0] > 100
    # Each went the way that was asked for.
    emulator, sqlite = Path("logs", "pubsub-emulator.log"), Path("pubsub.sqlite")
    assert [(undisturbed.data_dir / f).exists() for f in (emulator, sqlite)] == [False, True]
    assert [(tmp_path / f).exists() for f in (emulator, sqlite)] == [True, False]
