"""The embedded BigQuery as seen from the parent: start, readiness, stop."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import requests

from orchestration.local.child import Child, StartupError, free_port

log = logging.getLogger(__name__)
_PORT_ATTEMPTS = 3
_TAKEN = "address already in use"


class WarehouseServer:
    """BigQuery's API on free loopback ports, its state under `<data_dir>/bigquery`."""

    def __init__(
        self, data_dir: Path, environment: Mapping[str, str], *, project: str = "local", start_timeout: float = 120.0
    ) -> None:
        self._data_dir = data_dir
        self._environment = environment
        self._project = project
        self._start_timeout = start_timeout
        self._child: Child | None = None
        self._port = 0
        self._grpc_port = 0

    def start(self) -> None:
        """Start, and wait until a query is answered; `StartupError` after `start_timeout` seconds."""
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            try:
                self._start_once()
                return
            except StartupError as error:
                self.stop()
                if attempt == _PORT_ATTEMPTS or _TAKEN not in str(error).lower():
                    raise
                log.warning("the warehouse's port was taken meanwhile; trying another")

    def stop(self, timeout: float = 10.0) -> None:
        """SIGTERM, and SIGKILL after `timeout` seconds; the data survives both."""
        if self._child is not None:
            self._child.stop(timeout)
            self._child = None

    @property
    def endpoint(self) -> str:
        """Address of the REST API."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def grpc_endpoint(self) -> str:
        """Address (host:port) of the Storage API."""
        return f"127.0.0.1:{self._grpc_port}"

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

    def _start_once(self) -> None:
        self._port, self._grpc_port = free_port(), free_port()
        self._child = Child(
            "orchestration.local.bigquery_process",
            [
                *("--port", str(self._port), "--grpc-port", str(self._grpc_port)),
                *("--data-dir", str(self._data_dir), "--project", self._project),
            ],
            self._data_dir / "logs" / "bigquery.log",
            self._environment,
        )
        self._child.wait_ready(self._answers_query, self._start_timeout)

    def _answers_query(self) -> bool:
        # A real query, because the server listens before its first query has warmed it up.
        url = f"{self.endpoint}/bigquery/v2/projects/{self._project}/queries"
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(url, json={"query": "SELECT 1", "useLegacySql": False}, timeout=15)
            except requests.RequestException:
                return False  # not listening yet; the caller asks again and knows when to give up
        return answer.status_code == 200
