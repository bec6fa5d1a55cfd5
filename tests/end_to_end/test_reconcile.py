"""The reconciler: a whole date needs nothing; what was lost is named, sent once, and the tables are whole again."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from common.errors import PayloadError, TransientError
from common.quarantine import QuarantinedPayload
from common.settings import Settings
from orchestration.reconciler import Need, Reconciler
from orchestration.session import Session, embedded
from tests.end_to_end.pipeline import Finished, environment, fingerprints

pytestmark = pytest.mark.stack
VALIDATE = str(Path(__file__).resolve().parents[2] / "bin" / "monitoring" / "validate_overnight_fix.sh")
_LOST = (
    "SELECT path FROM nba_orchestration.raw_files "
    "WHERE feed = 'oddsa_player_props' AND outcome = 'landed' AND scope = @scope ORDER BY path LIMIT 1"
)


@pytest.fixture(scope="module")
def session(undisturbed: Finished, recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A copy of the small run's data folder, served."""
    folder = tmp_path_factory.mktemp("reconciled") / "data"
    shutil.copytree(undisturbed.data_dir, folder, symlinks=True, ignore=shutil.ignore_patterns("*.json", "*.lock"))
    with embedded(Settings(data_dir=folder, source="recorded", archive=recorded)) as found:
        yield found


@pytest.fixture
def reconcile(session: Session, small_archive_days: tuple[str, str, str]) -> Callable[..., list[Need]]:
    def settle() -> None:
        if not session.stack.broker.wait_idle(120):
            raise TransientError("the cascade did not settle")

    def run(*, dry_run: bool = False) -> list[Need]:
        day = date.fromisoformat(small_archive_days[0])
        return Reconciler(session.context, session.services, dry_run=dry_run, settle=settle).run(day, day)

    return run


def execute(session: Session, sql: str, table: str, **params: object) -> None:
    session.context.warehouse.execute(sql, params, work=[uuid.uuid4()], table=table)


@pytest.fixture
def validate(session: Session, small_archive_days: tuple[str, str, str]) -> Callable[[], tuple[int, dict[str, str]]]:
    """The night's validation: (exit code, what stands behind the name of each check that failed)."""

    def run() -> tuple[int, dict[str, str]]:
        done = subprocess.run(
            [VALIDATE, small_archive_days[0]],
            env=environment(NBA_DATA_DIR=str(session.context.settings.data_dir), NO_COLOR="1"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stderr == ""
        bad = [line[2:] for line in done.stdout.splitlines() if line.startswith("✗")]
        assert len(bad) + done.stdout.count("✓") == 16
        return done.returncode, {line[:22].strip(): line[23:] for line in bad}

    return run


def test_a_whole_date_needs_nothing(
    reconcile: Callable[..., list[Need]], validate: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    assert validate() == (0, {})
    assert reconcile() == []


def test_what_was_lost_is_named_sent_once_and_whole_again(
    session: Session,
    reconcile: Callable[..., list[Need]],
    validate: Callable[[], tuple[int, dict[str, str]]],
    small_archive_days: tuple[str, str, str],
) -> None:
    day, _, history = small_archive_days
    warehouse = session.context.warehouse
    before = fingerprints(warehouse, computed_from=history)
    (lost,) = warehouse.query(_LOST, {"scope": day}).rows
    # A payload that no batch has read, a processor whose message was lost, and one that failed.
    execute(
        session,
        "DELETE FROM nba_raw.player_prop_lines WHERE raw_path = @path AND game_date = DATE(@day)",
        "nba_raw.player_prop_lines",
        path=lost["path"],
        day=day,
    )
    execute(
        session, "DELETE FROM nba_orchestration.raw_files WHERE path = @path", "nba_orchestration.raw_files", **lost
    )
    runs = "nba_orchestration.processor_runs"
    execute(session, f"DELETE FROM {runs} WHERE processor = 'team_offense_game_summary'", runs)
    execute(
        session,
        f"UPDATE {runs} SET status = 'failed', error_message = 'out of luck' "
        "WHERE processor = 'team_defense_zone_analysis'",
        runs,
    )

    code, bad = validate()
    assert code == 1
    assert bad == {
        "finished: phase4": "5 processors; team_defense_zone_analysis failed",
        "analytics in parallel": bad["analytics in parallel"],
    }
    assert bad["analytics in parallel"].startswith("4 processors")
    seen = reconcile(dry_run=True)

    named = {(n.phase, n.what.split(":")[0]): n.why for n in seen}
    assert named["phase2", "1 payloads never reached a table"] == "Phase 2 has not read it"
    assert named["analytics", "team_offense_game_summary"] == "has not run over this date"
    assert named["precompute", "team_defense_zone_analysis"] == "failed: out of luck"
    assert {n.sent for n in seen} == {"nothing: only looking"}
    assert warehouse.query(_LOST, {"scope": day}).rows != [lost]

    sent = reconcile()

    assert {(n.phase, n.what.split(":")[0]) for n in seen} <= {(n.phase, n.what.split(":")[0]) for n in sent}
    assert {n.sent for n in sent} == {"message", "call"}
    assert fingerprints(warehouse, computed_from=history) == before
    assert reconcile() == []
    assert validate() == (0, {})


def test_what_cannot_be_read_waits_for_a_person_and_is_not_sent_again(
    session: Session, reconcile: Callable[..., list[Need]], validate: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    path = "oddsa_player_props/2024-11-07/x/20241107T170000000000Z.json.gz"
    error = PayloadError("not JSON", feed="oddsa_player_props", raw_path=path)
    session.context.quarantine.payloads([QuarantinedPayload("oddsa_player_props", path, error, b"{")])
    for _ in range(2):
        (need,) = reconcile()
        assert (need.waits, need.what) == (True, f"{path} lies in quarantine")
    assert validate() == (1, {"quarantine": f"1 waiting: {path}"})
    session.context.quarantine.resolved([path])
    assert validate() == (0, {})


def test_the_schedulers_call_takes_words_for_dates_and_is_bounded(session: Session) -> None:
    body = {"start_date": "yesterday", "end_date": "today", "trigger": "reconcile", "dry_run": True}
    answer = session.services.post("orchestration", "reconcile", {**body, "simulated_at": "2024-11-08T12:00:00Z"})
    assert (answer["http_status"], answer["status"]) == (200, "ok")
    assert (
        session.services.post("orchestration", "reconcile", {**body, "start_date": "2024-01-01"})["http_status"] == 400
    )
