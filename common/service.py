"""The Flask application factory: /health, /process (Pub/Sub push), /process-date-range (people, schedulers).

A push is answered with 2xx for whatever a redelivery cannot mend, and with 5xx only where it can. Both
endpoints demand a valid OIDC token unless the service is bound to loopback.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from werkzeug.exceptions import HTTPException

from common import auth, clock
from common.context import Context
from common.date_words import with_dates
from common.errors import InvalidEventError, NbaError, TerminalError, TransientError, http_status, outcome
from common.events import Event, Push, Trigger, parse_push
from common.json_answers import CleanJson
from common.logging import correlated, without_known_secrets
from common.request_body import InvalidBodyError, body_as, check_span, json_body
from common.request_dates import GameDate, Moment
from common.warehouse import labelled

log = logging.getLogger(__name__)
ProcessorName = Annotated[str, Field(min_length=1, max_length=100)]
_LONGEST_HEADER = 200


class DateRangeRequest(BaseModel):
    """The body of /process-date-range: both dates included; no processors means all.

    A date may be a word (`yesterday`, `today-3`), as a schedule writes it: Eastern, by the request's clock.
    """

    model_config = ConfigDict(extra="forbid")
    start_date: GameDate
    end_date: GameDate
    processors: list[ProcessorName] = Field(default=[], max_length=100)
    force: bool = False
    # Also the later dates that a change on these dates would concern, as a push event would.
    downstream: bool = False
    # Whether the next phase is told of what changed. A backfill runs the phases itself and says no.
    publish: bool = True
    trigger: Trigger = "manual"
    simulated_at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _words(cls, body: object) -> object:
        return with_dates(body, ("start_date", "end_date"))

    @model_validator(mode="after")
    def _ordered(self) -> DateRangeRequest:
        if self.end_date < self.start_date:
            raise ValueError("end_date is before start_date")
        return self


@dataclass
class ProcessorResult:
    """What one processor did: its ledger status, rows changed, seconds, and the error in words."""

    processor: str
    status: str
    rows_changed: int = 0
    seconds: float = 0.0
    error: str | None = None
    transient: bool = False

    def as_json(self) -> dict[str, Any]:
        """The entry of an answer."""
        entry: dict[str, Any] = {
            "processor": self.processor,
            "status": self.status,
            "rows": self.rows_changed,
            "seconds": round(self.seconds, 3),
            "error": self.error,
        }
        return entry


@dataclass
class Answer:
    """What a handler did, one entry a processor."""

    results: list[ProcessorResult] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def bad(self) -> list[ProcessorResult]:
        """The processors that did not reach their end."""
        return [r for r in self.results if r.status in {"failed", "timed_out"}]

    @property
    def status(self) -> str:
        """success, partial, or failed; not_ready when nothing could start."""
        if not self.bad:
            return "not_ready" if self.results and all(r.status == "not_ready" for r in self.results) else "success"
        return "failed" if len(self.bad) == len(self.results) else "partial"

    def push_code(self) -> int:
        """5xx only where delivering the message again could help."""
        return 503 if any(r.transient for r in self.bad) else 200

    def manual_code(self) -> int:
        """200 when all went well, 503 where trying again could help, else 207 with the details."""
        if not self.bad:
            return 200
        return 503 if all(r.transient for r in self.bad) else 207

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"status": self.status, "results": [r.as_json() for r in self.results], **self.detail}


OnPush = Callable[[Context, Push], Answer]
OnRange = Callable[[Context, DateRangeRequest], Answer]


def create_service(
    name: str,
    context: Context,
    *,
    on_push: OnPush | None = None,
    on_range: OnRange | None = None,
    routes: Sequence[tuple[str, Callable[[Context], Any]]] = (),
    pushes: Sequence[tuple[str, OnPush]] = (),
) -> Flask:
    """The WSGI app of a service.

    `on_push` answers /process, `on_range` /process-date-range; `pushes` are further push endpoints
    (path, handler); `routes` further POST endpoints (path, handler of the context that reads `request`
    and returns a JSON-able object, an Answer, or a (object, code) pair).
    """
    app = Flask(name)
    app.json = CleanJson(app)
    app.config["MAX_CONTENT_LENGTH"] = context.settings.max_request_bytes

    @app.get("/health")
    def health() -> Response:
        settings = context.settings
        return jsonify(service=name, version=settings.code_version, revision=settings.revision, status="ok")

    def guarded(view: Callable[[], Any]) -> Callable[[], Any]:
        @wraps(view)
        def checked() -> Any:
            auth.require_caller(context.settings, request.headers.get("Authorization"))
            with labelled(service=name):
                try:
                    return view()
                finally:
                    context.flush()

        return checked

    def set_apart(error: Exception) -> Any:
        # Kept whole for a person; a redelivery could not make it readable. Where it can't be kept, it is not
        # acknowledged: the broker keeps it, at last as a dead letter.
        context.quarantine.message(request.get_data(), str(error), _header("User-Agent") or "")
        return jsonify(status="quarantined", error=str(error)), 200

    def push_view(handler: OnPush) -> Callable[[], Any]:
        def view() -> Any:
            try:
                push = parse_push(json_body(), max_date_span=context.settings.max_date_span)
            except (InvalidBodyError, InvalidEventError) as error:
                return set_apart(error)
            started = time.monotonic()
            with correlated(push.event.correlation_id), clock.simulated(push.event.simulated_at):
                try:
                    answer = handler(context, push)
                except InvalidEventError as error:
                    return set_apart(error)
                except NbaError as error:
                    log.exception("push not processed", extra={"service_path": request.path})
                    return jsonify(status=outcome(error), error=str(error)), http_status(error)
                log.info(
                    "push processed",
                    extra={
                        "status": answer.status,
                        "attempt": push.attempt,
                        "seconds": round(time.monotonic() - started, 3),
                        "results": [r.as_json() for r in answer.results],
                    },
                )
                return jsonify(answer.as_json()), answer.push_code()

        return view

    def range_view(handler: OnRange) -> Any:
        wanted = body_as(DateRangeRequest)
        check_span(wanted.start_date, wanted.end_date, context.settings.max_date_span)
        with correlated(_header("X-Correlation-Id")), clock.simulated(wanted.simulated_at):
            try:
                answer = handler(context, wanted)
            except NbaError as error:
                log.exception("date range not processed")
                code = 503 if isinstance(error, TransientError) else 200 if outcome(error) == "not_ready" else 422
                return jsonify(status=outcome(error), error=str(error)), code
            return jsonify(answer.as_json()), answer.manual_code()

    def route_view(handler: Callable[[Context], Any]) -> Callable[[], Any]:
        def view() -> Any:
            with correlated(_header("X-Correlation-Id")):
                try:
                    result = handler(context)
                except NbaError as error:
                    log.exception("request not processed", extra={"service_path": request.path})
                    code = 503 if isinstance(error, TransientError) else 422
                    return jsonify(status=outcome(error), error=str(error)), code
            if isinstance(result, Answer):
                return jsonify(result.as_json()), result.manual_code()
            return result if isinstance(result, tuple) else jsonify(result)

        return view

    def add(path: str, view: Callable[[], Any]) -> None:
        app.add_url_rule(path, endpoint=path, view_func=guarded(view), methods=["POST"])

    if on_push is not None:
        add("/process", push_view(on_push))
    for path, handler in pushes:
        add(path, push_view(handler))
    if on_range is not None:
        add("/process-date-range", lambda: range_view(on_range))
    for path, route in routes:
        add(path, route_view(route))

    @app.after_request
    def keep_secrets(response: Response) -> Response:
        # The message of an error may quote a request with its key.
        if response.is_json:
            response.set_data(without_known_secrets(response.get_data(as_text=True)))
        return response

    @app.errorhandler(auth.Unauthorized)
    def unauthorized(error: auth.Unauthorized) -> Any:
        return jsonify(status="unauthorized", error=error.public), error.code

    @app.errorhandler(InvalidBodyError)
    def invalid(error: InvalidBodyError) -> Any:
        return jsonify(status="invalid", error=str(error)), 400

    @app.errorhandler(NbaError)
    def ours(error: NbaError) -> Any:
        log.error("request not taken", exc_info=error, extra={"service_path": request.path})
        return jsonify(status=outcome(error), error=str(error)), 503 if isinstance(error, TransientError) else 500

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        if isinstance(error, HTTPException):
            return jsonify(status="invalid", error=error.description), error.code or 500
        log.exception("unexpected error", extra={"service_path": request.path})
        return jsonify(status="failed", error=type(error).__name__), 500

    return app


def _header(name: str) -> str | None:
    """A header that becomes part of rows and logs."""
    value = request.headers.get(name)
    return value[:_LONGEST_HEADER] if value else value


def event_after(push: Push | None, **fields: Any) -> Event:
    """The event that a phase sends on: the correlation id and trigger of what started it are kept."""
    if push is not None:
        fields.setdefault("trigger", push.event.trigger)
        fields.setdefault("correlation_id", push.event.correlation_id)
    return Event(**fields)


def as_error_result(processor: str, error: BaseException, seconds: float) -> ProcessorResult:
    """The entry of a processor that raised."""
    return ProcessorResult(
        processor,
        outcome(error),
        seconds=seconds,
        error=str(error),
        transient=not isinstance(error, TerminalError),
    )
