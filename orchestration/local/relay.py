"""A relay on the loopback between the services and a broker without backlog figures, Google's emulator: it counts.

Publishes go to the broker through it, pushes from the broker to the services. Both pass as they are (path, headers,
body, status of the answer); the ledger learns what was published and what was acknowledged.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, make_server

from orchestration.local.broker_http import Handler
from orchestration.local.relay_ledger import DeliveryLedger

log = logging.getLogger(__name__)

# What the emulator takes for an acknowledgement (measured: unlike Pub/Sub itself, it repeats a message after a 202).
EMULATOR_ACK_STATUSES = frozenset({102, 200, 201, 204})
_CONNECT_TIMEOUT_SECONDS = 5.0
_PUBLISH_TIMEOUT_SECONDS = 15.0  # below the publisher's own 20 s
# Of one connection, not of the message (RFC 9110, 7.6.1), or made anew for the next one.
_NOT_FORWARDED = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
_MADE_ANEW = frozenset({"host", "content-length"})


@dataclass(frozen=True)
class Target:
    """Where pushes of a subscription (full name) go, and how long one may take, in seconds."""

    subscription: str
    url: str
    deadline_seconds: float


class Relay:
    """The relay, as threads of this process. `targets` are by subscription id, the last part of the full name."""

    def __init__(self, broker_url: str, targets: Mapping[str, Target], ledger: DeliveryLedger) -> None:
        self._broker_url = broker_url
        self._targets = targets
        self._ledger = ledger
        self._open = threading.Event()
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self._app(), threaded=True, request_handler=Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Listen. Pushes are answered 503, which is no acknowledgement, until `let_pushes_in`."""
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="pubsub-relay", daemon=True).start()

    def let_pushes_in(self) -> None:
        """Pass deliveries on from now on."""
        self._open.set()

    def keep_pushes_out(self, timeout: float) -> bool:
        """Pass no more deliveries on; wait up to `timeout` seconds for those begun; True when none is left."""
        self._open.clear()
        with self._ledger.changed:
            return self._ledger.changed.wait_for(lambda: not self._ledger.in_flight, timeout)

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def push_url(self, subscription_id: str) -> str:
        """The push endpoint to give the broker."""
        return f"{self.url}/push/{subscription_id}"

    def dead_letter_url(self, subscription_id: str) -> str:
        """The push endpoint to give the broker for the dead letters of a subscription."""
        return f"{self.url}/dead-letters/{subscription_id}"

    def _app(self) -> Flask:
        app = Flask(__name__)

        @app.post("/push/<subscription_id>")
        def push(subscription_id: str) -> Response:
            return self._push(self._targets[subscription_id])

        @app.post("/dead-letters/<subscription_id>")
        def dead_letter(subscription_id: str) -> tuple[str, int]:
            name = self._targets[subscription_id].subscription
            message = request.get_json()["message"]
            if not self._ledger.dead_letter(name, str(message["messageId"]), str(message["data"])):
                log.warning("a dead letter of %s that no failed delivery was seen of: %s", name, message)
            return "", 204

        @app.route("/v1/<path:name>", methods=["GET", "PUT", "POST", "PATCH", "DELETE"])
        def api(name: str) -> Response:
            if not name.endswith(":publish"):
                return _forward(self._broker_url + request.path, _PUBLISH_TIMEOUT_SECONDS)
            with self._ledger.publication(name.removesuffix(":publish")) as published:
                answer = _forward(self._broker_url + request.path, _PUBLISH_TIMEOUT_SECONDS)
                if answer.status_code == 200:
                    # Before the publisher has its answer: whoever sent the message finds it counted.
                    published(json.loads(answer.get_data())["messageIds"])
            return answer

        return app

    def _push(self, target: Target) -> Response:
        message = request.get_json()["message"]
        message_id, data = str(message["messageId"]), str(message.get("data", ""))
        self._ledger.begin(target.subscription, message_id)
        acknowledged = False
        try:
            if self._open.is_set():
                answer = _forward(target.url, target.deadline_seconds)
                acknowledged = answer.status_code in EMULATOR_ACK_STATUSES
            else:
                answer = _failure("deliveries are stopped", 503)
        finally:
            self._ledger.end(target.subscription, message_id, data, acknowledged)
        if not acknowledged:
            log.warning("%s answered %s to message %s", target.url, answer.status_code, message_id)
        return answer


def _forward(url: str, timeout: float) -> Response:
    """The present request sent to `url`, and its answer; 503 where nobody listens, 504 after `timeout` seconds."""
    query = request.query_string.decode()
    left_out = _NOT_FORWARDED | _MADE_ANEW
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment has no business with the loopback
        session.headers.clear()
        try:
            answer = session.request(
                request.method,
                f"{url}?{query}" if query else url,
                data=request.get_data(),
                headers={k: v for k, v in request.headers if k.lower() not in left_out},
                timeout=(_CONNECT_TIMEOUT_SECONDS, timeout),
                allow_redirects=False,
            )
        except requests.Timeout:
            return _failure(f"no answer within {timeout:g} s", 504)
        except requests.RequestException as error:
            return _failure(f"no answer: {error}", 503)
    # The body was unpacked on the way.
    dropped = {*left_out, "content-encoding"}
    headers = [(k, v) for k, v in answer.headers.items() if k.lower() not in dropped]
    return Response(answer.content, answer.status_code, headers)


def _failure(message: str, code: int) -> Response:
    body: dict[str, Any] = {"error": {"code": code, "status": "UNAVAILABLE", "message": message}}
    answer = jsonify(body)
    answer.status_code = code
    return answer
