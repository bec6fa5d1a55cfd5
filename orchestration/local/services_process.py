"""Child process: every service behind one gunicorn. `python -m orchestration.local.services_process --help`.

Each service's WSGI application is mounted under its name, as in `http://127.0.0.1:PORT/raw/process`; `/` lists them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from orchestration.http_server import READING_SECONDS, HttpServer
from orchestration.local.child import die_with_parent

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT_FACTORY = "orchestration.wsgi:service_app"


def load_factory(spec: str) -> tuple[Callable[[str], WSGIApplication], tuple[str, ...]]:
    """The function `module:function` that makes a service's application, and the module's `SERVICES` names."""
    module_name, _, function = spec.partition(":")
    module = importlib.import_module(module_name)
    return getattr(module, function), tuple(module.SERVICES)


def mount(factory: Callable[[str], WSGIApplication], services: Iterable[str]) -> WSGIApplication:
    """One application with every service under `/<name>`."""
    mounts: dict[str, Any] = {f"/{name}": factory(name) for name in services}
    return DispatcherMiddleware(_index(sorted(mounts)), mounts)


def _index(paths: list[str]) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        found = environ.get("PATH_INFO", "/") in ("", "/")
        body = json.dumps({"services": paths} if found else {"error": "no service here", "services": paths}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("200 OK" if found else "404 Not Found", headers)
        return [body]

    return application


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or the parent's death."""
    parser = argparse.ArgumentParser(prog="services_process", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int, help="loopback port")
    where.add_argument("--fd", type=int, help="inherited file descriptor of a bound socket")
    parser.add_argument("--threads", type=int, default=16, help="requests that are worked on at once")
    parser.add_argument("--reading-seconds", type=float, default=READING_SECONDS, help=argparse.SUPPRESS)
    parser.add_argument("--factory", default=DEFAULT_FACTORY, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    die_with_parent()
    HttpServer(
        lambda: mount(*load_factory(arguments.factory)),
        f"127.0.0.1:{arguments.port}" if arguments.fd is None else f"fd://{arguments.fd}",
        arguments.threads,
        reading_seconds=arguments.reading_seconds,
        keepalive=30,
        # The worker has its own watchdog: a killed master can't tell it to stop.
        post_fork=lambda server, worker: die_with_parent(),
    ).run()


if __name__ == "__main__":
    main()
