"""Child process: the embedded BigQuery. `python -m orchestration.local.bigquery_process --help`."""

from __future__ import annotations

import argparse
import logging
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from orchestration.local import (
    catalog_lookups,
    column_alterations,
    empty_tables,
    housekeeping,
    kept_translations,
    moved_folder,
    server_errors,
    staging_apart,
)
from orchestration.local.child import die_with_parent
from orchestration.local.duckdb_setup import use_packaged_extensions
from orchestration.local.query_results import ResultsJanitor

log = logging.getLogger(__name__)
_LOCK_TIMEOUT_SECONDS = 20.0
_SHUTDOWN_SECONDS = 5


def main(argv: Sequence[str] | None = None) -> None:
    """Serve BigQuery's REST and Storage APIs on the loopback until SIGTERM or the parent's death."""
    parser = argparse.ArgumentParser(prog="bigquery_process", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="REST port")
    parser.add_argument("--grpc-port", type=int, required=True, help="Storage API port")
    parser.add_argument("--data-dir", type=Path, required=True, help="data folder of the embedded stack")
    parser.add_argument("--project", required=True, help="default project")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    die_with_parent()
    use_packaged_extensions((arguments.data_dir / "duckdb_extensions").absolute())
    _serve(arguments.port, arguments.grpc_port, (arguments.data_dir / "bigquery").absolute(), arguments.project)


def _serve(port: int, grpc_port: int, state: Path, project: str) -> None:
    # Imported late: these read settings and DuckDB's connect function when they are imported.
    import uvicorn
    from local_bigquery.app import app
    from local_bigquery.engine import database
    from local_bigquery.grpc import server as storage_api
    from local_bigquery.settings import settings

    server_errors.install()
    catalog_lookups.install()
    column_alterations.install()
    empty_tables.install()
    staging_apart.install()
    kept_translations.install()
    settings.bigquery_host, settings.bigquery_port, settings.grpc_port = "127.0.0.1", port, grpc_port
    settings.default_project_id, settings.data_dir = project, state

    def connect() -> object:
        moved_folder.follow(state)
        return database.connection()

    _wait_for_lock(connect)
    housekeeping.prepare(state)
    results = ResultsJanitor()
    results.start()
    keeper = housekeeping.housekeeper(results)
    keeper.start()
    grpc_server, _ = storage_api.start("127.0.0.1", grpc_port)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    # uvicorn raises its signals again when it has shut down; without a handler that would end the process there,
    # before the database is closed.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    uvicorn.Server(config).run()
    grpc_server.stop(None).wait(_SHUTDOWN_SECONDS)
    keeper.stop()
    database.connection().close()


def _wait_for_lock(connect: Callable[[], object]) -> None:
    """Open the database; wait, bounded, for a process of a killed run that is still dying and holds its lock."""
    deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS
    while True:
        try:
            connect()
            return
        except duckdb.IOException as error:
            if "lock" not in str(error) or time.monotonic() >= deadline:
                raise
            log.warning("the database is locked by another process, waiting: %s", error)
            time.sleep(0.25)


if __name__ == "__main__":
    main()
