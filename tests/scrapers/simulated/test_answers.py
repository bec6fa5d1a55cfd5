"""The transport: the shapes that the parsers take, the same whoever asks when, honest about time."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from common import clock
from common.raw_store import RawPayload
from data_processors.raw.nbacom import boxscores, schedule, shot_chart
from data_processors.raw.oddsapi import game_lines, player_props
from scrapers.simulated import season
from scrapers.simulated.season import season_of
from tests.conftest import ROOT
from tests.scrapers.simulated.conftest import ODDS, PAST_ODDS, SEASON, STATS, Ask, ask_league, log_params, rows_of

DAY = date(2024, 12, 4)
MORNING, EVENING = clock.eastern(DAY, 10), clock.eastern(DAY, 18, 30)
NIGHT = clock.eastern(DAY + timedelta(days=1), 4)
PROPS, LINES = {"markets": "player_points"}, {"markets": "spreads,totals,h2h"}


def events(ask: Ask, at: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(f"{ODDS}/events", at).json()
    return [e for e in found if clock.eastern_date(clock.parse_utc(e["commence_time"])) == DAY]


def payload(body: bytes, at: datetime) -> RawPayload:
    return RawPayload("feed", "scope", "https://example.org", {}, at, 200, "application/json", body, "path")


def requests_of_a_day(ask: Ask) -> list[tuple[str, datetime, dict[str, str]]]:
    asked: list[tuple[str, datetime, dict[str, str]]] = [
        (f"{STATS}/leaguegamelog", NIGHT, log_params("P", DAY)),
        (f"{STATS}/leaguegamelog", NIGHT, log_params("T", DAY)),
        (f"{STATS}/shotchartdetail", NIGHT, log_params("", DAY)),
        (f"{STATS}/scheduleleaguev2int", NIGHT, {"LeagueID": "00", "Season": SEASON}),
        (f"{PAST_ODDS}/events", NIGHT, {"date": clock.iso_utc(MORNING)}),
    ]
    for event in events(ask, MORNING):
        for at in (MORNING, EVENING):
            for markets in (PROPS, LINES):
                asked.append((f"{PAST_ODDS}/events/{event['id']}/odds", NIGHT, {"date": clock.iso_utc(at), **markets}))
    return asked


def test_the_same_answers_in_any_order_of_questions(ask: Ask) -> None:
    asked = requests_of_a_day(ask)
    first = {str(a): ask(a[0], a[1], **a[2]).content for a in asked}
    season._made.cache_clear()
    random.Random(0).shuffle(asked)  # noqa: S311
    assert {str(a): ask(a[0], a[1], **a[2]).content for a in asked} == first


def test_another_process_gives_the_same_answer(ask: Ask) -> None:
    code = (
        "import hashlib;from scrapers.simulated import stats_site as s;from common import clock;import json;"
        f"p={log_params('P', DAY)!r};n=clock.parse_utc({clock.iso_utc(NIGHT)!r});"
        "print(hashlib.sha256(json.dumps(s.game_log(1,p,n)['resultSets']).encode()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    here = ask(f"{STATS}/leaguegamelog", NIGHT, **log_params("P", DAY)).json()["resultSets"]
    assert there.strip() == hashlib.sha256(json.dumps(here).encode()).hexdigest()


def test_another_seed_is_another_league(ask: Ask) -> None:
    other = ask_league(2)
    params = log_params("P", DAY)
    assert rows_of(ask(f"{STATS}/leaguegamelog", NIGHT, **params)) != rows_of(
        other(f"{STATS}/leaguegamelog", NIGHT, **params)
    )


def test_every_answer_says_that_it_is_simulated(ask: Ask) -> None:
    for url, at, params in [*requests_of_a_day(ask)[:6], ("https://stats.nba.com/stats/none", NIGHT, {})]:
        headers = ask(url, at, **params).headers
        assert headers["X-NBA-Source"] == "simulated"
        assert headers["X-NBA-Seed"] == "1"


def test_a_game_log_has_the_games_that_are_over(ask: Ask) -> None:
    league = season_of(1, SEASON)
    assert league is not None
    games = league.by_date[DAY]
    for at in (MORNING, *(g.tip_off + timedelta(hours=h, seconds=-1) for g in games for h in (0, 3)), NIGHT):
        over = {g.game_id for g in games if at >= g.tip_off + timedelta(hours=3)}
        for url, params in (
            ("leaguegamelog", log_params("P", DAY)),
            ("leaguegamelog", log_params("T", DAY)),
            ("shotchartdetail", log_params("", DAY)),
        ):
            assert {r["GAME_ID"] for r in rows_of(ask(f"{STATS}/{url}", at, **params))} == over
        listed = ask(f"{STATS}/scheduleleaguev2int", at, Season=SEASON).json()["leagueSchedule"]["gameDates"]
        shown = {g["gameId"]: g for d in listed for g in d["games"] if g["gameDateEst"].startswith(str(DAY))}
        assert {i for i, g in shown.items() if g["gameStatus"] == 3 and g["homeTeam"]["score"] > 0} == over
    assert len({r["GAME_ID"] for r in rows_of(ask(f"{STATS}/leaguegamelog", NIGHT, **log_params("T", DAY)))}) == len(
        games
    )


def test_quotes_are_of_the_asked_moment_and_end_at_tip_off(ask: Ask) -> None:
    for event in events(ask, MORNING):
        tip_off = clock.parse_utc(event["commence_time"])
        url = f"{PAST_ODDS}/events/{event['id']}/odds"
        for asked in (MORNING, EVENING, tip_off - timedelta(minutes=1)):
            if asked >= tip_off:
                continue
            # A later moment than the clock's is answered with what there is.
            for clock_at in (asked, NIGHT):
                found = ask(url, clock_at, date=clock.iso_utc(asked), **PROPS).json()
                assert clock.parse_utc(found["timestamp"]) <= asked
                updates = [m["last_update"] for b in found["data"]["bookmakers"] for m in b["markets"]]
                assert all(clock.parse_utc(u) <= asked for u in updates)
            late = ask(url, asked, date=clock.iso_utc(NIGHT), **PROPS)
            assert clock.parse_utc(late.json()["timestamp"]) <= asked
        assert ask(url, NIGHT, date=clock.iso_utc(tip_off), **PROPS).status_code == 404
        assert ask(f"{ODDS}/events/{event['id']}/odds", tip_off, **PROPS).status_code == 404
        before_opening = ask(url, NIGHT, date=clock.iso_utc(clock.eastern(DAY, 5)), **PROPS)
        assert before_opening.json()["data"]["bookmakers"] == []


def test_lines_move_and_books_differ_with_a_margin(ask: Ask) -> None:
    morning, evening = {}, {}
    for event in events(ask, EVENING):
        for at, kept in ((MORNING, morning), (EVENING, evening)):
            for book in ask(f"{ODDS}/events/{event['id']}/odds", at, **PROPS).json()["bookmakers"]:
                outcomes = book["markets"][0]["outcomes"]
                for over, under in zip(outcomes[::2], outcomes[1::2], strict=True):
                    assert (over["name"], under["name"]) == ("Over", "Under")
                    assert over["point"] == under["point"]
                    assert over["point"] % 1 == 0.5
                    assert 0.03 < 1 / over["price"] + 1 / under["price"] - 1 < 0.09
                    kept[book["key"], over["description"]] = over["point"], over["price"]
    both = morning.keys() & evening.keys()
    assert len(both) > 200
    assert sum(morning[k] != evening[k] for k in both) / len(both) > 0.3
    by_book = {b: sum(1 for k in evening if k[0] == b) for b, _ in evening}
    assert min(by_book.values()) < 0.75 * max(by_book.values())


@pytest.mark.parametrize(("feed", "parse"), [("P", boxscores.parse_players), ("T", boxscores.parse_teams)])
def test_the_parsers_take_the_game_logs(ask: Ask, feed: str, parse: Any) -> None:
    body = ask(f"{STATS}/leaguegamelog", NIGHT, **log_params(feed, DAY)).content
    scopes = parse(payload(body, NIGHT))
    league = season_of(1, SEASON)
    assert league is not None
    assert {s.scope for s in scopes} == {f"game:{g.game_id}" for g in league.by_date[DAY]}
    assert {sum(r["is_home"] for r in s.rows) for s in scopes} == {11 if feed == "P" else 1}


def test_the_parsers_take_schedule_and_shots(ask: Ask) -> None:
    (whole,) = schedule.parse(payload(ask(f"{STATS}/scheduleleaguev2int", NIGHT, Season=SEASON).content, NIGHT))
    assert len(whole.rows) == 1230
    assert all(r["tip_off"] and r["season_type"] == "Regular Season" for r in whole.rows)
    shots = shot_chart.parse(payload(ask(f"{STATS}/shotchartdetail", NIGHT, **log_params("", DAY)).content, NIGHT))
    assert sum(len(s.rows) for s in shots) > 150 * len(shots)


def test_the_parsers_take_the_odds(ask: Ask) -> None:
    for event in events(ask, MORNING):
        for base, params in ((ODDS, {}), (PAST_ODDS, {"date": clock.iso_utc(MORNING)})):
            url = f"{base}/events/{event['id']}/odds"
            props = player_props.parse(payload(ask(url, MORNING, **params, **PROPS).content, MORNING))
            assert len(props.quotes) > 40
            lines = game_lines.parse(payload(ask(url, MORNING, **params, **LINES).content, MORNING))
            assert {q.market for q in lines.quotes} == {"spreads", "totals", "h2h"}
            assert props.game_date == DAY


def test_american_prices(ask: Ask) -> None:
    event = events(ask, MORNING)[0]
    url = f"{ODDS}/events/{event['id']}/odds"
    for book in ask(url, MORNING, oddsFormat="american", **LINES).json()["bookmakers"]:
        for market in book["markets"]:
            assert all(abs(o["price"]) >= 100 for o in market["outcomes"])


def test_what_the_league_does_not_play(ask: Ask) -> None:
    assert rows_of(ask(f"{STATS}/leaguegamelog", NIGHT, **log_params("P", DAY) | {"SeasonType": "Playoffs"})) == []
    assert ask(f"{STATS}/boxscoretraditionalv2", NIGHT, GameID="0022400001").headers["X-NBA-Missing"] == "no-entry"
    assert ask(f"{ODDS}/events/{'0' * 32}/odds", MORNING, **PROPS).status_code == 404
    assert ask(f"{STATS}/leaguegamelog", NIGHT, Season=SEASON, DateFrom="yesterday").status_code == 422
    assert ask(f"{ODDS}/events", clock.eastern(date(2024, 7, 1), 10)).json() == []


def test_a_season_in_all_seven_feeds(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints how long it takes; a bound would only measure the machine."""
    ask = ask_league(77)
    began = time.perf_counter()
    league = season_of(77, "2023-24")
    assert league is not None
    made = time.perf_counter() - began
    answers = size = 0
    for day in league.by_date:
        at, night = clock.eastern(day, 11), clock.eastern(day + timedelta(days=1), 4)
        asked = [(f"{STATS}/leaguegamelog", night, log_params(k, day) | {"Season": "2023-24"}) for k in ("P", "T")]
        asked += [(f"{STATS}/shotchartdetail", night, log_params("", day) | {"Season": "2023-24"})]
        asked += [(f"{PAST_ODDS}/events", night, {"date": clock.iso_utc(at)})]
        found = ask(f"{ODDS}/events", at).json()
        today = [e for e in found if clock.eastern_date(clock.parse_utc(e["commence_time"])) == day]
        assert len(today) == len(league.by_date[day])
        for event in today:
            params = {"date": clock.iso_utc(at)}
            asked += [(f"{PAST_ODDS}/events/{event['id']}/odds", night, params | m) for m in (PROPS, LINES)]
        for url, moment, params in asked:
            answer = ask(url, moment, **params)
            assert answer.status_code == 200
            answers, size = answers + 1, size + len(answer.content)
    seconds = time.perf_counter() - began
    with capsys.disabled():
        print(f"\na simulated season: {made:.1f} s to play, {answers} answers ({size / 1e6:.0f} MB) in {seconds:.1f} s")
