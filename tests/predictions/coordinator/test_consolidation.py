"""From staged rows to versions: counted, once, newest batch first, history never rewritten."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.stack
DONE = "nba-phase5-predictions-complete"


def test_nothing_is_consolidated_until_the_rows_of_all_requests_are_there(phase5: Any) -> None:
    phase5.features(1, 2, 3, 4, 5)
    phase5.start(9)
    first, second, third = phase5.requests()

    (told, _) = phase5.compute([first, third])
    early = phase5.consolidate(told)
    assert early["status"] == "not_ready"
    assert phase5.versions() == []
    assert phase5.take(DONE) == []

    (last,) = phase5.compute([second])
    done = phase5.consolidate(last)
    assert (done["status"], done["rows"]) == ("success", 5)
    assert len(phase5.versions()) == 5


def test_a_doubled_request_is_staged_once(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.start(9)
    (request,) = phase5.requests()

    doubled = phase5.compute([request, request])
    rows = phase5.context.warehouse.query(
        "SELECT COUNT(*) AS n FROM nba_predictions.prediction_staging WHERE game_date = @day", {"day": phase5.day}
    ).rows[0]["n"]

    assert rows == 2
    assert [phase5.consolidate(e)["rows"] for e in doubled] == [2, 0]


def test_the_end_is_announced_once_and_again_only_for_a_redelivery(phase5: Any) -> None:
    phase5.features(1, 2, 3)
    phase5.start(9)
    told = phase5.compute(phase5.requests())

    for event in told:
        phase5.consolidate(event)
    (announced,) = phase5.take(DONE)
    assert announced.phase == "phase5"
    assert announced.game_dates == [phase5.day]
    assert [(t.table, t.rows_changed) for t in announced.tables] == [("nba_predictions.player_prop_predictions", 3)]
    assert announced.simulated_at == phase5.at(9)

    phase5.consolidate(told[0], attempt=2)
    assert len(phase5.take(DONE)) == 1


def test_a_moved_line_adds_a_version_and_closes_the_old_one(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "betmgm"): 19.5, (1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    before = phase5.versions()
    phase5.quotes({(1, "betmgm"): 19.5, (1, "fanduel"): 21.5}, at=10)
    phase5.predict(11)

    assert phase5.told() == [
        (1, "betmgm", 19.5, 9, None),
        (1, "fanduel", 20.5, 9, 11),
        (1, "fanduel", 21.5, 11, None),
    ]
    changing = {"is_current", "closed_at", "loaded_at"}
    after = {r["prediction_id"]: r for r in phase5.versions()}
    for row in before:
        assert {k: v for k, v in after[row["prediction_id"]].items() if k not in changing} == {
            k: v for k, v in row.items() if k not in changing
        }


def test_another_price_at_the_same_line_is_another_version(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    phase5.quotes({(1, "fanduel"): 20.5}, at=10, price=1.8)
    phase5.predict(11)

    assert phase5.told() == [(1, "fanduel", 20.5, 9, 11), (1, "fanduel", 20.5, 11, None)]


def test_the_same_content_adds_nothing_even_when_forced(phase5: Any) -> None:
    phase5.features(1, 2, 3)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    before = phase5.versions()
    phase5.take(DONE)

    answers = phase5.predict(11, force=True)

    assert {a["status"] for a in answers} <= {"unchanged", "not_ready"}
    assert phase5.versions() == before
    assert phase5.take(DONE) == []


def test_a_withdrawn_quote_closes_its_version(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "betmgm"): 19.5, (1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    phase5.quotes({(1, "fanduel"): 20.5}, at=10)
    phase5.predict(11)

    assert phase5.told() == [(1, "betmgm", 19.5, 9, 11), (1, "fanduel", 20.5, 9, None)]


def test_the_first_quote_takes_the_place_of_the_prediction_without_a_line(phase5: Any) -> None:
    phase5.features(1)
    phase5.predict(9)
    phase5.quotes({(1, "fanduel"): 20.5}, at=10)
    phase5.predict(11)

    assert phase5.told() == [(1, None, None, 9, 11), (1, "fanduel", 20.5, 11, None)]


def test_a_line_that_moves_back_is_a_third_version(phase5: Any) -> None:
    phase5.features(1)
    for hour, line in ((8, 20.5), (10, 21.5), (12, 20.5)):
        phase5.quotes({(1, "fanduel"): line}, at=hour)
        phase5.predict(hour + 1)

    assert phase5.told() == [
        (1, "fanduel", 20.5, 9, 11),
        (1, "fanduel", 21.5, 11, 13),
        (1, "fanduel", 20.5, 13, None),
    ]


def test_a_version_replaced_at_its_own_moment_never_lived(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    phase5.quotes({(1, "betmgm"): 19.5, (1, "fanduel"): 21.5}, at=10)
    phase5.predict(11)
    phase5.delete("nba_raw.player_prop_lines", "bookmaker = 'betmgm'")
    phase5.delete("nba_raw.player_prop_lines", "line = 21.5")
    phase5.quotes({(1, "fanduel"): 22.5}, at=10.5)
    phase5.predict(11)

    assert phase5.told() == [(1, "fanduel", 20.5, 9, 11), (1, "fanduel", 22.5, 11, None)]


def test_a_change_taken_back_at_its_own_moment_leaves_no_trace(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.predict(9)
    before = [(r["prediction_id"], r["created_at"], r["closed_at"]) for r in phase5.versions()]
    phase5.quotes({(1, "fanduel"): 21.5}, at=10)
    phase5.predict(11)
    phase5.delete("nba_raw.player_prop_lines", "line = 21.5")
    phase5.predict(11)

    assert [(r["prediction_id"], r["created_at"], r["closed_at"]) for r in phase5.versions()] == before


def test_a_late_batch_never_overwrites_a_newer_one(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.start(9)
    late = phase5.requests()
    phase5.quotes({(1, "fanduel"): 21.5}, at=10)
    phase5.predict(11)

    answers = [phase5.consolidate(e) for e in phase5.compute(late)]

    assert [a["status"] for a in answers] == ["unchanged"]
    assert phase5.told() == [(1, "fanduel", 21.5, 11, None)]


def test_an_incomplete_newer_batch_waits_while_the_complete_one_is_consolidated(phase5: Any) -> None:
    phase5.features(1, 2, 3)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.start(9)
    first = phase5.requests()
    phase5.quotes({(1, "fanduel"): 21.5}, at=10)
    phase5.start(11)
    second = phase5.requests()

    told = phase5.compute([*first, second[0]])

    assert phase5.consolidate(told[-1])["status"] == "not_ready"
    assert phase5.consolidate(told[0])["rows"] == 3
    assert phase5.told() == [(1, "fanduel", 20.5, 9, None), (2, None, None, 9, None), (3, None, None, 9, None)]


def test_a_newer_batch_stands_even_when_its_staged_rows_are_gone(phase5: Any) -> None:
    phase5.features(1)
    phase5.quotes({(1, "fanduel"): 20.5}, at=8)
    phase5.start(9)
    late = phase5.requests()
    phase5.quotes({(1, "fanduel"): 21.5}, at=10)
    phase5.predict(11)
    phase5.delete("nba_predictions.prediction_staging", "TRUE")

    for event in phase5.compute(late):
        phase5.consolidate(event)

    assert phase5.told() == [(1, "fanduel", 21.5, 11, None)]


def test_batches_whose_messages_come_in_any_order_end_the_same(phase5: Any) -> None:
    phase5.features(1, 2, 3)
    phase5.quotes({(1, "fanduel"): 20.5, (2, "fanduel"): 8.5}, at=8)
    phase5.start(9)
    first = phase5.requests()
    phase5.quotes({(1, "fanduel"): 21.5, (2, "fanduel"): 8.5}, at=10)
    phase5.start(11)
    second = phase5.requests()

    told = phase5.compute([second[1], first[0], second[0], first[1], second[1]])
    for event in reversed(told):
        phase5.consolidate(event)

    assert phase5.told() == [
        (1, "fanduel", 21.5, 11, None),
        (2, "fanduel", 8.5, 11, None),
        (3, None, None, 11, None),
    ]


def test_games_that_have_started_keep_the_versions_of_tip_off(phase5: Any) -> None:
    phase5.features(1, game="0023000001", tip_off=13)
    phase5.features(2, game="0023000002", tip_off=19)
    phase5.predict(9)
    phase5.quotes({(2, "fanduel"): 20.5}, at=13, game="0023000002")
    phase5.predict(14)

    assert phase5.told() == [
        (1, None, None, 9, None),
        (2, None, None, 9, 14),
        (2, "fanduel", 20.5, 14, None),
    ]


def test_a_player_who_is_taken_off_the_list_loses_his_prediction(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.predict(9)
    phase5.delete("nba_precompute.ml_feature_store", "player_id = 2")
    phase5.predict(11)

    assert phase5.told() == [(1, None, None, 9, None), (2, None, None, 9, 11)]


def test_a_newcomer_without_a_quote_is_counted_but_has_no_row(phase5: Any) -> None:
    phase5.features(1)
    phase5.features(2, 3, points=None)
    phase5.quotes({(3, "fanduel"): 4.5}, at=8)
    phase5.predict(9)
    batch = phase5.context.warehouse.query(
        "SELECT no_history, is_complete FROM nba_predictions.prediction_batches WHERE game_date = @day",
        {"day": phase5.day},
    ).rows

    assert batch == [{"no_history": 2, "is_complete": True}]
    rows = [(r["player_id"], r["recommendation"], r["reason"], r["predicted_points"]) for r in phase5.versions()]
    assert rows[0][:3] == (1, "NO_LINE", "no_quote")
    assert rows[1:] == [(3, "PASS", "no_history", None)]


def test_predictions_that_were_lost_come_back_with_the_next_trigger(phase5: Any) -> None:
    phase5.features(1, 2)
    phase5.predict(9)
    before = {r["prediction_id"] for r in phase5.versions()}
    phase5.delete("nba_predictions.player_prop_predictions", "player_id = 2")

    phase5.predict(11)

    assert {r["prediction_id"] for r in phase5.versions()} == before


def test_a_consolidation_is_three_statements_and_the_announcement_one(phase5: Any, statements: list[str]) -> None:
    phase5.features(1)
    phase5.start(9)
    (told,) = phase5.compute(phase5.requests())
    statements.clear()

    phase5.consolidate(told)

    assert statements == ["query", "execute", "execute", "query"]


def test_a_message_that_speaks_of_no_batch_is_not_taken(phase5: Any) -> None:
    phase5.features(1)
    phase5.start(9)
    (told,) = phase5.compute(phase5.requests())
    nameless = told.model_copy(update={"payload": {}})

    answer = phase5.push(phase5.coordinator, "/consolidate", nameless)

    assert answer["status"] == "quarantined"
    assert phase5.versions() == []
