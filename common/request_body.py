"""The JSON body of a request, checked against a model; a wrong one is answered with 400 that names the field."""

from __future__ import annotations

from datetime import date

from flask import request
from pydantic import BaseModel, ValidationError


class InvalidBodyError(Exception):
    """The caller's body is wrong; the service answers 400 with these words."""


def body_as[Model: BaseModel](model: type[Model]) -> Model:
    """The current request's body as a `model`; InvalidBodyError that names the first wrong field."""
    try:
        return model.model_validate(request.get_json(force=True, silent=True))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "body"
        raise InvalidBodyError(f"{where}: {first['msg']}") from error


def check_span(start_date: date, end_date: date, limit: int) -> None:
    """InvalidBodyError if more than `limit` dates are asked for, both ends included."""
    days = (end_date - start_date).days + 1
    if days > limit:
        raise InvalidBodyError(f"end_date: {days} days asked for; at most {limit} a call")
