"""What may sit under the session."""

from __future__ import annotations

from pathlib import Path

import pytest
from requests.utils import select_proxy

from common.errors import ConfigurationError
from common.settings import Settings
from scrapers.transport import build_transport
from tests.scrapers.stand_ins import ArchiveBuilder


def test_the_proxy_is_for_stats_nba_com_alone() -> None:
    transport = build_transport(Settings(source="live", http_proxy="http://proxy.example:3128"))
    proxies = transport.session.proxies
    assert select_proxy("https://stats.nba.com/stats/leaguegamelog", proxies) == "http://proxy.example:3128"
    assert select_proxy("https://api.the-odds-api.com/v4", proxies) is None
    assert transport.real_sites


def test_the_recorded_source_is_no_real_site(archive: ArchiveBuilder) -> None:
    assert not build_transport(Settings(source="recorded", archive=archive.folder)).real_sites


def test_the_simulated_source_is_no_real_site() -> None:
    assert not build_transport(Settings(source="simulated")).real_sites


def test_a_source_without_a_transport_names_those_there_are() -> None:
    settings = Settings(source="simulated").model_copy(update={"source": "dreamt"})
    with pytest.raises(ConfigurationError, match=r"dreamt is not available here yet.*live, recorded, simulated"):
        build_transport(settings)


def test_recorded_without_an_archive_says_which_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="NBA_ARCHIVE"):
        build_transport(Settings(source="recorded"))
    with pytest.raises(ConfigurationError, match=r"index\.jsonl"):
        build_transport(Settings(source="recorded", archive=tmp_path))


def test_a_damaged_index_names_file_and_line(archive: ArchiveBuilder) -> None:
    archive.add("https://stats.nba.com/x", {}, {}, "2024-11-05T06:00:00Z")
    with (archive.folder / "index.jsonl").open("a") as index:
        index.write('{"method": "GET"}\n')
    with pytest.raises(ConfigurationError, match="line=2"):
        build_transport(Settings(source="recorded", archive=archive.folder))
