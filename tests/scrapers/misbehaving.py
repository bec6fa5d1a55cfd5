"""A source that misbehaves as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class MisbehavingSource:
    """A local HTTP server; each request meets the next behaviour of the script, the last one for ever."""

    def __init__(self) -> None:
        self.script: list[Behaviour] = []
        self.queries: list[dict[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                source.queries.append(dict(parse_qsl(urlsplit(self.path).query)))
                source.headers.append(dict(self.headers))
                behaviour = source.script.pop(0) if len(source.script) > 1 else source.script[0]
                behaviour(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/odds"

    @property
    def requests(self) -> int:
        return len(self.queries)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answers(
    body: bytes = b'{"rows": []}',
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    claimed: int | None = None,
) -> Behaviour:
    """Answer with `body`; `claimed` is the Content-Length said, when it is a lie."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body) if claimed is None else claimed))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
        if claimed is not None:
            handler.close_connection = True

    return behave
