"""Which batch a reading of the inputs is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from predictions.coordinator.batches import Cut, DateState, StagedBatch, content_hash, cut_batch, split
from predictions.requests import PlayerInput, Quote

DAY = date(2024, 11, 4)
NOON = datetime(2024, 11, 4, 17, tzinfo=UTC)
NOTHING = DateState((), 0, "")


def staged(content: str, at: datetime, batch_id: str = "", *, complete: bool = True) -> StagedBatch:
    return StagedBatch(batch_id or content, content, at, at, 3 if complete else 2, 3, complete, 0)


def cut(state: DateState, content: str, at: datetime = NOON, *, force: bool = False) -> Cut:
    wall = datetime.now(UTC)
    return cut_batch(state, game_date=DAY, content=content, now=at, cut_at=wall, force=force)


def players(count: int, line: float = 20.5, snapshot: datetime = NOON) -> list[PlayerInput]:
    quote = Quote(bookmaker="fanduel", line=line, over_price=1.9, under_price=1.9, snapshot_at=snapshot)
    return [
        PlayerInput(
            game_id="0022400157",
            player_id=n,
            player_name=None,
            team=None,
            opponent=None,
            tip_off=NOON + timedelta(hours=7),
            feature_version=None,
            features_quality=None,
            features=None,
            quotes=(quote,),
        )
        for n in range(count)
    ]


def test_two_triggers_at_once_cut_the_same_batch_whatever_the_clock_says() -> None:
    assert cut(NOTHING, "a").batch.batch_id == cut(NOTHING, "a", NOON + timedelta(seconds=3)).batch.batch_id


def test_other_inputs_are_another_batch() -> None:
    assert cut(NOTHING, "a").batch.batch_id != cut(NOTHING, "b").batch.batch_id


def test_a_later_snapshot_of_the_same_line_is_no_news_but_a_moved_line_is() -> None:
    morning = content_hash(players(2))

    assert content_hash(players(2, snapshot=NOON + timedelta(hours=2))) == morning
    assert content_hash(players(2, line=21.5)) != morning
    assert content_hash(players(2), "another version") != morning


def test_inputs_that_are_predicted_and_consolidated_need_nothing() -> None:
    state = DateState((staged("a", NOON),), 0, "v")

    again = cut(state, "a", NOON + timedelta(hours=1))

    assert again.up_to_date
    assert (again.batch.batch_id, again.batch.created_at) == ("a", NOON)


def test_an_incomplete_or_unconsolidated_batch_is_taken_up_again_under_its_own_id() -> None:
    for state in (DateState((staged("a", NOON, complete=False),), 0, "v"), DateState((staged("a", NOON),), 7, "v")):
        again = cut(state, "a", NOON + timedelta(hours=1))

        assert not again.up_to_date
        assert (again.batch.batch_id, again.batch.created_at) == ("a", NOON)


def test_a_line_that_moves_back_makes_a_new_batch() -> None:
    first = cut(NOTHING, "a").batch.batch_id
    state = DateState((staged("b", NOON, "second"), staged("a", NOON - timedelta(hours=1), first)), 0, "v")

    back = cut(state, "a", NOON + timedelta(hours=1))

    assert not back.up_to_date
    assert back.batch.batch_id not in {first, "second"}


def test_force_makes_a_new_batch_of_known_inputs() -> None:
    state = DateState((staged("a", NOON),), 0, "v")

    forced = cut(state, "a", NOON + timedelta(hours=1), force=True)

    assert not forced.up_to_date
    assert forced.batch.batch_id != "a"


def test_a_batch_of_a_later_moment_supersedes() -> None:
    state = DateState((staged("b", NOON + timedelta(hours=2)),), 0, "v")

    assert cut(state, "a").superseded


def test_requests_carry_every_player_once_and_know_their_number() -> None:
    batch = cut(NOTHING, "a").batch
    requests = split(batch, players(7), 3)

    assert [len(r.players) for r in requests] == [3, 3, 1]
    assert [(r.request_index, r.requests_in_batch) for r in requests] == [(0, 3), (1, 3), (2, 3)]
    assert [p.player_id for r in requests for p in r.players] == list(range(7))
    assert len({r.request_id for r in requests}) == 3
    assert split(batch, players(7), 3) == requests
