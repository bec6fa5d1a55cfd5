"""Google's own command line reads the tables while `nba up` serves them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.pipeline import NBA, Finished

pytestmark = pytest.mark.stack


def test_bq_reads_the_tables_while_nba_up_runs(five_days: Finished, tmp_path: Path) -> None:
    bq = shutil.which("bq")
    if bq is None:
        pytest.skip("the bq command line is not installed")
    served = subprocess.Popen(
        [*NBA, "up", "--data-dir", str(five_days.data_dir)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        state = wait_for(five_days.data_dir / "stack.json", served)
        line = [
            bq,
            f"--bigqueryrc={tmp_path / 'none'}",
            "--api",
            state["bigquery_endpoint"],
            "--project_id=local",
            "--oauth_access_token=local",
            "--format=json",
            "query",
            "--use_legacy_sql=false",
            "SELECT COUNT(*) AS n FROM nba_raw.player_boxscores WHERE game_date = '2024-11-04'",
        ]
        answer = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert json.loads(answer.stdout.strip().splitlines()[-1]) == [{"n": "312"}]
    finally:
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=60) == 0


def wait_for(file: Path, process: subprocess.Popen[bytes]) -> dict[str, str]:
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        assert process.poll() is None
        if file.exists():
            found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
            return found
        time.sleep(0.2)
    pytest.fail("`nba up` did not come up")
