import pytest
import requests
from google.api_core import exceptions as google_errors

from common import errors
from common.job_errors import is_missing_table, is_transient


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        (errors.PayloadError("x", feed="f"), 200, "quarantined"),
        (errors.ConfigurationError("x"), 200, "failed"),
        (errors.NotReadyError("x"), 200, "not_ready"),
        (errors.SourceUnavailableError("x"), 503, "failed"),
        (errors.DeadlineExceededError("x"), 503, "timed_out"),
        (ValueError("x"), 500, "failed"),
    ],
)
def test_a_push_is_delivered_again_only_where_that_can_help(error: Exception, status: int, outcome: str) -> None:
    assert errors.http_status(error) == status
    assert errors.outcome(error) == outcome


def test_a_payload_error_names_feed_field_file_and_remedy() -> None:
    error = errors.PayloadError(
        "PTS is missing", feed="nbac_player_boxscore", field="PTS", raw_path="a/b", remedy="ask"
    )
    assert str(error) == "PTS is missing (feed=nbac_player_boxscore, field=PTS, raw_path=a/b, remedy=ask)"


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (google_errors.TooManyRequests("slow down"), True),
        (google_errors.ServiceUnavailable("later"), True),
        (google_errors.InternalServerError("oops"), True),
        (google_errors.BadRequest("Could not serialize access to table due to concurrent update"), True),
        (google_errors.Forbidden("quota", errors=[{"reason": "rateLimitExceeded"}]), True),
        (google_errors.Forbidden("no", errors=[{"reason": "accessDenied"}]), False),
        (google_errors.BadRequest("Syntax error"), False),
        (google_errors.NotFound("table"), False),
        (requests.ConnectionError("reset"), True),
        (requests.ReadTimeout("late"), True),
        (ValueError("x"), False),
    ],
)
def test_what_may_be_tried_again_is_told_by_the_error(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


@pytest.mark.parametrize(
    ("error", "missing"),
    [
        (google_errors.NotFound("Not found: Table p:nba_raw.shots was not found in location US"), True),
        (google_errors.BadRequest('Table "shots" must be qualified with a dataset (e.g. dataset.table).'), True),
        (google_errors.NotFound("Not found: Job p:nba_1"), False),
        (google_errors.BadRequest("Unrecognized name: table"), False),
        (None, False),
    ],
)
def test_a_table_that_is_not_there_is_told_from_all_else(error: object, missing: bool) -> None:
    assert is_missing_table(error) is missing
