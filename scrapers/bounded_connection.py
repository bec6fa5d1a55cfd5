"""Connections whose answer's headers must have come within a time, however steadily they drip.

The read time-out of an HTTP library bounds the wait for the next bytes; a source that sends a byte a second
would hold a worker for ever. The body is bounded where it is read, in `fetcher`.
"""

from __future__ import annotations

import socket
import threading
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError


class _HeaderDeadline:
    """Closes a connection's socket when its headers are not there in time."""

    header_seconds: float
    sock: socket.socket | None

    def getresponse(self) -> HTTPResponse:
        expired = threading.Event()

        def hang_up() -> None:
            expired.set()
            if self.sock is not None:
                # Wakes the reading thread; closing alone would not.
                self.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.header_seconds, hang_up)
        timer.daemon = True
        timer.start()
        try:
            response: HTTPResponse = super().getresponse()  # type: ignore[misc]
        finally:
            timer.cancel()
        if expired.is_set():
            # Headers that break off look whole to the library.
            response.close()
            raise ProtocolError(f"the headers took longer than {self.header_seconds} s")
        return response


class _Connection(_HeaderDeadline, HTTPConnection):  # type: ignore[misc]
    pass


class _SecureConnection(_HeaderDeadline, HTTPSConnection):  # type: ignore[misc]
    pass


class BoundedAdapter(HTTPAdapter):
    """An adapter for `requests` whose answers begin within `header_seconds` or fail."""

    def __init__(self, header_seconds: float, **options: Any) -> None:
        limit = {"header_seconds": header_seconds}
        plain = type("BoundedConnection", (_Connection,), limit)
        secure = type("BoundedSecureConnection", (_SecureConnection,), limit)
        self._pools = {
            "http": type("BoundedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("BoundedSecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager
