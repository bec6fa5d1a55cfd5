import base64
import json
from datetime import date

import pytest

from common.errors import InvalidEventError
from common.events import Event, TableChange, deterministic_id, parse_push


def envelope(event: Event, **more: object) -> dict[str, object]:
    data = base64.b64encode(event.model_dump_json().encode()).decode()
    return {"message": {"data": data, "messageId": "7"}, "subscription": "projects/p/subscriptions/s", **more}


def test_an_event_comes_back_from_its_envelope_as_it_was_sent() -> None:
    event = Event(
        phase="phase2",
        source="raw",
        game_dates=[date(2024, 11, 4)],
        tables=[TableChange(table="nba_raw.shots", rows_changed=2662, content_hash="ab")],
    )
    push = parse_push(envelope(event, deliveryAttempt=3))
    assert push.event == event
    assert (push.message_id, push.attempt, push.redelivered) == ("7", 3, True)
    assert not parse_push(envelope(event)).redelivered


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "message"),
        ({"message": "text"}, "message"),
        ({"message": {"data": "%%%"}}, "message.data"),
        ({"message": {"data": base64.b64encode(b"{}").decode()}}, "phase"),
        ({"message": {"data": base64.b64encode(json.dumps({"phase": "phase9"}).encode()).decode()}}, "phase"),
    ],
)
def test_a_message_that_is_none_of_ours_is_refused_with_the_field_named(body: object, field: str) -> None:
    with pytest.raises(InvalidEventError) as caught:
        parse_push(body)
    assert caught.value.attributes["field"] == field


def test_an_event_of_another_schema_version_is_refused() -> None:
    data = json.loads(Event(phase="phase1", source="x").model_dump_json()) | {"schema_version": 2}
    body = {"message": {"data": base64.b64encode(json.dumps(data).encode()).decode()}}
    with pytest.raises(InvalidEventError, match="schema version 1"):
        parse_push(body)


def test_the_same_work_gets_the_same_id_and_other_work_another() -> None:
    assert deterministic_id("a", date(2024, 11, 4)) == deterministic_id("a", date(2024, 11, 4))
    assert deterministic_id("a", "b") != deterministic_id("ab")


@pytest.mark.parametrize(
    "path",
    [
        "../../../etc/passwd",
        "a/b/../c.json.gz",
        "/a/b/c/d.json.gz",
        "a\\b/c/d/e.json.gz",
        "a/b//d.json.gz",
        "file:///a/b",
        "a/b",
        "",
    ],
)
def test_an_event_that_names_a_file_outside_the_raw_store_is_refused(path: str) -> None:
    data = json.loads(Event(phase="phase1", source="x").model_dump_json()) | {"raw_paths": [path]}
    body = {"message": {"data": base64.b64encode(json.dumps(data).encode()).decode()}}
    with pytest.raises(InvalidEventError, match="not a path of the raw store") as caught:
        parse_push(body)
    assert caught.value.attributes["field"] == "raw_paths.0"
