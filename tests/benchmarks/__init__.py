"""Benchmarks: run by hand, each prints ratios within one run; none asserts a time."""
