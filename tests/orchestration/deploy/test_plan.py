from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from common.errors import ConfigurationError
from common.settings import Settings
from data_processors.analytics.main_analytics_service import PHASE as ANALYTICS
from data_processors.grading.main_grading_service import PHASE as GRADING
from data_processors.precompute.main_precompute_service import PHASE as PRECOMPUTE
from orchestration.deploy.foundations import LIFECYCLE_FILE, datasets
from orchestration.deploy.health import problem
from orchestration.deploy.lines import Step
from orchestration.deploy.plan import plan
from orchestration.deploy.services import SERVICES_FILE, CloudServices
from orchestration.deploy.target import Target
from orchestration.schedules import Schedules
from orchestration.topology import Topology
from tests.conftest import ROOT

TARGET = Target("my-project", "us-east1", "abc123", project_number="123456789012", notify="ops@example.com")
TOPOLOGY = Topology.load()
SERVICES = CloudServices.load(TOPOLOGY)
STEPS = plan(TARGET)


def lines_with(*words: str, steps: list[Step] = STEPS) -> list[str]:
    return [line for step in steps for line in step.lines if all(w in line for w in words)]


def test_every_topic_subscription_schedule_and_service_is_there_once() -> None:
    for topic in TOPOLOGY.all_topics:
        assert len(lines_with(f"|| gcloud pubsub topics create {topic} ")) == 1, topic
    for name in TOPOLOGY.all_subscriptions:
        assert len(lines_with(f" gcloud pubsub subscriptions create {name} ")) == 1, name
    for schedule in Schedules.load().schedules:
        (line,) = lines_with(f"gcloud scheduler jobs create http nba-{schedule.name} ")
        assert f"--schedule='{schedule.cron}'" in line
        assert "--time-zone=America/New_York" in line
        assert json.dumps(schedule.body, separators=(",", ":")) in line
    for name in TOPOLOGY.services:
        assert len(lines_with(f"gcloud run deploy nba-{name} ")) == 1, name
        assert len(lines_with("/health", f"orchestration.deploy.health {name} abc123")) == 1, name


def test_every_push_carries_a_token_for_the_service_that_checks_it() -> None:
    for s in TOPOLOGY.subscriptions:
        (line,) = lines_with(f"gcloud pubsub subscriptions create {s.name} ")
        url = f"https://nba-{s.service}-123456789012.us-east1.run.app"
        assert f"--push-endpoint={url}{s.path} " in line
        assert f"--push-auth-token-audience={url} " in line
        assert "--push-auth-service-account=nba-push@my-project.iam.gserviceaccount.com " in line
        assert f"--ack-deadline={s.ack_deadline_seconds} " in line
        assert f"--dead-letter-topic={s.dead_letter.topic} " in line
        (service,) = lines_with(f"gcloud run deploy nba-{s.service} ")
        assert f"NBA_OIDC_AUDIENCE={url};" in service
        assert "nba-push@my-project.iam.gserviceaccount.com" in service


def test_dead_letters_are_moved_by_pub_sub_s_own_account() -> None:
    agent = "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    for s in TOPOLOGY.subscriptions:
        assert lines_with("topics add-iam-policy-binding", f" {s.dead_letter.topic} ", agent, "roles/pubsub.publisher")
        assert lines_with("subscriptions add-iam-policy-binding", f" {s.name} ", agent, "roles/pubsub.subscriber")
    assert lines_with("nba-push@", agent, "roles/iam.serviceAccountTokenCreator")


def test_nobody_may_call_who_does_not() -> None:
    calls = {(s.service, "push") for s in TOPOLOGY.subscriptions}
    calls |= {(s.service, "scheduler") for s in Schedules.load().schedules}
    calls |= {(other, name) for name, s in SERVICES.services.items() for other in s.calls}
    found = {
        (m[1], m[2])
        for line in lines_with("roles/run.invoker")
        if (m := re.search(r"binding nba-(\S+) --member=serviceAccount:nba-(\w+)@", line))
    }
    assert found == calls
    assert all("--no-allow-unauthenticated" in line for line in lines_with("gcloud run deploy"))
    assert lines_with("allUsers") == []


def test_the_steps_come_in_an_order_that_can_work() -> None:
    text = [line for step in STEPS for line in step.lines]

    def first(word: str) -> int:
        return next(n for n, line in enumerate(text) if word in line)

    assert first("services enable") == 0
    assert first("service-accounts create") < first("add-iam-policy-binding")
    assert first("nba migrate") < first("GRANT")
    assert first("secrets create") < first("run deploy")
    assert first("topics create") < first("subscriptions create")
    assert first("run deploy nba-orchestration") < first("subscriptions create") < first("scheduler jobs create")
    assert first("logging metrics create") < first("monitoring policies create") < first("/health")


def test_a_line_that_does_not_know_the_project_number_asks_for_it() -> None:
    steps = plan(Target("my-project", "us-east1", "abc123"))
    (line,) = lines_with("gcloud run deploy nba-raw ", steps=steps)
    assert "$(gcloud projects describe my-project --format='value(projectNumber)')" in line
    for step in steps:
        for each in step.lines:
            assert subprocess.run(["bash", "-n", "-c", each], check=False).returncode == 0, each


def test_a_secret_setting_is_a_secret_and_never_a_plain_variable() -> None:
    variables = {f"NBA_{n.upper()}" for n, f in Settings.model_fields.items() if "SecretStr" in str(f.annotation)}
    assert variables == set(TARGET.secrets)
    given: dict[str, set[str]] = {}
    for line in lines_with("gcloud run deploy", "--set-secrets"):
        (secrets,) = re.findall(r"--set-secrets=(\S+)", line)
        (service,) = re.findall(r"run deploy nba-(\S+)", line)
        given[service] = {part.split("=")[1] for part in secrets.split(",")}
    assert set(given) == {"scrapers", "orchestration"}
    assert given["orchestration"] == {"nba-alert-webhook-url:latest"}
    assert given["scrapers"] == {f"{s}:latest" for s in TARGET.secrets.values()} - given["orchestration"]
    readers = {
        (m[1], m[2])
        for line in lines_with("roles/secretmanager.secretAccessor")
        if (m := re.search(r"binding (\S+) --member=serviceAccount:nba-(\w+)@", line))
    }
    assert readers == {(secret.split(":")[0], name) for name, of in given.items() for secret in of}
    left_out = plan(Target("my-project", "us-east1", "abc123", without_secrets=("bdl_api_key",)))
    assert lines_with("nba-bdl-api-key", steps=left_out) == []
    with pytest.raises(ConfigurationError, match="no such setting: bdl_key"):
        plan(Target("my-project", "us-east1", "abc123", without_secrets=("bdl_key",)))


def test_every_dataset_of_the_migrations_has_somebody_who_writes_it() -> None:
    assert set(datasets()) == {d for s in SERVICES.services.values() for d in s.writes}


def room_files(*folders: str) -> Iterator[str]:
    for folder in folders:
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in {".py", ".sql"}:
                yield file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("service", "folders"),
    [
        ("raw", ["data_processors/raw"]),
        ("analytics", ["data_processors/analytics"]),
        ("precompute", ["data_processors/precompute"]),
        ("grading", ["data_processors/grading"]),
        ("coordinator", ["predictions/coordinator"]),
        ("worker", ["predictions/worker"]),
        ("scrapers", ["scrapers"]),
    ],
)
def test_a_service_may_reach_what_its_code_names(service: str, folders: list[str]) -> None:
    named = {d for text in room_files(*folders) for d in re.findall(r"\bnba_([a-z]+)\.[a-z]", text)} - {"api"}
    allowed = SERVICES.services[service]
    if service != "scrapers":  # they name the tables that Phase 2 fills from their payloads
        assert named <= {*allowed.reads, *allowed.writes}
    topics = {t for text in room_files(*folders) for t in re.findall(r'(?:TOPIC|topic) ?= ?"([a-z0-9-]+)"', text)}
    assert topics == set(allowed.publishes)


@pytest.mark.parametrize("phase", [ANALYTICS, PRECOMPUTE, GRADING])
def test_a_phase_writes_where_its_processors_do_and_nowhere_else(phase: object) -> None:
    allowed = SERVICES.services[phase.service]  # type: ignore[attr-defined]
    outputs = {p.output.split(".")[0].removeprefix("nba_") for p in phase.processors}  # type: ignore[attr-defined]
    assert set(allowed.writes) == outputs | {"orchestration", "staging"}


def test_no_figure_stands_without_a_reason(tmp_path: Path) -> None:
    text = SERVICES_FILE.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text.replace(', why: "a request keeps a vCPU busy"', ""), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"a\.yaml:\d+: services\.worker\.concurrency\.why: Field required"):
        CloudServices.load(TOPOLOGY, tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  grading:\n", "  grade:\n", "not the same as in topology.yaml: grade, grading"),
        ("publishes: [nba-predictions-staged]", "publishes: [nba-staged]", "there is no topic 'nba-staged'"),
        ("timeout_seconds: {value: 330", "timeout_seconds: {value: 200", "below the acknowledgement deadline"),
        ("writes: [analytics,", "writes: [analytic,", "there is no dataset 'analytic'"),
        ("memory: {value: 2Gi", "memory: {value: 2GB", "memory.value"),
        ("secrets: [alert_webhook_url]", "secrets: [alert_webhook]", "no secret setting is called 'alert_webhook'"),
        ("    secrets: [alert_webhook_url]\n", "", "no service gets the secret alert_webhook_url"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = SERVICES_FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "a.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        CloudServices.load(TOPOLOGY, tmp_path / "a.yaml")


def test_raw_payloads_are_kept_for_good() -> None:
    rules = json.loads((ROOT / LIFECYCLE_FILE).read_text(encoding="utf-8"))["lifecycle"]["rule"]
    for rule in rules:
        if rule["action"]["type"] == "Delete":
            assert rule["condition"]["matchesSuffix"] == [".partial"]


def test_the_image_has_what_the_services_need() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "NBA_BIND=0.0.0.0" in dockerfile
    assert yaml.safe_load(SERVICES_FILE.read_text(encoding="utf-8"))["services"].keys() == set(TOPOLOGY.services)


GOOD = {"service": "raw", "version": "abc123", "revision": "nba-raw-00001", "status": "ok"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (json.dumps(GOOD), None),
        (json.dumps({**GOOD, "service": "analytics"}), "service is 'analytics', wanted 'raw'"),
        (json.dumps({**GOOD, "version": "old"}), "version is 'old'"),
        (json.dumps({**GOOD, "revision": ""}), "no revision"),
        ("<html>Error</html>", "not JSON"),
        ("[]", "no object"),
    ],
)
def test_only_the_right_service_in_the_right_version_is_well(answer: str, words: str | None) -> None:
    found = problem(answer, "raw", "abc123")
    assert (found is None) if words is None else (found is not None and words in found)
