"""gunicorn as every server of the project runs it: slow clients cost others nothing, and a request's reading ends.

gunicorn gives a connection a thread while it reads its request, however slowly that comes. So there are many threads to
read with and few that work, each connection has a deadline by which its request must be there, and `/health` waits for
nobody.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Connections that may send their requests at the same time; a thread that waits for bytes costs some kilobytes.
READERS = 512
READING_SECONDS = 20.0
# Above what Pub/Sub pushes (10 MB, a third more in base64). A service may have a lower limit of its own.
MAX_BODY_BYTES = 32 * 1024 * 1024
_KEPT_ALIVE = 512
_SHUTDOWN_SECONDS = 10
_LINGER_SECONDS = 2.0
_LOOK_SECONDS = 0.25


class ReadingDeadlines:
    """Ends the reading from connections whose request is not there in time: for the reader they are at their end."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._due: dict[socket.socket, float] = {}
        self._watching = False

    def begin(self, connection: socket.socket) -> None:
        """From now on it has `seconds` to send its request."""
        with self._lock:
            self._due[connection] = time.monotonic() + self.seconds
            if not self._watching:
                # Begun here, not when the object is made: a thread does not survive gunicorn's fork.
                self._watching = True
                threading.Thread(target=self._watch, name="reading-deadlines", daemon=True).start()

    def end(self, connection: socket.socket) -> None:
        """Its request is there, or it is closed."""
        with self._lock:
            self._due.pop(connection, None)

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            with self._lock:
                now = time.monotonic()
                for connection in [c for c, due in self._due.items() if due <= now]:
                    del self._due[connection]
                    _shut(connection, socket.SHUT_RD)


class Patient:
    """The application behind a reader: it is called when the body is there, by `workers` threads at a time.

    `/health` and the list of services at `/` are answered whatever is under way.
    """

    def __init__(self, application: WSGIApplication, workers: int, deadlines: ReadingDeadlines) -> None:
        self._application = application
        self._workers = threading.BoundedSemaphore(workers)
        self._deadlines = deadlines

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and (path in ("", "/") or path.endswith("/health")):
            return self._application(environ, start_response)
        refusal = _read_body(environ)
        if refusal is not None:
            start_response(refusal, [("Content-Length", "0"), ("Connection", "close")])
            return [b""]
        if (connection := environ.get("gunicorn.socket")) is not None:
            self._deadlines.end(connection)
        with self._workers:
            return self._application(environ, start_response)


def _read_body(environ: WSGIEnvironment) -> str | None:
    """Put the whole body in the place of the stream; the status to refuse it with when it is too long or cut off."""
    declared = environ.get("CONTENT_LENGTH") or ""
    length = int(declared) if declared.isdigit() else None
    if length is not None and length > MAX_BODY_BYTES:
        return "413 Request Entity Too Large"
    body: bytes = environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return "413 Request Entity Too Large"
    if length is not None and len(body) < length:
        return "408 Request Timeout"
    environ["wsgi.input"] = io.BytesIO(body)
    if length is None and body:
        # It came in chunks; they are put together now.
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
    return None


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no type hints
    """gunicorn's threads with a deadline for reading; connections that end linger here, not in the loop of all."""

    deadlines: ReadingDeadlines

    def init_process(self) -> None:
        """Called by gunicorn in the worker."""
        self.deadlines = self.app.deadlines
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Called by gunicorn in a thread: one request of a connection."""
        connection = conn.sock
        self.deadlines.begin(connection)
        try:
            kept = super().handle(conn)
        finally:
            self.deadlines.end(connection)
        if not kept:
            _linger(connection)
        return kept


def _linger(connection: socket.socket) -> None:
    """Say the end and wait for the other side's; gunicorn would wait in the loop that accepts connections."""
    _shut(connection, socket.SHUT_WR)
    until = time.monotonic() + _LINGER_SECONDS
    try:
        while (left := until - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(65536):
                break
    except OSError:
        pass  # reset, or nothing more comes: both are an end
    _shut(connection, socket.SHUT_RD)


def _shut(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:
        return  # it is closed already


class HttpServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no type hints
    """One process of `workers` threads that work; `application` is called in it for the WSGI application."""

    def __init__(
        self,
        application: Callable[[], WSGIApplication],
        bind: str,
        workers: int,
        *,
        reading_seconds: float = READING_SECONDS,
        **more: Any,
    ) -> None:
        self._make = application
        self._workers = workers
        self.deadlines = ReadingDeadlines(reading_seconds)
        self._options = {
            "bind": bind,
            "workers": 1,
            "worker_class": PatientWorker,
            "threads": READERS,
            "worker_connections": READERS + _KEPT_ALIVE,
            # A service bounds its own work; gunicorn's limit would kill the worker with everyone's requests in it.
            "timeout": 0,
            "graceful_timeout": _SHUTDOWN_SECONDS,
            "control_socket_disable": True,
            **more,
        }
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn for its settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Called by gunicorn in the worker for the application."""
        return Patient(self._make(), self._workers, self.deadlines)
