"""The JSON body of a request, checked against a model; a wrong one is answered with 400 that names the field.

This is the one place where a request's body is read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from pydantic import BaseModel, ValidationError

from common import strict_json
from common.request_dates import check_dates
from common.validation_words import first_problem


class InvalidBodyError(Exception):
    """The caller's body is wrong; the service answers 400 with these words."""


def json_body() -> Any:
    """The current request's body; InvalidBodyError where it is no JSON that we take (`strict_json`).

    Whatever type its sender gave it: schedulers and people forget to. Werkzeug answers 413 for one that is too long.
    """
    try:
        return strict_json.parse(request.get_data())
    except strict_json.NotStrictJsonError as error:
        raise InvalidBodyError(f"body: {error}") from error


def body_as[Model: BaseModel](model: type[Model]) -> Model:
    """The current request's body as a `model`; InvalidBodyError that names the first wrong field."""
    try:
        return model.model_validate(json_body())
    except ValidationError as error:
        raise InvalidBodyError(": ".join(first_problem(error))) from error
    except (RecursionError, OverflowError, UnicodeError) as error:
        # The data is at fault, wherever in a model's checks it shows.
        raise InvalidBodyError(f"body: {type(error).__name__}") from error


def check_span(start_date: date, end_date: date, limit: int) -> None:
    """InvalidBodyError if more than `limit` dates are asked for, both ends included."""
    try:
        check_dates((start_date, end_date), limit)
    except ValueError as error:
        days = (end_date - start_date).days + 1
        raise InvalidBodyError(f"end_date: {days} days asked for; at most {limit} a call") from error
