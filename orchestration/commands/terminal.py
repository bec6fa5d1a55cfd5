"""Where commands print their tables."""

from __future__ import annotations

import os
import sys

from rich.console import Console

# Of output that goes to a file or a pipe, whose reader has no width that could be asked for.
WIDTH = 160


def terminal() -> Console:
    """The terminal in its own width; a file or a pipe in one that the tables fit (COLUMNS overrules it)."""
    return Console(width=None if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDTH)
