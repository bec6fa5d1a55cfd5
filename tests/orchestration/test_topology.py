"""Rules of the topology file."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.topology import TOPOLOGY_FILE, Topology, TopologyError


@pytest.fixture
def content() -> dict[str, Any]:
    return yaml.safe_load(TOPOLOGY_FILE.read_text(encoding="utf-8"))


def load(tmp_path: Path, content: object) -> Topology:
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return Topology.load(path)


def local_urls(topology: Topology) -> dict[str, str]:
    return {service: f"http://127.0.0.1:8000/{service}" for service in topology.services}


def test_the_phases_are_connected_as_the_pipeline_needs_it() -> None:
    topology = Topology.load()
    assert {(s.topic, s.name, s.service, s.path) for s in topology.subscriptions} == {
        ("nba-phase1-scrapers-complete", "phase2-raw", "raw", "/process"),
        ("nba-phase2-raw-complete", "phase3-analytics", "analytics", "/process"),
        ("nba-phase3-analytics-complete", "phase4-precompute", "precompute", "/process"),
        ("nba-phase2-raw-complete", "grading-results", "grading", "/process"),
        ("nba-phase4-precompute-complete", "phase5-coordinator", "coordinator", "/process"),
        ("nba-prediction-requests", "phase5-worker", "worker", "/process"),
        ("nba-predictions-staged", "phase5-consolidate", "coordinator", "/consolidate"),
        ("nba-phase5-predictions-complete", "grading-predictions", "grading", "/process"),
    }


def test_every_push_subscription_has_a_dead_letter_place_of_its_own() -> None:
    topology = Topology.load()
    assert len({s.dead_letter.topic for s in topology.subscriptions}) == len(topology.subscriptions)
    resources = topology.subscription_resources("p", local_urls(topology))
    keepers = {r["topic"] for r in resources if "pushConfig" not in r}
    assert keepers == {r["deadLetterPolicy"]["deadLetterTopic"] for r in resources if "pushConfig" in r}


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000/coordinator", "https://coordinator-abc.a.run.app/"])
def test_an_endpoint_is_the_services_address_and_the_subscriptions_path(base: str) -> None:
    endpoint = Topology.load().endpoint("phase5-consolidate", {"coordinator": base})
    assert endpoint == base.rstrip("/") + "/consolidate"


def test_an_endpoint_without_the_services_address_is_an_error_that_names_the_service() -> None:
    with pytest.raises(KeyError, match="grading"):
        Topology.load().endpoint("grading-results", {"raw": "http://127.0.0.1:1"})


def test_pushes_in_the_cloud_carry_a_token_for_the_service() -> None:
    topology = Topology.load()
    urls = {service: f"https://{service}.run.app" for service in topology.services}
    resources = topology.subscription_resources("p", urls, push_service_account="push@p.iam.gserviceaccount.com")
    assert resources[0]["pushConfig"]["oidcToken"] == {
        "serviceAccountEmail": "push@p.iam.gserviceaccount.com",
        "audience": "https://raw.run.app",
    }


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("ack_deadline_seconds", 601, r"subscriptions\[0\].ack_deadline_seconds"),
        ("max_delivery_attempts", 4, r"subscriptions\[0\].max_delivery_attempts"),
        ("retry", {"min_backoff_seconds": 1, "max_backoff_seconds": 600}, "retry.min_backoff_seconds"),
        ("retry", {"min_backoff_seconds": 60, "max_backoff_seconds": 20}, r"subscriptions\[0\].retry"),
        ("topic", "nba-no-such-topic", r"subscriptions\[0\] \(phase2-raw\).topic"),
        ("service", "nobody", r"subscriptions\[0\] \(phase2-raw\).service"),
        ("pathh", "/process", r"subscriptions\[0\].pathh"),
        ("name", "phase3-analytics", "phase3-analytics"),
    ],
)
def test_a_wrong_value_is_refused_naming_the_file_and_the_field(
    tmp_path: Path, content: dict[str, Any], field: str, value: object, named: str
) -> None:
    content["subscriptions"][0][field] = value
    with pytest.raises(TopologyError, match=rf"changed\.yaml: .*{named}"):
        load(tmp_path, content)


def test_a_file_that_is_not_yaml_is_refused_naming_the_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("services: [", encoding="utf-8")
    with pytest.raises(TopologyError, match=r"broken\.yaml"):
        Topology.load(path)


def test_two_subscriptions_may_not_share_a_dead_letter_topic(tmp_path: Path, content: dict[str, Any]) -> None:
    content["subscriptions"][1]["dead_letter"]["topic"] = content["subscriptions"][0]["dead_letter"]["topic"]
    with pytest.raises(TopologyError, match="phase2-raw-dead-letter"):
        load(tmp_path, content)
