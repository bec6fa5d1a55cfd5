"""Checks the answer of a service's /health, read from standard input.

curl … URL/health | python -m orchestration.deploy.health SERVICE VERSION
"""

from __future__ import annotations

import json
import sys


def problem(answer: str, service: str, version: str) -> str | None:
    """What is wrong with an answer of /health, in words; None where it is the one expected."""
    try:
        found = json.loads(answer)
    except ValueError:
        return f"{service}: the answer is not JSON: {answer[:200]!r}"
    if not isinstance(found, dict):
        return f"{service}: the answer is no object: {answer[:200]!r}"
    for name, wanted in (("service", service), ("version", version), ("status", "ok")):
        if found.get(name) != wanted:
            return f"{service}: {name} is {found.get(name)!r}, wanted {wanted!r}"
    return None if found.get("revision") else f"{service}: the answer names no revision"


def main() -> int:
    """Exit code 0 where the right service answers."""
    service, version = sys.argv[1:3]
    answer = sys.stdin.read()
    wrong = problem(answer, service, version)
    print(wrong or f"{service}: version {version}, revision {json.loads(answer)['revision']}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
