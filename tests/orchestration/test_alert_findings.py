"""What a person should know of a date, from rows made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from common import clock
from common.context import Context
from common.errors import PayloadError
from common.quarantine import QuarantinedPayload
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.alert_findings import Finding, findings
from orchestration.completeness import completeness
from tests.orchestration.alert_rows import FEEDS, FIRST, GameDate, clean

pytestmark = pytest.mark.stack
VALIDATION = Path(__file__).resolve().parents[2] / "bin" / "monitoring" / "validate_night.sql"
KEY = "canary-4711-key-of-a-source"
_days = (FIRST + timedelta(days=10 * n) for n in range(30))


@pytest.fixture(scope="module", autouse=True)
def _cleaned(warehouse_settings: Settings) -> Iterator[None]:
    yield
    clean(Warehouse(warehouse_settings))


@pytest.fixture
def game(context: Context) -> GameDate:
    """A date of its own for every test."""
    return GameDate(context, next(_days))


def found(game: GameDate, at: datetime | None = None) -> dict[str, Finding]:
    game.context.flush()
    with clock.simulated(at or game.morning_after):
        # What other tests left in quarantine belongs to no date of these.
        return {
            f.key.replace(str(game.day), "DAY"): f
            for f in findings(game.context, game.day, game.day)
            if f.kind != "quarantined" or "alert-test" in f.subject
        }


def test_a_game_without_a_box_score_is_a_missing_date_once_it_is_over(game: GameDate) -> None:
    game.feeds_are_fresh()
    assert found(game, game.at(22, 40)) == {}
    after = found(game)
    assert list(after) == ["missing_date/DAY/nba_raw.team_boxscores"]
    (missing,) = after.values()
    assert f"1 game without a box score (NYK at BOS {game.game_id})" in missing.words
    assert missing.game_date == game.day


def test_predictions_are_missed_an_hour_before_the_game_not_in_the_morning(game: GameDate) -> None:
    game.quote()
    game.feeds_are_fresh()
    key = "missing_date/DAY/nba_predictions.player_prop_predictions"
    assert key not in found(game, game.at(17, 59))
    assert "1 quoted players without a prediction" in found(game, game.at(18, 0))[key].words


def lines_of_the_night(game: GameDate) -> dict[str, tuple[str, str]]:
    """What the validation of the night says: (ok or no, figures) by name."""
    text = VALIDATION.read_text(encoding="utf-8")
    told = game.context.warehouse.query(text, {"day": game.day}).rows[0]["told"]
    return {name: (ok, figures) for ok, name, figures in (line.split("|", 2) for line in told.split("\n"))}


def test_most_games_of_a_date_off_is_a_gap_wherever_people_look(game: GameDate) -> None:
    game.feeds_are_fresh()
    game.more_games(1, postponed=True)
    key = "missing_date/DAY/nba_raw.schedule"
    assert key not in found(game)
    assert lines_of_the_night(game)["schedule"][0] == "ok"

    game.more_games(2, postponed=True, first=1)

    assert "3 of 4 games of the date are postponed" in found(game)[key].words
    counted = completeness(game.context, game.day, game.day)
    assert not counted.complete
    assert any("3 of 4 games of the date are postponed" in words for words in counted.days[0].gaps)
    assert lines_of_the_night(game)["schedule"][0] == "no"


def test_predictions_without_features_are_a_gap(game: GameDate) -> None:
    game.feeds_are_fresh()
    key = "missing_date/DAY/nba_precompute.ml_feature_store"
    game.predicted("edge", *["no_history"] * 9)
    assert key not in found(game)
    game.predicted("no_features", "no_features")
    assert "2 of 12 predictions made without features" in found(game)[key].words
    ok, figures = lines_of_the_night(game)["predictions"]
    assert (ok, "2 of 12 predictions without features" in figures) == ("no", True)


def test_the_latest_run_over_the_date_counts(game: GameDate) -> None:
    game.feeds_are_fresh()
    key = "failed_phase/DAY/phase3 player_game_summary"
    game.failed("player_game_summary", game.at(24))
    game.ran("phase4", "player_daily_cache", "timed_out", game.at(24))
    told = found(game)
    assert told[key].words == "phase3 player_game_summary failed: player_game_summary does not add up"
    assert told["failed_phase/DAY/phase4 player_daily_cache"].words.endswith("timed out: no reason told")
    game.ran("phase3", "player_game_summary", "success", game.at(25))
    assert key not in found(game)
    game.failed("player_game_summary", game.at(26), attempt=5)
    told = found(game)
    assert key not in told
    assert "delivered 5 times" in told["dead_letter/DAY/phase3 player_game_summary"].words


def test_a_scraper_that_asked_five_times_has_no_dead_letter(game: GameDate) -> None:
    game.feeds_are_fresh("oddsa_events")
    game.ran("phase1", "oddsa_events", "failed", game.at(20), attempt=5, error_message="HTTP 503")
    told = found(game)
    assert told["failed_phase/DAY/phase1 oddsa_events"].words == "phase1 oddsa_events failed: HTTP 503"
    # The failure is told; that nothing came is the same news.
    assert not [k for k in told if k.startswith("stale_source")]


def test_a_feed_is_stale_when_a_slot_has_gone_by_without_it(game: GameDate) -> None:
    stale = {f"stale_source/DAY/{feed}" for feed in FEEDS}
    assert found(game, game.at(9, 59)) == {}
    assert set(found(game, game.at(10))) == {"stale_source/DAY/nbac_schedule"}
    # Quotes from six hours before the game on: the slot of 14:00 is over at 16:00.
    quotes = {"nbac_schedule", "oddsa_events", "oddsa_player_props", "oddsa_game_lines"}
    assert set(found(game, game.at(15, 59))) == {"stale_source/DAY/nbac_schedule"}
    assert set(found(game, game.at(16))) == {f"stale_source/DAY/{feed}" for feed in quotes}
    assert set(found(game, game.at(18))) == stale
    game.ran("phase1", "oddsa_events", "success", game.at(14, 5))
    game.payload("oddsa_player_props", game.at(14, 1))
    assert set(found(game, game.at(16))) == {
        f"stale_source/DAY/{feed}" for feed in quotes - {"oddsa_events", "oddsa_player_props"}
    }
    late = found(game, game.at(18))["stale_source/DAY/oddsa_player_props"]
    assert late.words == (
        f"oddsa_player_props is stale: nothing since {game.day} 14:01 ET, due from {game.day} 16:00 ET on"
    )


def test_a_report_must_have_been_found_not_only_looked_for(game: GameDate) -> None:
    game.feeds_are_fresh("nbac_injury_report")
    key = "stale_source/DAY/nbac_injury_report"
    game.ran("phase1", "nbac_injury_report", "success", game.at(12), rows_in=0)
    assert key in found(game, game.at(18))
    game.ran("phase1", "nbac_injury_report", "success", game.at(13), rows_in=1)
    assert key not in found(game, game.at(18))


def test_a_missing_key_is_named(game: GameDate) -> None:
    game.feeds_are_fresh("oddsa_events")
    words = "set the environment variable NBA_ODDS_API_KEY"
    game.ran("phase1", "oddsa_events", "not_ready", game.at(20), error_message=words)
    assert words in found(game)["stale_source/DAY/oddsa_events"].words


def test_nothing_is_stale_on_a_date_without_games(context: Context) -> None:
    day = next(_days)
    with clock.simulated(clock.eastern(day + timedelta(days=1), 6, 40)):
        assert [f for f in findings(context, day, day) if f.kind != "quarantined"] == []


def test_a_finding_holds_no_secret(game: GameDate) -> None:
    Settings(odds_api_key=KEY)
    game.feeds_are_fresh()
    game.ran("phase2", "oddsa_events", "failed", game.at(20), error_message=f"GET /v4?apiKey={KEY} said {KEY} " * 90)
    words = found(game)["failed_phase/DAY/phase2 oddsa_events"].words
    assert "***" in words
    assert KEY not in words
    assert len(words) == 400


def test_quarantine_is_told_for_its_date_and_what_has_none_for_today(game: GameDate) -> None:
    game.feeds_are_fresh()
    far, season = "2061-12-31", "2060-61"
    paths = [f"oddsa_events/{scope}/alert-test/1Z.json.gz" for scope in (str(game.day), far, season)]
    error = PayloadError("not JSON", feed="oddsa_events")
    game.context.quarantine.payloads([QuarantinedPayload("oddsa_events", path, error) for path in paths])
    try:
        told = {f.subject: f.game_date for f in found(game).values() if f.kind == "quarantined"}
    finally:
        game.context.quarantine.resolved(paths)
    assert told == {paths[0]: game.day, paths[2]: game.day + timedelta(days=1)}
