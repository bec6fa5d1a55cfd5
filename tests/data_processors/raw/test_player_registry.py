from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from nba_api.stats.static import players as static_players

from common.errors import ConfigurationError
from common.ids import normalise_name
from data_processors.raw import player_registry
from data_processors.raw.player_registry import load_aliases

FILE = Path(player_registry.__file__).with_name("player_aliases.yaml")
ENTRIES = [
    (section, name, official)
    for section, names in yaml.safe_load(FILE.read_text(encoding="utf-8")).items()
    for name, official in names.items()
]


@pytest.mark.parametrize(("section", "name", "official"), ENTRIES)
def test_an_alias_means_one_player_of_the_official_list(section: str, name: str, official: str) -> None:
    ids = {p["id"] for p in static_players.get_players() if normalise_name(p["full_name"]) == normalise_name(official)}
    found = load_aliases().find(name)
    assert found is not None
    assert {found.player_id} == ids
    assert found.is_abbreviation == (section == "abbreviations")


@pytest.mark.parametrize(("section", "name", "official"), ENTRIES)
def test_an_alias_is_no_name_of_the_official_list(section: str, name: str, official: str) -> None:
    assert normalise_name(name) not in {normalise_name(p["full_name"]) for p in static_players.get_players()}


def test_an_alias_of_nobody_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "player_aliases.yaml"
    wrong.write_text("aliases: {Joe: Nobody Atall}\nabbreviations: {}\n")
    with pytest.raises(ConfigurationError, match="Nobody Atall"):
        load_aliases(wrong)


def test_a_name_of_two_players_needs_the_id(tmp_path: Path) -> None:
    wrong = tmp_path / "two.yaml"
    wrong.write_text("aliases: {Chuck: Charles Smith}\nabbreviations: {}\n")
    with pytest.raises(ConfigurationError, match="Charles Smith"):
        load_aliases(wrong)
    right = tmp_path / "right.yaml"
    right.write_text("aliases: {Chuck: 1628990}\nabbreviations: {}\n")
    found = load_aliases(right).find("chuck")
    assert found is not None
    assert found.player_id == 1628990
