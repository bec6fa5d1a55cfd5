"""The deployment's command line; `bin/deploy/deploy.sh` calls it."""

from __future__ import annotations

import subprocess
import sys

import click

from common.errors import NbaError
from orchestration.deploy.plan import plan
from orchestration.deploy.target import Target


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--project", required=True, help="Google Cloud project.")
@click.option("--region", required=True, help="Region of services, schedules and bucket, e.g. us-east1.")
@click.option("--location", default="US", show_default=True, help="BigQuery location of the datasets.")
@click.option("--version", help="Version of the image and of the code [default: the commit that is checked out].")
@click.option("--project-number", help="Number of the project; given, the printed lines are shorter.")
@click.option("--notify", metavar="EMAIL", help="Who is told of alerts; without it they only show in the console.")
@click.option("--without-secret", "without", multiple=True, metavar="SETTING", help="A secret that there is none of.")
@click.option("--apply", "apply_it", is_flag=True, help="Run the lines, stopping at the first that fails.")
def deploy(
    project: str,
    region: str,
    location: str,
    version: str | None,
    project_number: str | None,
    notify: str | None,
    without: tuple[str, ...],
    apply_it: bool,
) -> None:
    """Print every command of a deployment, one a line and each safe to run twice; with --apply run them.

    Run a line by hand where you like: each is complete. Run all of it again whenever something has changed.
    """
    version = version or _commit()
    if apply_it and project_number is None:
        project_number = _output(["gcloud", "projects", "describe", project, "--format=value(projectNumber)"])
    steps = plan(Target(project, region, version, location, project_number, notify, without))
    total = sum(len(s.lines) for s in steps)
    done = 0
    for step in steps:
        click.echo(f"\n# {step.title}")
        for line in step.lines:
            click.echo(line)
            if apply_it:
                done += 1
                _run(line, done, total)
    if not apply_it:
        click.echo(f"\n# {total} commands, none of them run. With --apply they are.")


def _run(line: str, number: int, total: int) -> None:
    ended = subprocess.run(["bash", "-o", "pipefail", "-c", line], check=False)  # noqa: S603, S607 - the plan's own line
    if ended.returncode:
        raise click.ClickException(
            f"line {number} of {total} failed with exit code {ended.returncode}. "
            "Mend what it says and run the same again: what is done is not done twice."
        )


def _commit() -> str:
    return _output(["git", "rev-parse", "--short=12", "HEAD"])


def _output(command: list[str]) -> str:
    ended = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - constants and a project id
    if ended.returncode or not ended.stdout.strip():
        raise click.ClickException(f"{' '.join(command)}: {ended.stderr.strip() or 'no answer'}")
    return ended.stdout.strip()


if __name__ == "__main__":
    try:
        deploy(prog_name="bin/deploy/deploy.sh")
    except NbaError as error:
        click.echo(f"deploy: {error}", err=True)
        sys.exit(2)
