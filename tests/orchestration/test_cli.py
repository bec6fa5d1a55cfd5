"""A command waits for its own modules only."""

from __future__ import annotations

import subprocess
import sys

from click.testing import CliRunner

from orchestration.cli import cli

# Imports of seconds that a look at the tables has no use for.
_HEAVY = ("lightgbm", "sklearn", "plotly", "pdfplumber", "scrapers.simulated.season")


def test_a_look_at_the_tables_does_not_wait_for_what_trains_and_draws() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from orchestration.cli import cli\n"
        "assert CliRunner().invoke(cli, ['query', '--help']).exit_code == 0\n"
        f"print([m for m in {_HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_is_refused_by_name() -> None:
    answer = CliRunner().invoke(cli, ["statsu"])
    assert answer.exit_code == 2
    assert "No such command 'statsu'" in answer.output
