"""A small copy of the recorded archive with chosen damage, made in a test's own folder."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any


def doctored_archive(
    recorded: Path, target: Path, *, first: str, last: str, damage: Callable[[dict[str, Any], Path], bool]
) -> Path:
    """Copy the entries of dates in [first, last] (and schedules) to `target`.

    `damage(entry, file)` may change the copied file; when it returns False the entry is left out.
    """
    kept = []
    for line in (recorded / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        day = next((p.removesuffix(".json.gz") for p in Path(entry["file"]).parts if p[:2] == "20"), "")
        if "schedule" not in entry["file"] and not first <= day[:10] <= last:
            continue
        copy = target / entry["file"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(recorded / entry["file"], copy)
        copy.chmod(0o644)
        if damage(entry, copy):
            kept.append(entry)
    (target / "index.jsonl").write_text("".join(json.dumps(e) + "\n" for e in kept), encoding="utf-8")
    return target


def read(file: Path) -> Any:
    """The JSON of a recorded response."""
    return json.loads(gzip.decompress(file.read_bytes()))


def write(file: Path, content: Any) -> None:
    """Put another JSON in its place; bytes are written as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.write_bytes(gzip.compress(body))
