"""A night by the schedules as they are written: with damage the validation names it, and the reconciler mends it."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.settings import Settings
from orchestration.commands.night import validate
from orchestration.day import DayWalker
from orchestration.local.broker_leases import Lease
from orchestration.local.dispatcher import Fate
from orchestration.night import NightWalker, calls_between
from orchestration.reconciler import Reconciler
from orchestration.schedules import Schedules
from orchestration.session import Session, embedded
from tests.end_to_end.doctored import doctored_archive, write
from tests.migrated import migrated

pytestmark = pytest.mark.stack
DAY, HISTORY = date(2024, 11, 7), "2024-11-01"
GRADES = "nba_predictions.prediction_accuracy"
# What would mend the damage by itself, and what no archive has.
SKIP = ("reconcile", "grading", "injury-discovery", "referee-discovery", "early-game-1", "early-game-2")


def test_every_call_of_a_night_is_made_at_its_moment() -> None:
    schedules = Schedules.load()
    begin, end = clock.eastern(DAY, 18), clock.eastern(DAY + timedelta(days=1), 7)
    calls = [
        (m.astimezone(clock.EASTERN).strftime("%H:%M"), s.name)
        for m, s in calls_between(schedules, begin, end)
        if s.name not in SKIP
    ]
    assert [c for c in calls if c[1] != "morning-operations" and not c[1].startswith("alert")] == [
        ("20:00", "betting-lines"),
        ("22:00", "post-game-1"),
        ("01:00", "post-game-2"),
        ("04:00", "post-game-3"),
        ("06:00", "phase4-catch-up"),
        ("07:00", "phase5-catch-up"),
    ]
    hourly = [m for m, s in calls_between(schedules, begin, end) if s.name == "reconcile"]
    assert len(hourly) == 26


def bad_lines(session: Session) -> dict[str, str]:
    """What stands behind each check that failed."""
    _code, told = validate(session.context.settings, DAY)
    assert told.count("✓") + told.count("✗ ") == 16, told
    return {line[2:24].strip(): line[25:] for line in told.splitlines() if line.startswith("✗")}


class Dropping:
    """Loses every message to one subscription from 22:00 of the date on."""

    def __init__(self, subscription: str) -> None:
        self._subscription = subscription
        self.lost = 0

    def __call__(self, lease: Lease) -> Fate:
        if lease.subscription.name.rsplit("/", 1)[1] != self._subscription:
            return Fate.DELIVER
        event = json.loads(base64.b64decode(lease.data))
        if event["simulated_at"] is None or clock.parse_utc(event["simulated_at"]) < clock.eastern(DAY, 22):
            return Fate.DELIVER
        self.lost += 1
        return Fate.DROP


@pytest.fixture
def one_corrupted(recorded: Path, tmp_path: Path) -> Path:
    """The archive with one broken payload: the quotes of one of the date's games."""
    broken = []

    def damage(entry: dict[str, Any], file: Path) -> bool:
        if not broken and f"event_odds/{DAY}" in entry["file"]:
            broken.append(entry)
            write(file, b'{"timestamp": "2024-11-07T17:00:00Z", "data": {"id": ')
        return True

    archive = doctored_archive(recorded, tmp_path / "archive", first=HISTORY, last="2024-11-08", damage=damage)
    assert len(broken) == 1
    return archive


def rename(session: Session, table: str, to: str) -> None:
    session.context.warehouse.execute(f"ALTER TABLE {table} RENAME TO {to}", {}, work=[uuid.uuid4()], table=table)


def test_damage_of_a_night_is_named_and_mended_but_for_what_waits_for_a_person(
    one_corrupted: Path, tmp_path: Path
) -> None:
    dropping = Dropping("phase3-analytics")
    settings = Settings(data_dir=migrated(tmp_path / "data"), source="recorded", archive=one_corrupted)
    with embedded(settings, hook=dropping) as session:
        DayWalker(session).fill_history(DAY, date.fromisoformat(HISTORY))
        walker = NightWalker(session, Schedules.load(), skip=SKIP)
        walker.walk(clock.eastern(DAY, 5, 59), clock.eastern(DAY, 21))
        # From the evening on, grading has no table to write to.
        rename(session, GRADES, "prediction_accuracy_away")
        walker.walk(clock.eastern(DAY, 21), clock.eastern(DAY + timedelta(days=1), 12))
        rename(session, f"{GRADES}_away", "prediction_accuracy")
        assert dropping.lost > 0

        bad = bad_lines(session)
        assert "prediction_accuracy failed" in bad["finished: grading"]
        assert "77 players, 0 summaries" in bad["completeness"]
        assert "1 waiting: oddsa_player_props" in bad["quarantine"]

        def settle() -> None:
            assert session.stack.broker.wait_idle(300)

        reconciler = Reconciler(session.context, session.services, settle=settle)
        needs = {n.what.split(":")[0].split(" ")[0] for n in reconciler.run(DAY, DAY)}
        assert {"player_game_summary", "prediction_accuracy"} <= needs
        assert list(bad_lines(session)) == ["quarantine"]
        assert all(n.waits for n in reconciler.run(DAY, DAY))
