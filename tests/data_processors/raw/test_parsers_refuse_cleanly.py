"""Whatever is done to a payload, a parser reads it or refuses it as a payload; it never breaks the batch."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common.errors import PayloadError
from common.raw_store import RawPayload
from data_processors.raw.games import ScheduledGame
from data_processors.raw.names import NameResolver
from data_processors.raw.nbacom import boxscores, schedule, shot_chart
from data_processors.raw.oddsapi import event_odds, game_lines, player_props
from tests.data_processors.raw.archive import payload, payloads

GAME = ScheduledGame("0022400157", date(2024, 11, 4), "2024-25", "MIA", "SAC")


def props(found: RawPayload) -> object:
    return player_props.line_rows(player_props.parse(found), GAME, NameResolver(()))


def lines(found: RawPayload) -> object:
    odds = game_lines.parse(found)
    return game_lines.line_rows(odds, ScheduledGame("g", GAME.game_date, "2024-25", odds.home_team, odds.away_team))


PARSERS: dict[str, tuple[str, Callable[[RawPayload], object]]] = {
    "nbac_schedule": ("2024-25", schedule.parse),
    "nbac_player_boxscore": ("2024-11-04", boxscores.parse_players),
    "nbac_team_boxscore": ("2024-11-04", boxscores.parse_teams),
    "nbac_shot_chart": ("2024-11-04", shot_chart.parse),
    "oddsa_events": ("2024-11-04", event_odds.parse_event_list),
    "oddsa_player_props": ("2024-11-04", props),
    "oddsa_game_lines": ("2024-11-04", lines),
}
WRONG = (
    None,
    "",
    "x",
    "2024-13-45",
    -1,
    0,
    1.5,
    10**400,
    True,
    [],
    {},
    [None],
    {"a": 1},
    float("nan"),
    "0001-01-01T00:00:00Z",
)


def shortened(value: Any) -> Any:
    """Lists cut to three items, so that a change hits structure and not one row of thousands."""
    if isinstance(value, dict):
        return {k: v if k == "headers" else shortened(v) for k, v in value.items()}
    if isinstance(value, list):
        return [
            v if isinstance(v, list) and not any(isinstance(x, dict) for x in v) else shortened(v) for v in value[:3]
        ]
    return value


def spoil(body: Any, rng: random.Random) -> Any:
    """`body` with one value somewhere replaced or removed."""
    spots = []

    def walk(value: Any) -> None:
        keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        for key in list(keys):
            spots.append((value, key))
            walk(value[key])

    walk(body)
    holder, key = rng.choice(spots)
    if isinstance(holder, dict) and rng.random() < 0.2:
        del holder[key]
    else:
        holder[key] = rng.choice(WRONG)
    return body


@pytest.mark.parametrize("feed", PARSERS)
def test_a_spoilt_payload_is_read_or_refused(recorded: Path, feed: str) -> None:
    scope, parse = PARSERS[feed]
    whole = shortened(json.loads(payloads(recorded, feed, scope)[0].body))
    parse(payload(feed, whole))  # the cut one is sound
    rng = random.Random(20241104)  # noqa: S311 - reproducible, not secret
    refusals = []
    for _ in range(400):
        try:
            read = parse(payload(feed, spoil(copy.deepcopy(whole), rng)))
        except PayloadError as error:
            refusals.append(error)
        else:
            units = read if isinstance(read, list) else []
            refusals += [error for unit in units for error in unit.unread]  # a part that is set apart
    assert len(refusals) > 20
    assert {e.feed for e in refusals} == {feed}
    assert all(e.raw_path and e.field and e.remedy for e in refusals)


@pytest.mark.parametrize("feed", PARSERS)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b"42", b'"text"', b"<html></html>", b'{"resultSets": null}']
)
def test_an_error_page_is_refused(feed: str, body: bytes) -> None:
    if (feed, body) == ("oddsa_events", b"[]"):
        pytest.skip("a day without games")
    with pytest.raises(PayloadError):
        PARSERS[feed][1](payload(feed, body))
