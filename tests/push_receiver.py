"""An HTTP endpoint for pushes that records them and answers as a test tells it."""

import base64
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from werkzeug.serving import make_server


class Receiver:
    """An HTTP endpoint; `answer(body)` gives the status, `pushes` has every body that came, `times` when (monotonic).

    `port` 0 takes any free one.
    """

    def __init__(self, port: int = 0) -> None:
        self.times: list[float] = []
        self.headers: list[dict[str, str]] = []
        self.pushes: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda body: 204
        self.arrived = threading.Condition()
        app = Flask("receiver")

        @app.post("/process")
        def process() -> tuple[str, int]:
            body = request.get_json()
            with self.arrived:
                self.pushes.append(body)
                self.times.append(time.monotonic())
                self.headers.append(dict(request.headers))
                self.arrived.notify_all()
            return "", self.answer(body)

        self._server = make_server("127.0.0.1", port, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/process"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def times_of(self, text: str) -> list[float]:
        """When a message with this data came (monotonic seconds)."""
        with self.arrived:
            return [at for at, found in zip(self.times, self.texts, strict=True) if found == text]

    def wait_until(self, met: Callable[[], bool], timeout: float = 15) -> None:
        """Until `met()` holds; asked after every push."""
        with self.arrived:
            assert self.arrived.wait_for(met, timeout), self.texts

    @property
    def texts(self) -> list[str]:
        return [base64.b64decode(p["message"].get("data", "")).decode() for p in self.pushes]

    def wait_for_pushes(self, count: int, timeout: float = 15) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.pushes) >= count, timeout), self.texts

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
