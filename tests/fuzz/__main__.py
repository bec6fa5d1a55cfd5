"""`python -m tests.fuzz [--feed F] [--mutations N] [--seed S]`: what becomes of spoilt payloads, feed by feed."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from data_processors.raw.feeds import FEEDS
from tests.fuzz.corpus import corpus
from tests.fuzz.harness import Sorted, fuzz, table


def main() -> int:
    """Print the table; the exit code is 0 only where no error was untyped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feed", action="append", choices=FEEDS, help="only this feed (may be repeated)")
    parser.add_argument("--mutations", type=int, default=400, help="how many a feed (of PDFs a tenth)")
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    shared = Path(os.environ.get("NBA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    payloads = corpus(shared)
    results: dict[str, Sorted] = {}
    for name in wanted.feed or FEEDS:
        if not payloads[name]:
            print(f"{name}: no payload at hand", file=sys.stderr)
            continue
        slow = any(p.body.startswith(b"%PDF") for p in payloads[name])
        results[name] = fuzz(FEEDS[name], payloads[name], wanted.mutations // (10 if slow else 1), wanted.seed)
    print(table(results))
    for heading, kind in (("implausible and accepted", "implausible"), ("untyped", "untyped")):
        for result in results.values():
            for words, count in getattr(result, kind).most_common(12):
                print(f"{heading}: {result.feed}: {count} x {words}".encode("unicode_escape").decode())
    return 1 if any(r.untyped for r in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
