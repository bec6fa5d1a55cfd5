"""A `requests` response that came from no connection, for the transports that have none."""

from __future__ import annotations

import io
from collections.abc import Mapping

import requests
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

# Which transport answered, on every answer that is not a live site's.
SOURCE_HEADER = "X-NBA-Source"
# Why a 404 is one: the source lacks the request, or it had nothing yet.
MISSING_HEADER = "X-NBA-Missing"
NO_ENTRY = "no-entry"
NOT_YET = "not-yet"


def made_response(
    request: requests.PreparedRequest, source: str, status: int, body: bytes, headers: Mapping[str, str]
) -> requests.Response:
    """An answer to `request` (JSON unless `headers` say otherwise), marked as the answer of `source`."""
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(
        {"Content-Type": "application/json; charset=utf-8", SOURCE_HEADER: source, **headers}
    )
    response.raw = HTTPResponse(body=io.BytesIO(body), status=status, headers=headers, preload_content=False)
    response.encoding = "utf-8"
    response.url = request.url or ""
    response.request = request
    return response
