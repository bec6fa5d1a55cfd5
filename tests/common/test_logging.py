import json
import logging

from common import logging as json_logs
from common.errors import PayloadError


def line(record: logging.LogRecord) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(json_logs.JsonFormatter("raw").format(record))
    return parsed


def test_a_log_line_is_one_json_object_with_its_correlation_id() -> None:
    record = logging.makeLogRecord({"msg": "loaded %d", "args": (3,), "levelname": "INFO", "table": "nba_raw.shots"})
    with json_logs.correlated("c-1"):
        found = line(record)
    assert found["message"] == "loaded 3"
    assert found["table"] == "nba_raw.shots"
    assert (found["service"], found["correlation_id"], found["severity"]) == ("raw", "c-1", "INFO")


def test_secrets_never_reach_a_log_line() -> None:
    json_logs.register_secret("canary-4711-key")
    text = "GET /v4/odds?apiKey=abc123&regions=us Authorization: Bearer-x canary-4711-key"
    shown = json.dumps(line(logging.makeLogRecord({"msg": text, "url": "https://x?api_key=zzz"})))
    assert "abc123" not in shown
    assert "canary-4711-key" not in shown
    assert "zzz" not in shown
    assert "regions=us" in shown


def test_an_error_of_ours_brings_its_attributes() -> None:
    try:
        raise PayloadError("bad", feed="nbac_schedule", field="gameId")
    except PayloadError as error:
        record = logging.makeLogRecord({"msg": "x", "exc_info": (type(error), error, error.__traceback__)})
    found = line(record)
    assert (found["error_type"], found["error_feed"], found["error_field"]) == (
        "PayloadError",
        "nbac_schedule",
        "gameId",
    )
