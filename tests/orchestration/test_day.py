"""A day walked again after a kill: no look knows what came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from common import clock
from common.context import Context
from common.settings import Settings
from common.warehouse import Warehouse
from orchestration.day import DayWalker
from tests.orchestration.alert_rows import FIRST, GameDate, clean

pytestmark = pytest.mark.stack
DAY = FIRST + timedelta(days=405)


@pytest.fixture(scope="module", autouse=True)
def _cleaned(warehouse_settings: Settings) -> Iterator[None]:
    yield
    clean(Warehouse(warehouse_settings))


@dataclass
class Services:
    """Answers that there was nothing to do, and notes as of when predictions were asked for."""

    predicted_at: list[str] = field(default_factory=list)

    def post(self, service: str, _path: str, body: dict[str, Any]) -> dict[str, Any]:
        if service == "coordinator":
            self.predicted_at.append(body["simulated_at"])
        return {"http_status": 200, "results": [], "dates": []}

    def scrape(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {"http_status": 200, "results": []}

    process_dates = scrape


def predicted_at(context: Context) -> list[str]:
    services = Services()
    broker = SimpleNamespace(wait_idle=lambda _seconds: True)
    session: Any = SimpleNamespace(context=context, services=services, stack=SimpleNamespace(broker=broker))
    runs = DayWalker(session).walk(DAY, DAY, DAY)
    assert [r.problems for r in runs] == [[]]
    return services.predicted_at


def test_a_look_that_a_later_one_has_followed_is_not_predicted_again(context: Context) -> None:
    game = GameDate(context, DAY)
    looks = [clock.iso_utc(game.at(10)), clock.iso_utc(game.at(18, 30))]
    assert predicted_at(context) == looks
    game.quote()  # of 17:00: the morning could not know it
    assert predicted_at(context) == looks[1:]
