"""What `nba demo` and `--source simulated` set, and how the demo's table reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from common.context import Context
from common.settings import Settings
from orchestration.commands import demo
from orchestration.commands.options import common_options, source_options
from orchestration.session import environment_of

ROW: dict[str, Any] = {
    "player_name": "Ari Takács",
    "team": "DET",
    "opponent": "BOS",
    "side": "under",
    "line": 24.5,
    "bookmaker": "sim_harbor",
    "price": 1.91,
    "predicted_points": 21.34,
    "p_over": 0.381,
    "expected_value": 0.182,
    "status": "graded",
    "actual_points": 19,
    "won": True,
}


def test_the_seed_reaches_the_services() -> None:
    @click.command()
    @common_options
    @source_options
    def command(settings: Settings) -> None:
        click.echo(f"{environment_of(settings)['NBA_SOURCE']} {environment_of(settings)['NBA_SEED']}")

    assert CliRunner().invoke(command, ["--source", "simulated", "--seed", "7"]).output == "simulated 7\n"
    assert CliRunner().invoke(command, ["--source", "simulated"]).output == "simulated 1\n"
    assert CliRunner().invoke(command, ["--seed", "-1"]).exit_code == 2


def test_the_demo_is_simulated_and_local_whatever_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PROJECT", "ours"), ("SOURCE", "live"), ("RAW_STORE_URL", "gs://ours")):
        monkeypatch.setenv(f"NBA_{name}", value)
    settings = demo.demo_settings(3, Path("here"))
    assert (settings.source, settings.seed, settings.project) == ("simulated", 3, "local")
    assert settings.raw_url == (Path("here").absolute() / "raw").as_uri()


def test_the_table_says_what_happened() -> None:
    rows = [
        ROW,
        ROW | {"won": False, "actual_points": 31},
        ROW | {"status": "push", "won": False},
        ROW | {"status": "void", "won": None, "actual_points": None},
    ]
    with Console(width=112, record=True, quiet=False) as console, console.capture() as shown:
        demo._show_best(console, rows, demo.FIRST_DAY, 3)
    text = shown.get()
    for part in (
        "simulated league, seed 3", "Ari Takács", "under 24.5", "sim_harbor", "1.91", "21.3", "38%", "+18.2%",
        "19 points: won", "31 points: lost", "19 points: push", "did not play",
    ):  # fmt: skip
        assert part in text


def test_without_predictions_there_is_no_table(context: Context) -> None:
    assert demo.best_predictions(context.warehouse, demo.FIRST_DAY) == []
