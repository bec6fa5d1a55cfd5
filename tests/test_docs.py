"""The documentation is tested: what it says of commands and settings is what there is."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from common.settings import Settings
from orchestration.cli import cli
from orchestration.workflow import Step, When, workflows
from orchestration.workflow_words import step_in_words, when_in_words
from scrapers.pacing import MIN_INTERVALS
from scrapers.registry import SCRAPERS
from tests.conftest import ROOT

DOCS = ROOT / "docs"
WIDTH = 110
MARKS = ("<!-- workflows -->", "<!-- /workflows -->")


def all_commands() -> list[tuple[str, click.Command]]:
    """Every command by its words, a group before its own."""
    found: list[tuple[str, click.Command]] = []
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", inner) for sub, inner in sorted(command.commands.items())]
    return found


def commands_page() -> str:
    parts = ["# Commands\n\nWritten from `nba --help`; `tests/test_docs.py` holds it to the truth.\n"]
    for name, _ in [("", cli), *all_commands()]:
        arguments = [*name.split(), "--help"]
        widths = {"terminal_width": WIDTH, "max_content_width": WIDTH}
        shown = CliRunner().invoke(cli, arguments, prog_name="nba", **widths).output
        parts.append(f"## nba {name}".rstrip() + f"\n\n```\n{shown.strip()}\n```\n")
    return "\n".join(parts)


def settings_page() -> str:
    lines = ["# Settings\n", "Written from `common/settings.py`. Each is an environment variable.\n"]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`" if str(field.default) else ""
        lines.append(f"| `NBA_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def workflows_page() -> str:
    """The page with its table written anew; the words around it are a person's."""
    rows = ["| workflow | when | steps |", "|---|---|---|"]
    for name, workflow in workflows().items():
        steps = "<br>".join(step_in_words(step) for step in workflow.steps)
        rows.append(f"| **{name}**<br>{workflow.description} | {when_in_words(workflow.when)} | {steps} |")
    before, _, rest = (DOCS / "workflows.md").read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    assert rest, f"workflows.md needs the marks {MARKS}"
    assert after, f"workflows.md needs the marks {MARKS}"
    return "\n".join([before + MARKS[0], *rows, MARKS[1] + after])


def sources_page() -> str:
    lines = ["# Sources\n", "Written from the modules under `scrapers/`, in an order in which they can run.\n"]
    lines += ["Without its key a scraper is skipped (`not_ready`, the error names the variable); the others run.\n"]
    lines += [
        "| scraper | site | asks for | when | key | s between requests | tables |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, scraper in SCRAPERS.items():
        key = f"`NBA_{scraper.key_setting.upper()}`" if scraper.key_setting else ""
        tables = (
            ", ".join(f"`{t.removeprefix('nba_raw.')}`" for t in scraper.tables)
            or "none: the other feeds of the site ask by its ids"
        )
        pace = f"{MIN_INTERVALS[scraper.site]:g}"
        lines.append(f"| {name} | {scraper.site} | `{scraper.asks}` | {scraper.when} | {key} | {pace} | {tables} |")
    return "\n".join(lines) + "\n"


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "sources.md": sources_page,
    "workflows.md": workflows_page,
}


@pytest.mark.parametrize(("page", "text"), [(name, written()) for name, written in PAGES.items()])
def test_the_page_is_what_the_code_says(page: str, text: str) -> None:
    file = DOCS / page
    assert file.read_text(encoding="utf-8") == text, f"write {file.name} anew: python -m tests.test_docs"


def test_every_field_of_a_workflow_is_explained() -> None:
    text = (DOCS / "workflows.md").read_text(encoding="utf-8")
    fields = [f.alias or name for model in (When, Step) for name, f in model.model_fields.items() if name != "name"]
    assert [name for name in fields if f"`{name}`" not in text] == []


def test_every_setting_says_what_it_means() -> None:
    assert [n for n, f in Settings.model_fields.items() if not f.description] == []


def test_every_scraper_says_what_it_asks_of_a_site_that_is_spared() -> None:
    for name, scraper in SCRAPERS.items():
        assert scraper.asks, name
        assert scraper.when, name
        assert scraper.site in MIN_INTERVALS, name


def test_every_command_and_option_has_help() -> None:
    for name, command in all_commands():
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help or option.name == "form", (name, option.name)


def test_the_readme_names_only_commands_that_exist() -> None:
    words = (ROOT / "README.md").read_text(encoding="utf-8").split()
    used = {words[i + 1] for i, w in enumerate(words[:-1]) if w == "bin/nba" and words[i + 1].isalpha()}
    assert used
    assert used <= set(cli.list_commands(click.Context(cli)))


if __name__ == "__main__":
    for name, written in PAGES.items():
        (DOCS / name).write_text(written(), encoding="utf-8")
