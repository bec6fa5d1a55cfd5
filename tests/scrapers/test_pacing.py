"""Hosts are spared."""

from __future__ import annotations

from scrapers.pacing import MIN_INTERVALS, Pacer


def test_requests_to_one_host_keep_its_interval_and_other_hosts_do_not_wait() -> None:
    naps: list[float] = []
    pacer = Pacer({"stats.nba.com": 0.6}, sleep=naps.append, monotonic=lambda: 100.0)
    waits = [pacer.wait("stats.nba.com") for _ in range(3)]
    assert [round(w, 6) for w in waits] == [0.0, 0.6, 1.2]
    assert pacer.wait("api.the-odds-api.com") == 0
    assert [round(n, 6) for n in naps] == [0.6, 1.2]


def test_who_comes_late_enough_does_not_wait() -> None:
    moments = iter([0.0, 0.7, 10.0])
    pacer = Pacer({"stats.nba.com": 0.6}, sleep=lambda _: None, monotonic=lambda: next(moments))
    assert [pacer.wait("stats.nba.com") for _ in range(3)] == [0, 0, 0]


def test_the_sites_that_throttle_have_their_interval() -> None:
    assert MIN_INTERVALS["stats.nba.com"] >= 0.6
    assert MIN_INTERVALS["www.basketball-reference.com"] >= 3.5
