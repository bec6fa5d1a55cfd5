"""A redirect to somebody else carries none of our keys, wherever they travel; one within the source carries them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from common.errors import RequestError
from scrapers.balldontlie.box_scores import BdlBoxScores
from scrapers.bettingpros.events import BettingProsEvents
from scrapers.bigdataball import play_by_play
from scrapers.bigdataball.play_by_play import BigDataBallPlayByPlay
from scrapers.fetcher import Fetcher
from scrapers.oddsapi.events import OddsEvents
from scrapers.scraper_base import Scraper
from scrapers.source_request import SourceRequest
from tests.scrapers.misbehaving import MisbehavingSource, answers

KEY = "k3y/of+a source"
KEYED = [BettingProsEvents(), BdlBoxScores(), OddsEvents(), BigDataBallPlayByPlay()]


@pytest.fixture
def stranger(source: MisbehavingSource) -> Iterator[MisbehavingSource]:
    """Another port, so another origin."""
    server = MisbehavingSource()
    server.script = [answers(b"[1]")]
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play_by_play, "access_token", lambda key: key)


def asked(scraper: Scraper, source: MisbehavingSource) -> SourceRequest:
    plain = SourceRequest("all", source.url, {"page": "1"}, {"Accept": "application/json"})
    return scraper.authenticated(plain, KEY)


def seen(server: MisbehavingSource) -> str:
    return f"{server.queries} {server.headers}"


@pytest.mark.parametrize("scraper", KEYED, ids=lambda s: s.name)
def test_another_host_is_asked_without_the_key(
    scraper: Scraper, source: MisbehavingSource, stranger: MisbehavingSource, live_fetcher: Callable[..., Fetcher]
) -> None:
    source.script = [answers(b"", 302, {"Location": f"{stranger.url}?page=1"})]
    answer = live_fetcher().fetch(asked(scraper, source))
    assert answer.body == b"[1]"
    assert KEY in seen(source)
    assert KEY not in seen(stranger)
    assert (stranger.queries, stranger.headers[0]["Accept"]) == ([{"page": "1"}], "application/json")


@pytest.mark.parametrize("scraper", KEYED[:2], ids=lambda s: s.name)
def test_the_key_does_not_come_back_behind_a_stranger(
    scraper: Scraper, source: MisbehavingSource, stranger: MisbehavingSource, live_fetcher: Callable[..., Fetcher]
) -> None:
    source.script = [answers(b"", 307, {"Location": stranger.url}), answers(b"[2]")]
    stranger.script = [answers(b"", 307, {"Location": source.url})]
    assert live_fetcher().fetch(asked(scraper, source)).body == b"[2]"
    assert KEY not in str(source.headers[1])


@pytest.mark.parametrize("spelled", [KEY.replace(" ", "%20"), quote(KEY, safe="")])
def test_a_redirect_that_repeats_the_key_of_the_query_is_refused(
    spelled: str, source: MisbehavingSource, stranger: MisbehavingSource, live_fetcher: Callable[..., Fetcher]
) -> None:
    source.script = [answers(b"", 301, {"Location": f"{stranger.url}?apiKey={spelled}"})]
    with pytest.raises(RequestError, match="redirects our key to another host") as caught:
        live_fetcher().fetch(asked(OddsEvents(), source))
    assert KEY not in str(caught.value)
    assert stranger.requests == 0


@pytest.mark.parametrize("location", ["/moved?page=1", "{url}"])
def test_within_the_source_the_key_goes_along(
    location: str, source: MisbehavingSource, live_fetcher: Callable[..., Fetcher]
) -> None:
    source.script = [answers(b"", 308, {"Location": location.format(url=source.url)}), answers(b"[3]")]
    assert live_fetcher().fetch(asked(BettingProsEvents(), source)).body == b"[3]"
    assert [h["X-Api-Key"] for h in source.headers] == [KEY, KEY]


def test_a_kept_answer_s_validators_are_not_told_to_a_stranger(
    source: MisbehavingSource, stranger: MisbehavingSource, live_fetcher: Callable[..., Fetcher]
) -> None:
    source.script = [answers(b"", 302, {"Location": stranger.url})]
    request = replace(asked(BettingProsEvents(), source), validators={"ETag": '"v1"'})
    assert live_fetcher().fetch(request).body == b"[1]"
    assert "If-None-Match" not in stranger.headers[0]
