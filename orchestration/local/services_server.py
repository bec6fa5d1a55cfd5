"""The services' process as seen from the parent: start, readiness, stop."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

import requests

from orchestration.local.child import Child
from orchestration.local.services_process import DEFAULT_FACTORY


class ServicesProcess:
    """Every service on one loopback port, which is reserved when the object is made."""

    def __init__(
        self, data_dir: Path, *, factory: str = DEFAULT_FACTORY, threads: int = 16, start_timeout: float = 120.0
    ) -> None:
        self._data_dir = data_dir
        self._factory = factory
        self._threads = threads
        self._start_timeout = start_timeout
        self._child: Child | None = None
        # Bound here and handed to the child, so that push endpoints can be written before the services run and
        # nobody takes the port in between.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def base_urls(self, services: Iterable[str]) -> dict[str, str]:
        """The address of each service."""
        return {service: f"{self.url}/{service}" for service in services}

    def start(self, environment: Mapping[str, str]) -> None:
        """Start, and wait until it answers; `StartupError` after `start_timeout` seconds."""
        descriptor = self._socket.fileno()
        self._child = Child(
            "orchestration.local.services_process",
            ["--fd", str(descriptor), "--threads", str(self._threads), "--factory", self._factory],
            self._data_dir / "logs" / "services.log",
            environment,
            pass_fds=[descriptor],
        )
        # Kept open here, the socket would go on taking connections after the child's death, and never answer them.
        self._socket.close()
        self._child.wait_ready(self._answers, self._start_timeout)

    def stop(self, timeout: float = 15.0) -> None:
        """SIGTERM, and SIGKILL after `timeout` seconds."""
        if self._child is not None:
            self._child.stop(timeout)
            self._child = None
        self._socket.close()

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
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

    def _answers(self) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(f"{self.url}/", timeout=5).status_code == 200
            except requests.RequestException:
                return False  # not listening yet; the caller asks again and knows when to give up
