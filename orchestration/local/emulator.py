"""Google's Pub/Sub emulator, a component of the Google Cloud CLI: where it is, how it is started and stopped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import requests

from common.errors import ConfigurationError
from orchestration.local.child import Child, free_port

_SCRIPT = Path("platform", "pubsub-emulator", "bin", "cloud-pubsub-emulator")
_GCLOUD_SECONDS = 60


def emulator_script(environment: Mapping[str, str]) -> Path:
    """The emulator's start script; ConfigurationError with the remedy where gcloud, component or Java is missing."""
    path = environment.get("PATH", os.defpath)
    gcloud = shutil.which("gcloud", path=path)
    if gcloud is None:
        raise ConfigurationError(
            "Google's Pub/Sub emulator needs gcloud, which is not on PATH",
            remedy="install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install), or use --pubsub embedded",
        )
    script = _sdk_root(gcloud) / _SCRIPT
    if not script.is_file():
        raise ConfigurationError(
            "the Google Cloud CLI has no Pub/Sub emulator",
            looked_at=str(script),
            remedy="`gcloud components install pubsub-emulator`, or, where gcloud is a Debian package, "
            "`apt-get install google-cloud-cli-pubsub-emulator`",
        )
    home = environment.get("JAVA_HOME")
    # The start script looks in the same two places, in this order.
    if shutil.which("java", path=f"{home}/bin" if home else path) is None:
        raise ConfigurationError(
            "Google's Pub/Sub emulator needs Java, which was not found",
            looked_at=f"JAVA_HOME={home}" if home else "PATH",
            remedy="install a Java runtime (17, say) on PATH, or let JAVA_HOME name one",
        )
    return script


@cache  # a second or two each time
def _sdk_root(gcloud: str) -> Path:
    asked = [gcloud, "info", "--format=value(installation.sdk_root)"]
    remedy = "see what `gcloud info` says"
    try:
        answer = subprocess.run(  # noqa: S603 - the gcloud on PATH, no input of others
            asked, capture_output=True, text=True, timeout=_GCLOUD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigurationError("gcloud did not answer", seconds=_GCLOUD_SECONDS, remedy=remedy) from error
    if answer.returncode or not answer.stdout.strip():
        raise ConfigurationError(
            "gcloud does not say where it is installed", said=answer.stderr.strip()[-500:], remedy=remedy
        )
    return Path(answer.stdout.strip())


class EmulatorProcess:
    """The emulator on a loopback port of its own. It keeps messages in memory: they end with the process."""

    def __init__(self, log_path: Path, environment: Mapping[str, str], *, start_timeout: float = 120.0) -> None:
        self._log_path = log_path
        self._environment = environment
        self._start_timeout = start_timeout
        self._child: Child | None = None
        self.url = ""

    def start(self) -> None:
        """Start, and wait until it answers at `url`.

        ConfigurationError where it is not installed, `StartupError` after `start_timeout` seconds.
        """
        script = emulator_script(self._environment)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._child = Child(
            "orchestration.local.emulator_process",
            [str(script), "--host=127.0.0.1", f"--port={port}"],
            self._log_path,
            self._environment,
        )
        try:
            self._child.wait_ready(self._answers, self._start_timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 10.0) -> None:
        """SIGTERM, and SIGKILL after `timeout` seconds."""
        if self._child is not None:
            self._child.stop(timeout)
            self._child = None

    @property
    def pid(self) -> int | None:
        """Process id of the child around the emulator while it is started; it leads their process group."""
        return self._child.pid if self._child is not None else None

    @property
    def child(self) -> Child:
        """The process; raises `RuntimeError` when it is not started."""
        if self._child is None:
            raise RuntimeError("not started")
        return self._child

    @property
    def running(self) -> bool:
        """False when it was not started, was stopped, or died."""
        return self._child is not None and self._child.exit_code is None

    def log_tail(self) -> str:
        """The last lines of its log; empty when it is not started."""
        return self._child.log_tail() if self._child is not None else ""

    def _answers(self) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(self.url, timeout=5).text.strip() == "Ok"
            except requests.RequestException:
                return False  # not listening yet; the caller asks again and knows when to give up
