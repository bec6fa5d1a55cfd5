"""Rules of the workflow file: what it says, and how a fault in it is reported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from common.errors import ConfigurationError
from orchestration.workflow import read_workflows

PROBE = """\
workflows:
  probe:
    description: A probe
    when: {from: "06:00", to: "10:00"}
    steps:
      - name: first
        scrapers: [nbac_schedule]
      - name: second
        depends_on: [first]
        scrapers:
          - oddsa_events
"""


def read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "flows.yaml"
    file.write_text(text, encoding="utf-8")
    read_workflows(file)


def test_the_project_s_workflows_are_those_of_a_game_day() -> None:
    assert list(read_workflows()) == [
        "morning_operations", "betting_lines", "injury_discovery", "referee_discovery", "early_game_1", "early_game_2",
        "post_game_1", "post_game_2", "post_game_3",
    ]  # fmt: skip


def test_the_morning_s_six_scrapers_run_at_once() -> None:
    (step,) = read_workflows()["morning_operations"].steps
    assert (step.parallel, len(step.scrapers)) == (True, 6)


def test_quotes_wait_for_the_events() -> None:
    events, quotes = read_workflows()["betting_lines"].steps
    assert "oddsa_events" in events.critical_scrapers()
    assert quotes.depends_on == (events.name,)
    assert quotes.critical_scrapers() == {"oddsa_player_props", "oddsa_game_lines"}


def test_a_scraper_takes_from_its_step_what_it_does_not_say_itself(tmp_path: Path) -> None:
    file = tmp_path / "flows.yaml"
    own = "- {name: oddsa_events, timeout: 20, retries: 3, critical: false}\n          - nbac_schedule"
    file.write_text(PROBE.replace("- oddsa_events", own).replace("name: second", "name: second\n        timeout: 50"))
    step = read_workflows(file)["probe"].steps[1]
    assert step.timeouts() == {"oddsa_events": 20, "nbac_schedule": 50}
    assert step.retries_of() == {"oddsa_events": 3, "nbac_schedule": 0}
    assert step.critical_scrapers() == {"nbac_schedule"}
    assert step.seconds() == 70


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ("- oddsa_events", "- oddsa_event", 11, "workflows.probe.steps[1].scrapers[0]", "no scraper is called"),
        ("- oddsa_events", "- {name: oddsa_event}", 11, "steps[1].scrapers[0]", "there are .*oddsa_events"),
        ("[first]", "[frist]", 9, "steps[1].depends_on[0]", "no step is called 'frist'; there are first"),
        ("[first]", "[second]", 9, "workflows.probe.steps[1].depends_on", "second -> second"),
        ("name: first", "name: first\n        depends_on: [second]", 7, "depends_on", "wait for each other"),
        ("depends_on:", "dependson:", 9, "workflows.probe.steps[1].dependson", "Extra inputs"),
        ('"06:00"', '"6:00"', 4, "workflows.probe.when.from", "not an Eastern time"),
        ('"06:00"', "10:00", 4, "workflows.probe.when.from", "in quotes"),
        ('"10:00"', '"24:10"', 4, "workflows.probe.when.to", "not an Eastern time"),
        ('"10:00"}', '"10:00", every: 2}', 4, "workflows.probe.when.every", "not an interval"),
        ('"10:00"}', '"10:00", after: [dawn]}', 4, "workflows.probe.when.after[0]", "'dawn'"),
        ("name: second", "name: first", 8, "workflows.probe.steps[1].name", "there already"),
        ("- oddsa_events", "- oddsa_events\n          - oddsa_events", 12, "scrapers[1]", "there already"),
        ("- oddsa_events", "- {name: oddsa_events, timeout: 0}", 11, "scrapers[0].timeout", "greater than 0"),
        ("description: A probe", "descr: A probe", 2, "workflows.probe.description", "required"),
        ("  probe:", "  probe: {}\n  probe:", 3, "", "'probe' is there already"),
        ("steps:", "steps: [", 6, "", ""),
    ],
)  # fmt: skip
def test_a_fault_is_refused_naming_file_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, field: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=rf"flows\.yaml:{line}: .*{re.escape(field)}.*{said}"):
        read(tmp_path, PROBE.replace(old, new, 1))


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"flows\.yaml:7: .*; flows\.yaml:11: "):
        read(tmp_path, PROBE.replace("nbac_schedule", "nbac_scedule").replace("oddsa_events", "oddsa_event"))


def test_a_file_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml"):
        read_workflows(tmp_path / "nowhere.yaml")
    with pytest.raises(ConfigurationError, match=r"flows\.yaml:1: "):
        read(tmp_path, "")
