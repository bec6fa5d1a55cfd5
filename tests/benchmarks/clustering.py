"""The clustering migration on predictions that were made without it: figures before and after.

python -m tests.benchmarks.clustering [ROWS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from common.context import Context
from common.errors import NbaError
from common.settings import Settings
from orchestration.local.warehouse_server import WarehouseServer
from tests.orchestration.test_clustering_migration import CONTENT, TABLE, fill, migration, old_project, run


def main(rows: int) -> None:
    """Fill an unclustered table, migrate it while a reader reads, print what was and what is."""
    with tempfile.TemporaryDirectory() as folder:
        server = WarehouseServer(Path(folder), dict(os.environ), project="local")
        server.start()
        try:
            warehouse = Context(Settings(data_dir=Path(folder), bigquery_endpoint=server.endpoint)).warehouse
            old_project(warehouse)
            fill(warehouse, 1, rows)
            before, described = warehouse.query(CONTENT).rows[0], warehouse.describe(TABLE)
            print(f"before: {before}, {described['bytes'] / 2**20:.1f} MB")
            print(f"        partitioned by {described['partitioned_by']}, clustered by {described['clustered_by']}")
            done, reads, refused = threading.Event(), [], []

            def read() -> None:
                while not done.wait(0.05):
                    try:
                        reads.append(warehouse.query(f"SELECT COUNT(*) AS n FROM {TABLE}").rows[0]["n"])
                    except NbaError as error:
                        refused.append(str(error))

            reader = threading.Thread(target=read)
            reader.start()
            began = time.monotonic()
            run(warehouse, migration().sql)
            seconds = time.monotonic() - began
            done.set()
            reader.join()
            after, described = warehouse.query(CONTENT).rows[0], warehouse.describe(TABLE)
            print(f"after:  {after}, {described['bytes'] / 2**20:.1f} MB")
            print(f"        partitioned by {described['partitioned_by']}, clustered by {described['clustered_by']}")
            print(
                f"{seconds:.1f} s; a reader read {len(reads)} times, always {set(reads)} rows; "
                f"refused {len(refused)} times"
            )
            for text in sorted(set(refused)):
                print("   ", text[-200:])
        finally:
            server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
