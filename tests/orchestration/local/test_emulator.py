"""Where the emulator is looked for, and what is said where something is missing."""

import os
from pathlib import Path

import pytest

from common.errors import ConfigurationError
from orchestration.local.emulator import emulator_script
from orchestration.local.message_broker import new_broker
from orchestration.local.stack import EmbeddedStack


def program(folder: Path, name: str, words: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{words}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment with all that is needed, without any of it doing anything."""
    program(tmp_path / "bin", "gcloud", f"echo '{tmp_path}/sdk'")
    program(tmp_path / "bin", "java")
    program(tmp_path / "sdk" / "platform" / "pubsub-emulator" / "bin", "cloud-pubsub-emulator")
    return {"PATH": str(tmp_path / "bin")}


def test_the_start_script_is_found_where_gcloud_is_installed(installed: dict[str, str], tmp_path: Path) -> None:
    found = emulator_script(installed)
    assert found == tmp_path / "sdk" / "platform" / "pubsub-emulator" / "bin" / "cloud-pubsub-emulator"


def test_java_may_be_where_java_home_says(installed: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin" / "java").rename(tmp_path / "bin" / "not-java")
    program(tmp_path / "jdk" / "bin", "java")
    assert emulator_script({**installed, "JAVA_HOME": str(tmp_path / "jdk")}).name == "cloud-pubsub-emulator"


@pytest.mark.parametrize(
    ("missing", "said", "remedy"),
    [
        ("bin/gcloud", "gcloud, which is not on PATH", "install the Google Cloud CLI"),
        ("sdk/platform/pubsub-emulator/bin/cloud-pubsub-emulator", "no Pub/Sub emulator", "gcloud components install"),
        ("bin/java", "needs Java", "install a Java runtime"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(
    installed: dict[str, str], tmp_path: Path, missing: str, said: str, remedy: str
) -> None:
    (tmp_path / missing).unlink()
    with pytest.raises(ConfigurationError) as caught:
        emulator_script(installed)
    assert said in str(caught.value)
    assert remedy in str(caught.value)


def test_a_gcloud_that_fails_is_quoted(installed: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin", "gcloud", "echo 'python is missing' >&2; exit 1")
    with pytest.raises(ConfigurationError, match="python is missing"):
        emulator_script(installed)


def test_a_run_without_gcloud_says_so_before_it_starts_anything(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="install the Google Cloud CLI"):
        EmbeddedStack(tmp_path / "data", environment={"PATH": str(tmp_path)}, pubsub="emulator").start()
    assert not (tmp_path / "data").exists()


def test_a_hook_is_refused_rather_than_ignored(tmp_path: Path) -> None:
    settings = {"backoff_scale": 1.0, "max_in_flight": 1, "start_timeout": 1.0}
    with pytest.raises(ValueError, match="embedded"):
        new_broker("emulator", tmp_path, os.environ, **settings, delivery_hook=lambda lease: 1)
