"""A hand-made day of predictions, graded: what counts, what is void, what is apart."""

from __future__ import annotations

import itertools
import math
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.events import deterministic_id
from common.merge import MergeResult
from data_processors.grading.prediction_accuracy.prediction_accuracy_processor import PROCESSOR

pytestmark = pytest.mark.stack
_numbers = itertools.count()
BOS = {"season_type": "Regular Season", "team_id": 1, "team": "BOS", "opponent": "NYK", "is_home": True}
NYK = {"season_type": "Regular Season", "team_id": 2, "team": "NYK", "opponent": "BOS", "is_home": False}


def normal_cdf_table(mean: float | None, spread: float | None) -> list[float]:
    """A normal discretised on the integers from 0, to 6 decimals; empty without one."""
    if mean is None or spread is None:
        return []
    table = (0.5 * math.erfc(-(k + 0.5 - mean) / spread / math.sqrt(2)) for k in range(131))
    rounded = [round(p, 6) for p in table]
    return rounded[: rounded.index(1.0) + 1]


@dataclass
class GradedDay:
    """One date with one game, BOS against NYK at 19:00 Eastern; moments are hours of that date."""

    context: Context
    game_id: str
    day: date
    predictions: list[dict[str, Any]] = field(default_factory=list)

    def at(self, hour: float) -> datetime:
        return clock.eastern(self.day, 0) + timedelta(hours=hour)

    def load(self, table: str, rows: list[dict[str, Any]]) -> None:
        now = datetime.now(UTC)
        lineage = {"source": "t", "scope": "t", "raw_path": "t", "source_row_hash": "t", "fetched_at": now}
        own = set(self.context.warehouse.columns(table))
        shared = {"game_id": self.game_id, "game_date": self.day, "season": "2031-32", "loaded_at": now, **lineage}
        filled = [{k: v for k, v in {**shared, **row}.items() if k in own} for row in rows]
        self.context.warehouse.load(table, filled, work=[uuid.uuid4()])

    def schedule(self, tip_off: float) -> None:
        teams = {"home_team": "BOS", "away_team": "NYK", "home_team_id": 1, "away_team_id": 2}
        row = {"season_type": "Regular Season", "tip_off": self.at(tip_off), "postponed": False, **teams}
        self.load("nba_raw.schedule", [row])

    def play(self, points: dict[int, int], *, minutes: int = 30) -> None:
        """A whole box score: these players of BOS, and one of NYK."""
        self.teams(sum(points.values()), minutes * len(points))
        self.box(points, minutes=minutes)
        self.box({900: 7}, minutes=48, of=NYK)

    def teams(self, points: int, minutes: int) -> None:
        """Both teams' box scores: that of BOS, and that of the one player of NYK."""
        self.load(
            "nba_raw.team_boxscores", [BOS | {"points": points, "minutes": minutes}, NYK | {"points": 7, "minutes": 48}]
        )

    def box(self, points: dict[int, int], *, minutes: int, of: dict[str, Any] | None = None) -> None:
        lines = [
            (of or BOS) | {"player_id": p, "player_name": f"P{p}", "points": n, "minutes": minutes}
            for p, n in points.items()
        ]
        self.load("nba_raw.player_boxscores", lines)

    def stand_in(self, points: dict[int | None, int], *, of: dict[str, Any] | None = None) -> None:
        """BallDontLie's lines of a team, of 30 minutes each."""
        line = {"source": "bdl_box_scores", "played": True, "minutes": 30, "resolved_by": "team"}
        named = [
            (of or BOS) | line | {"player_id": p, "player_name": f"P{p}", "name_key": f"p{p}"}
            | {"source_player_id": f"{(of or BOS)['team']}{n}"}
            | {"points": points[p]} for n, p in enumerate(points)
        ]  # fmt: skip
        self.load("nba_raw.source_player_boxscores", named)

    def quote(self, line: float, *, at: float, player: int = 1, bookmaker: str = "fanduel", main: bool = True) -> None:
        row = {
            "player_id": player,
            "player_name": f"P{player}",
            "resolved_by": "team",
            "bookmaker": bookmaker,
            "market": "player_points",
            "line": line,
            "is_main_line": main,
            "snapshot_at": self.at(at),
            "tip_off": self.at(19),
            "event_id": "x",
        }
        self.load("nba_raw.player_prop_lines", [row])

    def predict(self, player: int = 1, **changes: Any) -> None:
        """A version made at 9:00 that recommends OVER 20.5 at 1.9 on a quote of 8:00."""
        hours = {k: changes.pop(k) for k in ("created", "closed", "quoted", "tip_off") if k in changes}
        closed = hours.get("closed")
        row = {
            "prediction_id": uuid.uuid4().hex,
            "tip_off": self.at(hours.get("tip_off", 19)),
            "player_id": player,
            "player_name": f"P{player}",
            "team": "BOS",
            "opponent": "NYK",
            "system_id": "moving_average_baseline",
            "model_version": "1",
            "feature_version": "v1",
            "bookmaker": "fanduel",
            "line": 20.5,
            "over_price": 1.9,
            "under_price": 1.92,
            "line_snapshot_at": self.at(hours.get("quoted", 8)),
            "predicted_points": 23.4,
            "spread": 7.3,
            "p_over": 0.62,
            "p_under": 0.38,
            "p_push": 0.0,
            "fair_p_over": 0.5,
            "expected_value": 0.178,
            "recommendation": "OVER",
            "reason": "edge",
            "content_hash": "c",
            "feature_cutoff": self.at(hours.get("created", 9)),
            "created_at": self.at(hours.get("created", 9)),
            "closed_at": None if closed is None else self.at(closed),
            "is_current": closed is None,
            "batch_id": "b",
        }
        row |= changes
        cdf = changes.get("cdf") or normal_cdf_table(row["predicted_points"], row["spread"])
        if cdf:
            row["distribution_id"] = deterministic_id(cdf)
            self.load(
                "nba_predictions.predictive_distributions", [{"distribution_id": row["distribution_id"], "cdf": cdf}]
            )
        self.predictions.append(row)

    def grade(self) -> MergeResult:
        if self.predictions:
            self.load("nba_predictions.player_prop_predictions", self.predictions)
            self.predictions = []
        return self.context.warehouse.merge_query(
            PROCESSOR.output,
            PROCESSOR.source,
            key=PROCESSOR.key,
            scope="T.game_date BETWEEN @start_date AND @end_date",
            params={"start_date": self.day, "end_date": self.day},
            work=[uuid.uuid4()],
        )

    def graded(self) -> list[dict[str, Any]]:
        self.grade()
        return self.context.warehouse.query(
            f"SELECT * FROM {PROCESSOR.output} WHERE game_date = @day ORDER BY player_id, created_at, recommendation",
            {"day": self.day},
        ).rows

    def one(self) -> dict[str, Any]:
        (row,) = self.graded()
        return row


@pytest.fixture
def graded_day(context: Context) -> GradedDay:
    number = next(_numbers)
    return GradedDay(context, f"00231{number:05d}", date(2032, 1, 2) + timedelta(days=number))


def test_a_bet_that_wins_earns_the_offered_price(graded_day: GradedDay) -> None:
    graded_day.predict()
    graded_day.play({1: 26})

    row = graded_day.one()

    assert (row["status"], row["outcome"], row["hit"], row["actual_points"]) == ("graded", "OVER", True, 26)
    assert row["profit"] == pytest.approx(0.9)
    assert (row["signed_error"], row["absolute_error"]) == (pytest.approx(-2.6), pytest.approx(2.6))
    assert row["line_absolute_error"] == 5.5
    assert row["log_score"] == pytest.approx(-math.log(0.62))
    assert row["brier"] == pytest.approx(0.38**2)
    assert (row["fair_log_score"], row["fair_brier"]) == (pytest.approx(math.log(2)), 0.25)


def test_a_bet_that_loses_costs_the_stake_whatever_the_side(graded_day: GradedDay) -> None:
    graded_day.predict(1)
    graded_day.predict(2, recommendation="UNDER")
    graded_day.play({1: 12, 2: 30})

    rows = graded_day.graded()

    assert [(r["hit"], r["profit"]) for r in rows] == [(False, -1), (False, -1)]
    assert [r["log_score"] for r in rows] == [pytest.approx(-math.log(0.38)), pytest.approx(-math.log(0.62))]


def test_an_under_that_wins_is_paid_at_the_price_of_under(graded_day: GradedDay) -> None:
    graded_day.predict(recommendation="UNDER")
    graded_day.play({1: 20})

    assert graded_day.one()["profit"] == pytest.approx(0.92)


def test_a_push_is_apart_and_returns_the_stake(graded_day: GradedDay) -> None:
    graded_day.predict(line=26.0, p_over=0.3, p_under=0.65, p_push=0.05)
    graded_day.play({1: 26})

    row = graded_day.one()

    assert (row["status"], row["outcome"], row["profit"]) == ("push", "PUSH", 0)
    assert row["hit"] is row["log_score"] is row["brier"] is None
    assert row["absolute_error"] == pytest.approx(2.6)


def test_on_a_whole_line_probabilities_are_those_without_a_push(graded_day: GradedDay) -> None:
    graded_day.predict(line=25.0, p_over=0.3, p_under=0.6, p_push=0.1)
    graded_day.play({1: 26})

    assert graded_day.one()["log_score"] == pytest.approx(-math.log(1 / 3))


@pytest.mark.parametrize("in_box_score", [False, True])
def test_a_player_who_did_not_play_is_void(graded_day: GradedDay, in_box_score: bool) -> None:
    graded_day.predict()
    graded_day.play({2: 30})
    if in_box_score:
        graded_day.box({1: 0}, minutes=0)

    row = graded_day.one()

    assert (row["status"], row["profit"]) == ("void", 0)
    empty = ("actual_points", "outcome", "signed_error", "absolute_error", "crps", "log_score", "brier", "hit")
    assert {row[c] for c in empty} == {None}


def test_without_a_line_the_error_is_graded_and_no_bet(graded_day: GradedDay) -> None:
    nothing = dict.fromkeys(
        (
            "bookmaker",
            "line",
            "over_price",
            "under_price",
            "p_over",
            "p_under",
            "p_push",
            "fair_p_over",
            "expected_value",
        )
    )
    graded_day.predict(recommendation="NO_LINE", line_snapshot_at=None, **nothing)
    graded_day.play({1: 26})

    row = graded_day.one()

    assert (row["status"], row["absolute_error"]) == ("no_line", pytest.approx(2.6))
    assert row["crps"] > 0
    assert {row[c] for c in ("hit", "profit", "log_score", "brier", "outcome", "line_absolute_error")} == {None}


def test_a_pass_is_graded_without_profit(graded_day: GradedDay) -> None:
    graded_day.predict(recommendation="PASS")
    graded_day.play({1: 26})

    row = graded_day.one()

    assert row["status"] == "graded"
    assert row["log_score"] is not None
    assert row["hit"] is row["profit"] is row["closing_line_value"] is None


def test_a_newcomer_without_a_prediction_has_no_error(graded_day: GradedDay) -> None:
    unknown = dict.fromkeys(("predicted_points", "spread", "p_over", "p_under", "p_push", "expected_value"))
    graded_day.predict(recommendation="PASS", reason="no_history", **unknown)
    graded_day.play({1: 26})

    row = graded_day.one()

    assert {row[c] for c in ("absolute_error", "crps", "log_score", "brier", "profit")} == {None}
    assert row["line_absolute_error"] == 5.5


def test_what_was_said_after_tip_off_is_not_graded(graded_day: GradedDay) -> None:
    graded_day.predict(created=19)
    graded_day.predict(created=9, quoted=19)
    graded_day.play({1: 26})

    assert graded_day.graded() == []


def test_a_game_that_was_moved_forward_is_judged_by_the_schedule(graded_day: GradedDay) -> None:
    graded_day.schedule(tip_off=17)
    graded_day.predict(created=16)
    graded_day.predict(created=18)
    graded_day.play({1: 26})

    row = graded_day.one()

    assert (row["created_at"], row["tip_off"]) == (graded_day.at(16), graded_day.at(17))


def test_a_game_that_is_not_finished_is_not_graded(graded_day: GradedDay) -> None:
    graded_day.predict()
    graded_day.box({1: 12}, minutes=15)

    assert graded_day.graded() == []


def test_a_game_without_all_its_player_lines_is_not_graded_and_nothing_is_void(graded_day: GradedDay) -> None:
    graded_day.predict(1)
    graded_day.predict(2)
    graded_day.teams(points=44, minutes=60)
    assert graded_day.graded() == []
    graded_day.box({900: 7}, minutes=48, of=NYK)
    graded_day.box({1: 26}, minutes=30)
    assert graded_day.graded() == []

    graded_day.box({2: 18}, minutes=30)

    assert [(r["player_id"], r["status"]) for r in graded_day.graded()] == [(1, "graded"), (2, "graded")]


@pytest.mark.parametrize("with_team_rows", [True, False])
def test_where_the_league_has_no_log_of_players_the_stand_in_s_lines_grade(
    graded_day: GradedDay, with_team_rows: bool
) -> None:
    graded_day.schedule(tip_off=19)
    graded_day.predict(1)
    graded_day.predict(99)
    if with_team_rows:
        graded_day.load(
            "nba_raw.team_boxscores", [BOS | {"points": 110, "minutes": 240}, NYK | {"points": 96, "minutes": 240}]
        )
    graded_day.stand_in(dict(zip(range(901, 909), [12] * 8, strict=True)), of=NYK)
    assert graded_day.graded() == []

    graded_day.stand_in({1: 26, **dict.fromkeys(range(2, 9), 12)})

    # 99 is not in the whole box score: he did not play.
    assert [(r["player_id"], r["status"], r["profit"]) for r in graded_day.graded()] == [
        (1, "graded", pytest.approx(0.9)), (99, "void", 0),
    ]  # fmt: skip


def test_a_stand_in_s_line_whose_name_waits_keeps_the_game_ungraded(graded_day: GradedDay) -> None:
    graded_day.schedule(tip_off=19)
    graded_day.predict(1)
    graded_day.stand_in(dict(zip(range(901, 909), [12] * 8, strict=True)), of=NYK)
    graded_day.stand_in({None: 26, **dict.fromkeys(range(2, 9), 12)})

    assert graded_day.graded() == []


def test_every_version_is_graded_and_the_one_at_tip_off_is_marked(graded_day: GradedDay) -> None:
    graded_day.predict(created=9, closed=11)
    graded_day.predict(created=11, line=21.5)
    graded_day.play({1: 26})

    assert [(r["line"], r["was_current_at_tip_off"]) for r in graded_day.graded()] == [(20.5, False), (21.5, True)]


def test_closing_line_value_is_the_points_gained_on_the_same_bookmakers_last_line(graded_day: GradedDay) -> None:
    graded_day.predict()
    graded_day.predict(recommendation="UNDER")
    graded_day.quote(20.5, at=8)
    graded_day.quote(22.5, at=18)
    graded_day.quote(30.5, at=18, main=False)
    graded_day.quote(27.5, at=19.5)
    graded_day.quote(15.5, at=18.5, bookmaker="betmgm")
    graded_day.play({1: 26})

    rows = graded_day.graded()

    assert [(r["recommendation"], r["closing_line"], r["closing_line_value"]) for r in rows] == [
        ("OVER", 22.5, 2.0),
        ("UNDER", 22.5, -2.0),
    ]


def test_without_a_later_quote_there_is_no_closing_line(graded_day: GradedDay) -> None:
    graded_day.predict()
    graded_day.quote(20.5, at=8)
    graded_day.play({1: 26})

    row = graded_day.one()

    assert row["closing_line"] is row["closing_line_value"] is None


@pytest.mark.parametrize(("mean", "spread", "points"), [(23.4, 7.3, 26), (4.0, 4.7, 0), (12.0, 6.1, 73), (0.0, 3.6, 0)])
def test_crps_is_the_sum_of_squared_distances_of_the_distribution(
    graded_day: GradedDay, mean: float, spread: float, points: int
) -> None:
    graded_day.predict(predicted_points=mean, spread=spread)
    graded_day.play({1: points})

    def at_most(k: int) -> float:
        return 0.5 * math.erfc(-(k + 0.5 - mean) / spread / math.sqrt(2))

    exact = math.fsum((at_most(k) - (k >= points)) ** 2 for k in range(400))
    # The table keeps six decimals of each step.
    assert graded_day.one()["crps"] == pytest.approx(exact, abs=5e-5)


def test_a_distribution_of_any_shape_is_scored(graded_day: GradedDay) -> None:
    # Two out of ten games he scores nothing, else 10 or 30.
    graded_day.predict(cdf=[0.2] * 10 + [0.6] * 20 + [1.0], predicted_points=16.0)
    graded_day.play({1: 32})

    row = graded_day.one()

    assert row["crps"] == pytest.approx(10 * 0.2**2 + 20 * 0.6**2 + 2 * 1.0**2)
    assert (row["quantile_10"], row["quantile_50"], row["quantile_90"]) == (0, 10, 30)
    assert row["pinball"] == pytest.approx((0.1 * 32 + 0.5 * 22 + 0.9 * 2) / 3)


def test_grading_twice_changes_nothing_and_a_corrected_box_score_one_row(graded_day: GradedDay) -> None:
    graded_day.predict(1)
    graded_day.predict(2)
    # Eight players: one more who scores nothing leaves the box score whole.
    graded_day.play({1: 26} | dict.fromkeys(range(10, 17), 0))
    assert graded_day.grade().rows_changed == 2
    assert graded_day.grade().rows_changed == 0

    graded_day.box({2: 0}, minutes=20)

    assert graded_day.grade().rows_changed == 1
    assert [r["status"] for r in graded_day.graded()] == ["graded", "graded"]
