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


def test_a_line_is_bounded_whatever_it_is_about() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    extra = {
        "body": "x" * 20_000_000,
        "paths": [f"p{n}" for n in range(100_000)],
        "names": {f"n{n}": n for n in range(100_000)},
        "deep": deep,
    }
    record = logging.makeLogRecord({"msg": "begins %s ends", "args": ("y" * 1_000_000,), **extra})
    text = json_logs.JsonFormatter("raw").format(record)
    assert len(text) < 30_000
    found = json.loads(text)
    assert found["message"].startswith("begins y")
    assert found["message"].endswith("y ends")
    assert found["paths"][:2] == ["p0", "p1"]
    assert found["paths"][-1] == "… (99900 more)"
    assert found["names"]["…"] == "99900 more"


def test_a_line_can_always_be_written() -> None:
    class Rude:
        def __str__(self) -> str:
            raise ValueError("no")

    values = {"half": "a\ud800", "key": {"\udfff": 1}, "nan": float("nan"), "huge": 10**5000, "rude": Rude()}
    text = json_logs.JsonFormatter("raw").format(logging.makeLogRecord({"msg": "x\ud800", **values}))
    text.encode()
    found = json.loads(text, parse_constant=lambda word: 1 / 0)
    assert (found["message"], found["half"], found["nan"]) == ("x\\ud800", "a\\ud800", "nan")


def test_a_secret_is_taken_out_before_a_text_is_cut() -> None:
    json_logs.register_secret("canary-0815-key")
    for at in range(1985, 2001):
        text = "x" * at + "canary-0815-key" + "x" * 10_000
        assert "canary" not in json_logs.JsonFormatter("raw").format(logging.makeLogRecord({"msg": text}))
