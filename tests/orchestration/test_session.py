"""What the embedded stack's services are told."""

from __future__ import annotations

from common.settings import Settings
from orchestration.local.stack import Endpoints
from orchestration.session import _endpoint_variables, environment_of


def test_the_services_of_this_machine_ask_for_no_token_whatever_a_container_would_do() -> None:
    settings = Settings(bind="0.0.0.0")  # noqa: S104
    endpoints = Endpoints("http://127.0.0.1:1", "127.0.0.1:2", "http://127.0.0.1:3", "http://127.0.0.1:4")
    told = {**environment_of(settings), **_endpoint_variables(endpoints)}
    assert not Settings(bind=told["NBA_BIND"]).auth_required
