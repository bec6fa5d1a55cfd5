"""Child process around Google's Pub/Sub emulator. `python -m orchestration.local.emulator_process COMMAND...`.

The emulator is a Java program, which does not notice the death of who started it; this process does, and ends it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence

from orchestration.local.child import die_with_parent

# Less than what `die_with_parent` grants between SIGTERM and the end.
_STOP_SECONDS = 3.0


def main(command: Sequence[str] | None = None) -> None:
    """Run `command` to its end and exit with its code; end it at SIGTERM or the parent's death."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    die_with_parent()
    running = subprocess.Popen(command or sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603 - emulator.py's command
    try:
        code = running.wait()
    finally:
        running.terminate()
        try:
            running.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
    sys.exit(code)


if __name__ == "__main__":
    main()
