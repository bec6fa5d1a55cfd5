"""Equal calls share their work, writers of a table take turns, and nothing of it stays behind."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.deadline import Deadline, within
from common.errors import DeadlineExceededError
from common.turns import EqualCalls, Turns


def test_of_fifty_equal_calls_one_works_and_the_others_share_the_next_run() -> None:
    calls, runs, begun, go_on = EqualCalls(), [0], threading.Event(), threading.Event()

    def work() -> int:
        runs[0] += 1
        begun.set()
        assert go_on.wait(10)
        return runs[0]

    with ThreadPoolExecutor(50) as pool:
        first = pool.submit(calls.answer, "key", work, 10)
        assert begun.wait(10)
        others = [pool.submit(calls.answer, "key", work, 10) for _ in range(49)]
        until(lambda: pool._work_queue.empty())
        time.sleep(0.05)
        go_on.set()
        assert first.result(10) == 1
        # None of them is told what a run found that had begun before it came.
        assert {f.result(10) for f in others} == {2}
    assert runs == [2]
    assert (calls._running, calls._next) == ({}, {})


def test_calls_that_differ_do_not_wait_for_each_other() -> None:
    calls, both = EqualCalls(), threading.Barrier(2)

    def work() -> None:
        both.wait(10)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(calls.answer, key, work, 1) for key in ("one", "two")]:
            future.result(10)


def test_an_error_is_shared_and_the_next_call_works_again() -> None:
    calls = EqualCalls()

    def fail() -> None:
        raise ValueError("once")

    with pytest.raises(ValueError, match="once"):
        calls.answer("key", fail, 1)
    assert calls.answer("key", lambda: "done", 1) == "done"


def test_a_wait_for_an_equal_call_is_bounded() -> None:
    calls, begun, go_on = EqualCalls(), threading.Event(), threading.Event()

    def hang() -> str:
        begun.set()
        go_on.wait(10)
        return "done"

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(calls.answer, "key", hang, 10)
        assert begun.wait(10)
        waiting = [pool.submit(calls.answer, "key", hang, 0.1) for _ in range(2)]
        for future in waiting:
            with pytest.raises(DeadlineExceededError, match="equal call"):
                future.result(10)
        go_on.set()
        assert first.result(10) == "done"
    assert calls.answer("key", lambda: "again", 1) == "again"


def test_one_at_a_time_a_name_and_whoever_waited_is_told() -> None:
    turns, inside, most, waits = Turns(), [0], [0], []

    def write() -> None:
        with turns.of(["b", "a"], 10) as waited:
            waits.append(waited)
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.01)
            inside[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(write) for _ in range(8)]:
            future.result(10)
    assert most == [1]
    assert waits.count(False) >= 1
    assert waits.count(True) >= 1
    assert turns._places == {}


def test_a_turn_is_waited_for_so_long_and_no_longer() -> None:
    turns = Turns()
    bounded = pytest.raises(DeadlineExceededError, match="another writer")
    with turns.of(["a"], 1), ThreadPoolExecutor(1) as pool, bounded:
        pool.submit(lambda: turns.of(["a"], 0.1).__enter__()).result(10)
    with turns.of(["a"], 0.1) as waited:
        assert not waited
    assert turns._places == {}


def test_whose_deadline_has_passed_has_lost_his_turn() -> None:
    turns, release = Turns(), threading.Event()
    deadline = Deadline(60, "one that hangs")

    def hang() -> None:
        with within(deadline), turns.of(["a"], 60):
            release.wait(10)

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(hang)
        until(lambda: "a" in turns._places)
        deadline.revoke()
        with turns.of(["a"], 5) as waited:
            # The one that wakes up late does not end somebody else's turn.
            release.set()
            hanging.result(10)
            assert turns._places["a"].taken
        assert waited in {True, False}
    assert turns._places == {}


def until(true: object) -> None:
    assert callable(true)
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.005)
