"""A stack is up on a folder only where its lock is held and `stack.json` is of this very folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.local.folder_lock import FolderInUseError, FolderLock
from orchestration.local.stack_state import alone, remove, running_stack, write

ROOT = Path(__file__).parents[3]
# A stack as others see it: it has the lock, listens, and says so.
STACK = """
import socket, sys
from pathlib import Path
from orchestration.local.stack_state import alone, write
folder = Path(sys.argv[1])
with socket.create_server(("127.0.0.1", 0)) as listening, alone(folder, 0, until=lambda: False):
    write(folder, {"bigquery_endpoint": f"http://127.0.0.1:{listening.getsockname()[1]}"})
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", STACK, str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


def state_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "stack.json").read_text())
    return found


def test_the_stack_of_a_folder_is_found_under_whatever_name(stack: subprocess.Popen[str], tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(tmp_path / "data")
    for name in ("data", "linked"):
        found = running_stack(tmp_path / name)
        assert found is not None
        assert found["pid"] == stack.pid
        assert found["data_dir"] == str(tmp_path / "data")


def test_a_copy_of_the_folder_is_not_the_stacks(stack: subprocess.Popen[str], tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    os.link(tmp_path / "data" / "stack.lock", tmp_path / "copy" / "lock")
    # The harder copy, made of links: its lock is the very file that the stack holds.
    (tmp_path / "copy" / "lock").replace(tmp_path / "copy" / "stack.lock")
    assert (tmp_path / "copy" / "stack.lock").samefile(tmp_path / "data" / "stack.lock")
    assert state_of(tmp_path / "copy")["pid"] == stack.pid
    assert running_stack(tmp_path / "copy") is None


def test_a_killed_stacks_file_is_stale_also_when_its_process_id_is_somebody_elses(
    stack: subprocess.Popen[str], tmp_path: Path
) -> None:
    stack.kill()
    stack.wait(10)
    folder = tmp_path / "data"
    assert running_stack(folder) is None
    # This process is alive and has not the lock: the file alone says nothing.
    (folder / "stack.json").write_text(json.dumps(state_of(folder) | {"pid": os.getpid()}))
    assert running_stack(folder) is None
    # Another one has the lock, but is not (yet) the one that the file names.
    with alone(folder, 0, until=lambda: False) as ours:
        assert ours
        assert not (folder / "stack.json").exists()
        (folder / "stack.json").write_text(json.dumps({"pid": stack.pid, "bigquery_endpoint": "http://127.0.0.1:1"}))
        assert running_stack(folder) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": 1}', "{"])
def test_a_file_that_makes_no_sense_names_no_stack(text: str, tmp_path: Path) -> None:
    with alone(tmp_path, 0, until=lambda: False):
        (tmp_path / "stack.json").write_text(text)
        assert running_stack(tmp_path) is None


def test_a_stack_that_does_not_listen_is_not_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, alone(tmp_path, 0, until=lambda: False):
        write(tmp_path, {"bigquery_endpoint": f"http://127.0.0.1:{listening.getsockname()[1]}"})
        assert running_stack(tmp_path) is not None
        listening.close()
        assert running_stack(tmp_path) is None


def test_nothing_is_up_where_there_is_no_folder(tmp_path: Path) -> None:
    assert running_stack(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_in_use_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    threading.Timer(0.5, lock.release).start()
    with alone(tmp_path, 20, until=lambda: False) as ours:
        assert ours


def test_a_wait_for_a_folder_ends_with_the_name_of_who_has_it_or_with_his_stack(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.acquire()
    began = time.monotonic()
    with (
        pytest.raises(FolderInUseError, match=f"process {os.getpid()}"),
        alone(tmp_path, 0.3, until=lambda: running_stack(tmp_path)),
    ):
        pytest.fail("the folder is in use")
    assert time.monotonic() - began >= 0.3
    with socket.create_server(("127.0.0.1", 0)) as listening:
        write(tmp_path, {"bigquery_endpoint": f"http://127.0.0.1:{listening.getsockname()[1]}"})
        with alone(tmp_path, 20, until=lambda: running_stack(tmp_path)) as ours:
            assert not ours
    remove(tmp_path)
    lock.release()
