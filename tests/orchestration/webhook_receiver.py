"""A local webhook that keeps what it is sent."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class WebhookReceiver:
    """Answers with the statuses of `script` in turn, the last one for ever; keeps the bodies that it took."""

    def __init__(self, path: str = "/services/T0000/B0000/none") -> None:
        self.script = [200]
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = receiver.answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if status == 302:
                    self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self._path = path
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def answer(self, path: str, body: dict[str, Any]) -> int:
        with self._lock:
            self.asked += 1
            status = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            if status < 300 and path == self._path:
                self.taken.append(body)
            return status

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
