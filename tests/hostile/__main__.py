"""A table: endpoint, requests sent, answers by class, faults. Exit code 1 where there is a fault."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.hostile.assault import attack
from tests.hostile.endpoints import endpoints

_CLASSES = ("quarantined", "2xx", "4xx", "5xx")


def main() -> int:
    """Attack all endpoints and print what came of it."""
    logging.disable(logging.CRITICAL)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = attack(endpoints(Path(folder)))
    print(f"{'endpoint':34}{'sent':>6}" + "".join(f"{c:>13}" for c in _CLASSES) + f"{'faults':>8}")
    for one in outcomes:
        counts = "".join(f"{one.answers[c]:>13}" for c in _CLASSES)
        print(f"{one.endpoint:34}{one.sent:>6}{counts}{len(one.faults):>8}")
    for one in outcomes:
        for fault in one.faults:
            print(f"{one.endpoint} {fault}", file=sys.stderr)
    print(f"{sum(o.sent for o in outcomes)} requests to {len(outcomes)} endpoints, {time.monotonic() - started:.1f} s")
    return 1 if any(o.faults for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
