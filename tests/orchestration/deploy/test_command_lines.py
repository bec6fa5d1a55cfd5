"""Google's own command lines know every command and flag of a deployment."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.deploy.plan import plan
from orchestration.deploy.target import Target
from tests.orchestration.deploy.shell_lines import commands

# The longest form: the project number asked for wherever it is needed, and somebody to tell of alerts.
LINES = [line for s in plan(Target("my-project", "us-east1", "abc123", notify="ops@example.com")) for line in s.lines]


def environment(folder: Path) -> dict[str, str]:
    """Neither an account nor settings of this machine, and no network."""
    names = ("CLOUDSDK_CORE_DISABLE_PROMPTS", "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING")
    return {**os.environ, "CLOUDSDK_CONFIG": str(folder), "HOME": str(folder), **dict.fromkeys(names, "1")}


def test_a_line_is_taken_apart_into_its_commands() -> None:
    line = (
        "if gcloud a describe x >/dev/null 2>&1; then gcloud a update x --b='c; d (e)'; else gcloud a create x; fi; "
        "[ -n \"$(gcloud l --format='value(name)')\" ] || { echo 'gcloud no' >&2; false; }"
    )
    assert commands(line, "gcloud") == [
        "gcloud l '--format=value(name)'",
        "gcloud a describe x",
        "gcloud a update x '--b=c; d (e)'",
        "gcloud a create x",
    ]


def test_gcloud_accepts_every_command(tmp_path: Path) -> None:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        pytest.skip("the gcloud command line is not installed")
    wanted = sorted({c for line in LINES for c in commands(line, "gcloud")})
    assert len(wanted) > 150
    file = tmp_path / "commands.json"
    file.write_text(json.dumps([{"command_string": c} for c in wanted]), encoding="utf-8")
    ended = subprocess.run(
        [gcloud, "meta", "lint-gcloud-commands", f"--commands-file={file}"],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env=environment(tmp_path / "config"),
    )
    assert ended.returncode == 0, ended.stderr
    answers = json.loads(ended.stdout)
    assert len(answers) == len(wanted)
    assert [(a["command_string"], a["error_message"]) for a in answers if not a["success"]] == []


def test_gcloud_would_not_accept_a_flag_that_it_does_not_know(tmp_path: Path) -> None:
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        pytest.skip("the gcloud command line is not installed")
    wrong = "gcloud pubsub topics create t --project=p --retention=7d"
    ended = subprocess.run(
        [gcloud, "meta", "lint-gcloud-commands", f"--command-string={wrong}"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(tmp_path / "config"),
    )
    assert json.loads(ended.stdout)[0]["success"] is False


def test_bq_knows_every_flag(tmp_path: Path) -> None:
    bq = shutil.which("bq")
    if bq is None:
        pytest.skip("the bq command line is not installed")
    wanted = sorted({c for line in LINES for c in commands(line, "bq")})
    assert wanted

    def flags_in(*arguments: str) -> set[str]:
        shown = subprocess.run(
            [bq, *arguments], check=False, capture_output=True, text=True, timeout=60, env=environment(tmp_path / "c")
        ).stdout
        return set(re.findall(r"--(?:\[no\])?(\w+)", shown))

    of_all, of_query = flags_in("--help"), flags_in("help", "query")
    for command in wanted:
        words = shlex.split(command)
        at = words.index("query")
        assert {w[2:].split("=")[0] for w in words[1:at]} <= of_all
        assert {w[2:].split("=")[0] for w in words[at:] if w.startswith("--")} <= of_query
