"""Entry of the container: serves the service that NBA_SERVICE, or the first argument, names. `bin/serve SERVICE`."""

from __future__ import annotations

import os
import sys

from common import settings as all_settings
from common.errors import ConfigurationError, NbaError
from orchestration.http_server import HttpServer
from orchestration.wsgi import check_container, container_app

_PORT = "8080"
_THREADS = "8"


def server() -> HttpServer:
    """The server of this container, on the address that decides whether callers need a token: NBA_BIND.

    ConfigurationError when the service is not named, or would be open to everybody.
    """
    settings = all_settings.current()
    check_container(settings)
    return HttpServer(
        container_app,
        address(settings.bind, _number("PORT", _PORT)),
        _number("NBA_THREADS", _THREADS),
        accesslog="-",
    )


def address(bind: str, port: int) -> str:
    """Host and port as gunicorn wants them; an IPv6 address stands in brackets."""
    return f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"


def _number(variable: str, default: str) -> int:
    text = os.environ.get(variable) or default
    if not text.isdigit() or int(text) == 0:
        raise ConfigurationError(f"{variable} must be a number above 0", given=text)
    return int(text)


def main() -> None:
    """Serve until SIGTERM; exit code 2 and one line when the settings don't allow it."""
    if len(sys.argv) > 1:
        os.environ["NBA_SERVICE"] = sys.argv[1]
    try:
        running = server()
    except NbaError as error:
        sys.stderr.write(f"serve: {error}\n")
        sys.exit(2)
    running.run()


if __name__ == "__main__":
    main()
