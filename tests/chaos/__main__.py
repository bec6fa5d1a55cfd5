"""`python -m tests.chaos --runs N [--seed S]`: runs killed at random moments must leave the tables of a clean one."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from tests.chaos.harness import clean_run, disturbed_run, forget


@click.command()
@click.option("--runs", type=click.IntRange(min=1), required=True, help="How many series.")
@click.option("--seed", default=1, show_default=True, help="Seed of the first; each further one has the next.")
@click.option("--fresh", is_flag=True, help="Begin with an empty folder: kills may hit the migrations.")
@click.option("--keep", type=click.Path(path_type=Path), help="Where the folders go; those that are equal are removed.")
def main(runs: int, seed: int, fresh: bool, keep: Path | None) -> None:
    """Exit code 0 only when every series ended well, with the tables of a clean run."""
    root = keep or Path(tempfile.mkdtemp(prefix="nba-chaos-"))
    clean = clean_run(root / "clean")
    rows = sum(c.rows for c in clean.tables.values())
    click.echo(f"clean run: {clean.seconds:.1f} s, {len(clean.tables)} tables, {rows} rows, in {root}")
    verdicts = []
    killed: Counter[str] = Counter()
    for number in range(seed, seed + runs):
        verdict = disturbed_run(number, root / f"seed-{number}", clean, fresh=fresh)
        click.echo(verdict.words)
        verdicts.append(verdict)
        killed.update(who for a in verdict.series.attempts for who, _ in a.kills)
        if verdict.good:
            forget(root / f"seed-{number}")
    good = sum(v.good for v in verdicts)
    quiet = max(a.quiet for v in verdicts for a in v.series.attempts)
    kills = ", ".join(f"{who} {n}" for who, n in sorted(killed.items()))
    click.echo(f"{good} of {runs} series equal; killed: {kills or 'nothing'}; longest quiet {quiet:.1f} s")
    sys.exit(0 if good == runs else 1)


if __name__ == "__main__":
    main()
