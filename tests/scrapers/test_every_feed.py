"""Scraper, raw store and parser of every feed fit together, over responses of the real sites at their real paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from common import clock
from common.context import Context
from common.errors import PayloadError
from common.raw_store import RawPayload
from common.settings import Settings
from data_processors.raw.feeds import FEEDS
from scrapers.bigdataball import play_by_play as drive_files
from scrapers.day_outcome import DayOutcome
from scrapers.fetcher import Fetcher
from scrapers.pacing import Pacer
from scrapers.registry import SCRAPERS, scraper
from tests.scrapers.misbehaving import MisbehavingSource
from tests.scrapers.sample_site import SampleSite, sample_body

KEYS = {"odds_api_key": "the-odds-key", "bdl_api_key": "the-bdl-key", "bettingpros_api_key": "the-bp-key"}
SCHEDULE = ("nbac_schedule", "stats.nba.com/stats/scheduleleaguev2int", "nbac_schedule_api/raw_80cb1fd6.json.gz")
ESPN_GAMES = (
    *("espn_scoreboard", "site.api.espn.com/apis/site/v2/sports/basketball/nba/scoreboard"),
    "espn_scoreboard_api/raw_92de7c9a.json",
)
ODDS = "api.the-odds-api.com/v4/historical/sports/basketball_nba/events"
ODDS_EVENTS = ("oddsa_events", ODDS, "oddsa_events_his/raw_4c3bc8f6.json")
BDL, DRIVE = "api.balldontlie.io/v1", "www.googleapis.com/drive/v3/files"
GAME_DAY, MLK_DAY, FINAL = date(2025, 1, 15), date(2024, 1, 15), date(2025, 6, 22)


@dataclass(frozen=True)
class Case:
    """What a scraper asks for on a day (the night after it unless `at`), what it gets, and the rows that has.

    `first` are scrapers that must have run, each with its address and sample.
    """

    feed: str
    day: date
    address: str
    sample: str
    rows: int
    params: dict[str, str] = field(default_factory=dict)
    first: tuple[tuple[str, str, str], ...] = ()
    at: datetime | None = None

    @property
    def moment(self) -> datetime:
        return self.at or clock.eastern(self.day + timedelta(days=1), 4)


CASES = (
    Case("nbac_schedule", GAME_DAY, SCHEDULE[1], SCHEDULE[2], 1390, {"LeagueID": "00", "Season": "2024-25"}),
    Case(
        *("nbac_schedule_cdn", date(2025, 10, 22), "cdn.nba.com/static/json/staticData/scheduleLeagueV2_1.json"),
        *("nbac_schedule_cdn/raw_68953816.json", 11),
    ),
    Case(
        *("nbac_scoreboard", GAME_DAY, "stats.nba.com/stats/scoreboardV2", "nbac_scoreboard_v2/raw_06a65a50.json", 22),
        {"GameDate": "2025-01-15", "LeagueID": "00", "DayOffset": "0"},
    ),
    Case(
        *("nbac_player_boxscore", date(2025, 3, 15), "stats.nba.com/stats/leaguegamelog"),
        *("nbac_player_boxscore/raw_2ad17718.json", 157, {"PlayerOrTeam": "P", "DateFrom": "2025-03-15"}),
    ),
    Case(
        *("nbac_game_boxscore", GAME_DAY, "stats.nba.com/stats/boxscoretraditionalv2"),
        *("nbac_team_boxscore/raw_12f99055.json", 2, {"GameID": "0022400561"}, (SCHEDULE,)),
    ),
    Case(
        *("nbac_play_by_play", GAME_DAY),
        *("cdn.nba.com/static/json/liveData/playbyplay/playbyplay_0022400561.json",),
        *("nbac_play_by_play/raw_416e8d5c.json.gz", 506, {}, (SCHEDULE,)),
    ),
    Case(
        *("nbac_player_list", date(2025, 11, 1), "stats.nba.com/stats/playerindex"),
        *("nbac_player_list/raw_7af00b51.json", 594, {"Season": "2025-26", "Historical": "0", "LeagueID": "00"}),
    ),
    Case(
        *("nbac_player_movement", GAME_DAY, "stats.nba.com/js/data/playermovement/NBA_Player_Movement.json"),
        *("nbac_player_movement/raw_1ecdb80d.json.gz", 8730),
    ),
    Case(
        *("nbac_injury_report", date(2025, 1, 10)),
        *("ak-static.cms.nba.com/referee/injury/Injury-Report_2025-01-10_05PM.pdf",),
        *("nbac_injury_report/raw_2025-01-10_05PM.pdf", 122, {}, ()),
        datetime(2025, 1, 11, 0, 10, tzinfo=UTC),
    ),
    Case(
        *("nbac_referee_assignments", date(2025, 1, 8), "official.nba.com/wp-json/api/v1/get-game-officials"),
        *("nbac_referee_assignments/raw_718e62b3.json", 27, {"date": "2025-01-08"}),
    ),
    Case("bdl_games", date(2025, 2, 20), f"{BDL}/games", "bdl_games/raw_278cb9ed.json", 9, {"dates[]": "2025-02-20"}),
    Case(
        *("bdl_box_scores", MLK_DAY, f"{BDL}/box_scores", "bdl_box_scores/raw_7a649e12.json", 384),
        {"date": "2024-01-15"},
    ),
    Case(
        *("bdl_player_box_scores", FINAL, f"{BDL}/stats", "bdl_player_box_scores/raw_1db4c01e.json", 30),
        {"dates[]": "2025-06-22", "per_page": "100"},
    ),
    Case("bdl_injuries", GAME_DAY, f"{BDL}/player_injuries", "bdl_injuries/raw_d45e630e.json", 2),
    Case(
        *("bdl_standings", GAME_DAY, f"{BDL}/standings", "bdl_standings/raw_395a0451.json", 30),
        {"season": "2024"},
    ),
    Case(
        *("bp_events", date(2021, 10, 21), "api.bettingpros.com/v3/events", "bp_events/raw_75470647.json", 3),
        {"sport": "NBA", "date": "2021-10-21"},
    ),
    Case("espn_scoreboard", MLK_DAY, ESPN_GAMES[1], ESPN_GAMES[2], 11, {"dates": "20240115"}),
    Case(
        *("espn_roster", GAME_DAY, "site.api.espn.com/apis/site/v2/sports/basketball/nba/teams/2"),
        *("espn_roster_api/raw_2.json", 17, {"enable": "roster"}),
    ),
    Case(
        *("espn_boxscore", MLK_DAY, "www.espn.com/nba/boxscore/_/gameId/401585183"),
        *("espn_game_boxscore/raw_6f34c64b.html.gz", 25, {}, (ESPN_GAMES,)),
    ),
    Case("oddsa_events", date(2024, 1, 24), ODDS, ODDS_EVENTS[2], 0, {"apiKey": "the-odds-key"}),
    Case(
        *("oddsa_game_lines", date(2024, 1, 24), f"{ODDS}/cd0bc7d0c238f4446ce1c03d0cea7ec4/odds"),
        *("oddsa_game_lines_his/raw_b722994c.json", 8, {"markets": "spreads,totals"}, (ODDS_EVENTS,)),
        datetime(2024, 1, 25, 3, tzinfo=UTC),
    ),
)


@pytest.fixture
def site(source: MisbehavingSource) -> SampleSite:
    return SampleSite(source)


@pytest.fixture
def context(make_context: Callable[..., Context]) -> Context:
    return make_context(**KEYS)


@pytest.fixture
def fetcher(site: SampleSite, tmp_path: Path) -> Iterator[Fetcher]:
    transport = site.transport()
    settings = Settings(source="live", data_dir=tmp_path, http_max_attempts=1)
    yield Fetcher(settings, transport, pacer=Pacer({}))
    transport.session.close()


def run(context: Context, fetcher: Fetcher, name: str, day: date, at: datetime) -> DayOutcome:
    """A scrape as if it really were `at`: some sites may not be asked in a replay."""
    with clock.simulated(at), patch.object(clock, "wall_clock", return_value=at):
        return scraper(name).run(context, fetcher, day)


def row_count(payload: RawPayload) -> int:
    """The rows that Phase 2 reads from a payload, or its quotes where names and games must be found first."""
    feed = FEEDS[payload.feed]
    if feed.odds is not None:
        return len(feed.odds(payload).quotes)
    assert feed.parse is not None
    return sum(len(unit.rows) for unit in feed.parse(payload))


@pytest.mark.parametrize("case", CASES, ids=[c.feed for c in CASES])
def test_what_a_scraper_keeps_its_parser_reads(
    case: Case, site: SampleSite, context: Context, fetcher: Fetcher, shared: Path
) -> None:
    for name, address, file in case.first:
        site.serve(address, sample_body(shared, file))
        assert run(context, fetcher, name, case.day, case.moment).status == "success"
    body = sample_body(shared, case.sample)
    site.serve(case.address, body, **case.params)
    outcome = run(context, fetcher, case.feed, case.day, case.moment)
    kept = [context.raw_store.get(path) for path in outcome.paths]
    assert [p.body == body for p in kept] == [True]
    assert outcome.unreadable == 0
    assert sum(row_count(p) for p in kept) == case.rows
    assert any(a.address == case.address and case.params.items() <= a.params.items() for a in site.asked)
    assert "key" not in " ".join([*kept[0].params, *kept[0].params.values(), kept[0].url]).lower()


@pytest.mark.parametrize("case", CASES, ids=[c.feed for c in CASES])
def test_what_has_not_changed_is_not_sent_again(
    case: Case, site: SampleSite, context: Context, fetcher: Fetcher, shared: Path
) -> None:
    for name, address, file in case.first:
        site.serve(address, sample_body(shared, file))
        run(context, fetcher, name, case.day, case.moment)
    site.serve(case.address, sample_body(shared, case.sample), **case.params)
    first = run(context, fetcher, case.feed, case.day, case.moment)
    second = run(context, fetcher, case.feed, case.day, case.moment)
    assert (first.not_modified, second.not_modified) == (0, 1)
    assert second.paths == first.paths


def test_the_cases_are_all_feeds_with_a_response_at_hand() -> None:
    """The others are played through below, or over the recorded archive."""
    others = {"nbac_team_boxscore", "nbac_shot_chart", "oddsa_player_props", "nbac_gamebook", "bdl_active_players"}
    others |= {"bigdataball_pbp", "bp_player_props", "br_season_roster"}
    assert {c.feed for c in CASES} | others == set(SCRAPERS)
    assert set(SCRAPERS) == set(FEEDS)


def test_a_play_by_play_of_the_drive_is_searched_by_game_and_fetched_by_file(
    site: SampleSite, context: Context, fetcher: Fetcher, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive_files, "access_token", lambda key_file: f"token-of-{key_file}")
    context.settings = context.settings.model_copy(
        update={"bigdataball_key_file": Settings(bigdataball_key_file="account.json").bigdataball_key_file}
    )
    site.serve(SCHEDULE[1], sample_body(shared, SCHEDULE[2]))
    night = clock.eastern(date(2025, 6, 23), 4)
    run(context, fetcher, "nbac_schedule", FINAL, night)
    site.serve(DRIVE, b'{"files": []}')
    missing = run(context, fetcher, "bigdataball_pbp", FINAL, night)
    assert (missing.status, missing.not_offered, missing.paths) == ("success", 1, [])
    site._bodies.pop()
    site.serve(DRIVE, b'{"files": [{"id": "f7", "name": "[2025-06-22]-0042400407-IND@OKC.csv"}]}')
    site.serve(f"{DRIVE}/f7", sample_body(shared, "bigdataball_pbp/raw_746cfbef.csv"), alt="media")
    outcome = run(context, fetcher, "bigdataball_pbp", FINAL, night)
    (payload,) = [context.raw_store.get(p) for p in outcome.paths]
    assert row_count(payload) == 510
    assert payload.path.split("/")[1:3] == ["2025-06-22", "0042400407"]
    assert {a.headers["Authorization"] for a in site.asked if a.address.startswith(DRIVE)} == {
        "Bearer token-of-account.json"
    }
    assert "0042400407" in site.asked[-2].params["q"]


def test_the_damaged_gamebooks_are_kept_and_refused_whole(
    site: SampleSite, context: Context, fetcher: Fetcher, shared: Path
) -> None:
    site.serve(SCHEDULE[1], sample_body(shared, SCHEDULE[2]))
    night = clock.eastern(date(2025, 1, 16), 4)
    run(context, fetcher, "nbac_schedule", GAME_DAY, night)
    site.serve(
        "statsdmz.nba.com/pdfs/20250115/20250115_NYKPHI.pdf", sample_body(shared, "nbac_gamebook_pdf/raw_0173bcd1.pdf")
    )
    outcome = run(context, fetcher, "nbac_gamebook", GAME_DAY, night)
    assert (len(outcome.paths), outcome.not_offered) == (1, 10)
    with pytest.raises(PayloadError, match="no text"):
        row_count(context.raw_store.get(outcome.paths[0]))


def test_pages_are_followed_to_the_last_and_each_is_a_payload_of_its_own(
    site: SampleSite, context: Context, fetcher: Fetcher, shared: Path
) -> None:
    site.serve(f"{BDL}/players/active", b'{"data": [], "meta": {"per_page": 100}}', cursor="277")
    site.serve(f"{BDL}/players/active", sample_body(shared, "bdl_active_players/raw_ac3e7bd3.json"))
    outcome = run(context, fetcher, "bdl_active_players", GAME_DAY, clock.eastern(GAME_DAY, 9))
    kept = [context.raw_store.get(p) for p in outcome.paths]
    assert [p.params.get("cursor") for p in kept] == [None, "277"]
    assert [row_count(p) for p in kept] == [100, 0]
    assert {a.headers["Authorization"] for a in site.asked} == {"Bearer the-bdl-key"}


def test_a_source_that_pages_without_end_is_left(site: SampleSite, context: Context, fetcher: Fetcher) -> None:
    site.serve(f"{BDL}/players/active", b'{"data": [], "meta": {"next_cursor": 5}}')
    outcome = run(context, fetcher, "bdl_active_players", GAME_DAY, clock.eastern(GAME_DAY, 9))
    assert outcome.status == "failed"
    assert "pages without end" in str(outcome.error)
    assert len(site.asked) == 2


def test_without_a_key_a_scraper_is_skipped_and_names_the_variable(
    site: SampleSite, make_context: Callable[..., Context], fetcher: Fetcher
) -> None:
    for name, variable in [("bdl_standings", "NBA_BDL_API_KEY"), ("bp_events", "NBA_BETTINGPROS_API_KEY")]:
        outcome = run(make_context(), fetcher, name, GAME_DAY, clock.eastern(GAME_DAY, 9))
        assert outcome.status == "not_ready"
        assert variable in str(outcome.error)
    assert site.asked == []


@pytest.mark.parametrize(
    "name",
    [
        *("bdl_active_players", "bdl_injuries", "bdl_standings", "espn_roster", "br_season_roster"),
        "bp_player_props",
    ],
)
def test_a_site_that_tells_only_what_is_now_is_not_asked_in_a_replay(
    name: str, site: SampleSite, context: Context, fetcher: Fetcher
) -> None:
    with clock.simulated(clock.eastern(GAME_DAY, 9)):
        outcome = scraper(name).run(context, fetcher, GAME_DAY)
    assert (outcome.status, outcome.paths, outcome.not_offered) == ("success", [], 1)
    assert site.asked == []


def test_the_offers_of_a_game_are_asked_page_by_page_until_it_starts(
    site: SampleSite, context: Context, fetcher: Fetcher, shared: Path
) -> None:
    day, offers = date(2021, 10, 21), "api.bettingpros.com/v3/offers"
    site.serve("api.bettingpros.com/v3/events", sample_body(shared, "bp_events/raw_75470647.json"))
    site.serve(offers, b'{"offers": [], "_pagination": {"total_pages": 2}}', event_id="20879")
    # The first of three games starts at 19:30 Eastern.
    for at, asked in [(clock.eastern(day, 12), 2), (clock.eastern(day, 20), 0)]:
        run(context, fetcher, "bp_events", day, at)
        site.asked.clear()
        outcome = run(context, fetcher, "bp_player_props", day, at)
        pages = [a for a in site.asked if a.params["event_id"] == "20879"]
        assert [a.params["page"] for a in pages] == ["1", "2"][:asked]
        assert len(outcome.paths) == asked
        assert {a.headers["X-Api-Key"] for a in site.asked} == {"the-bp-key"}
