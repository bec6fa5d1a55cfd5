"""A deployment that runs against a cloud that remembers: twice is once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.deploy.__main__ import deploy
from tests.conftest import ROOT

STAND_IN = Path(__file__).with_name("stand_in_gcloud")
ARGUMENTS = ["--project", "my-project", "--region", "us-east1", "--version", "abc123", "--notify", "ops@example.com"]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cloud, reached by commands of the usual names in a folder of this test's own."""
    for name in ("bin/gcloud", "bin/bq", "bin/curl", "bin/nba", ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(sys.executable if name.endswith("python") else STAND_IN)
    (tmp_path / "made").touch()
    (tmp_path / "calls").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("CLOUD", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def run(*more: str) -> Result:
    return CliRunner().invoke(deploy, [*ARGUMENTS, *more])


def test_without_apply_nothing_is_run(cloud: Path) -> None:
    shown = run()
    assert shown.exit_code == 0
    assert "none of them run" in shown.output
    assert (cloud / "calls").read_text() == ""


def test_applied_twice_everything_is_made_once_and_brought_up_to_date(cloud: Path) -> None:
    first = run("--apply")
    assert first.exit_code == 0, first.output[-2000:]
    made = (cloud / "made").read_text().splitlines()
    assert len(made) == len(set(made)) > 60
    (cloud / "calls").write_text("")
    second = run("--apply")
    assert second.exit_code == 0, second.output[-2000:]
    assert (cloud / "made").read_text().splitlines() == made
    calls = (cloud / "calls").read_text().splitlines()
    assert [c for c in calls if " create " in f"{c} " and "services identity" not in c] == []
    assert any(c.startswith("gcloud pubsub subscriptions update phase2-raw ") for c in calls)
    assert any(c.startswith("gcloud scheduler jobs update http nba-reconcile ") for c in calls)
    assert any("monitoring policies update found/NBA-dead-letters" in c for c in calls)


def test_the_first_line_that_fails_stops_the_rest(cloud: Path) -> None:
    (cloud / "bin" / "nba").unlink()
    (cloud / "bin" / "nba").write_text("#!/bin/sh\nexit 3\n")
    (cloud / "bin" / "nba").chmod(0o755)
    ended = run("--apply")
    assert ended.exit_code == 1
    assert "failed with exit code 3" in ended.output
    assert "subscriptions create" not in (cloud / "calls").read_text()


def test_the_wrong_service_behind_an_address_fails_the_deployment(cloud: Path) -> None:
    (cloud / "bin" / "curl").unlink()
    (cloud / "bin" / "curl").write_text('#!/bin/sh\necho \'{"service":"raw","version":"old","status":"ok"}\'\n')
    (cloud / "bin" / "curl").chmod(0o755)
    ended = run("--apply")
    assert ended.exit_code == 1
    assert "orchestration.deploy.health scrapers abc123" in ended.output
