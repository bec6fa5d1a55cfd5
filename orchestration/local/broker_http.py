"""The broker's REST face: the part of Pub/Sub's v1 API that the official client needs."""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
from typing import TYPE_CHECKING, Any, TypeGuard

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler

from orchestration.local.broker_leases import Lease
from orchestration.local.broker_store import Outgoing
from orchestration.local.pubsub_resources import BrokerError, Subscription, invalid

if TYPE_CHECKING:
    from orchestration.local.broker import Broker

_TOPIC = "/v1/projects/<project>/topics/<topic>"
_SUBSCRIPTION = "/v1/projects/<project>/subscriptions/<subscription>"
_MAX_PULL = 1000
# Google's limit of a publish request's messages, and the same as base64 text with the JSON around it.
_MAX_MESSAGES_BYTES = 10_000_000
_MAX_BODY_BYTES = 16_000_000
_MAX_DEPTH = 100
log = logging.getLogger(__name__)


class Handler(WSGIRequestHandler):
    """HTTP/1.1, a thread a connection, and no line a request in the log."""

    protocol_version = "HTTP/1.1"
    # Seconds without a byte after which a connection is given up, with its thread.
    timeout = 20
    # Headers and body are two writes; with Nagle's algorithm the second would wait for the client's delayed ACK.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; what matters is logged where it is decided."""


def create_app(broker: Broker) -> Flask:
    """The WSGI application in front of `broker`."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES

    @app.errorhandler(BrokerError)
    def refuse(error: BrokerError) -> tuple[Response, int]:
        body = {"code": error.http_status, "status": error.status, "message": str(error)}
        return jsonify(error=body), error.http_status

    @app.errorhandler(sqlite3.Error)
    def fail(error: sqlite3.Error) -> tuple[Response, int]:
        # Nothing of the request was kept. A client sends again what is UNAVAILABLE.
        log.error("%s %s failed: %s", request.method, request.path, error)
        return refuse(BrokerError(503, "UNAVAILABLE", f"The broker could not write its file: {_in_words(error)}"))

    @app.errorhandler(RequestEntityTooLarge)
    def refuse_large(error: RequestEntityTooLarge) -> tuple[Response, int]:
        return refuse(invalid(f"The request is larger than {_MAX_BODY_BYTES} bytes."))

    @app.errorhandler(HTTPException)
    def refuse_http(error: HTTPException) -> tuple[Response, int]:
        code = error.code or 500
        status = "UNIMPLEMENTED" if code in (404, 405) else "INVALID_ARGUMENT" if code < 500 else "INTERNAL"
        message = f"{request.method} {request.path}: {error.name}"
        return jsonify(error={"code": code, "status": status, "message": message}), code

    _add_topic_routes(app, broker)
    _add_subscription_routes(app, broker)
    _add_pull_routes(app, broker)
    return app


def _add_topic_routes(app: Flask, broker: Broker) -> None:
    store = broker.store

    @app.put(_TOPIC)
    def create_topic(project: str, topic: str) -> dict[str, Any]:
        name = _topic(project, topic)
        store.create_topic(name)
        return {"name": name}

    @app.get(_TOPIC)
    def get_topic(project: str, topic: str) -> dict[str, Any]:
        name = _topic(project, topic)
        store.require_topic(name)
        return {"name": name}

    @app.get("/v1/projects/<project>/topics")
    def list_topics(project: str) -> dict[str, Any]:
        return {"topics": [{"name": name} for name in store.topics(project)]}

    @app.delete(_TOPIC)
    def delete_topic(project: str, topic: str) -> dict[str, Any]:
        store.delete_topic(_topic(project, topic))
        return {}

    @app.get(f"{_TOPIC}/subscriptions")
    def list_topic_subscriptions(project: str, topic: str) -> dict[str, Any]:
        name = _topic(project, topic)
        store.require_topic(name)
        return {"subscriptions": [s.name for s in store.subscriptions() if s.topic == name]}

    @app.post(f"{_TOPIC}:publish")
    def publish(project: str, topic: str) -> dict[str, Any]:
        messages = _body().get("messages")
        if not isinstance(messages, list) or not messages:
            raise invalid("messages: at least one is needed.")
        outgoing = [_outgoing(m) for m in messages]
        if sum(map(_size, outgoing)) > _MAX_MESSAGES_BYTES:
            raise invalid(f"messages: larger than {_MAX_MESSAGES_BYTES} bytes.")
        return {"messageIds": broker.publish(_topic(project, topic), outgoing)}


def _add_subscription_routes(app: Flask, broker: Broker) -> None:
    store = broker.store

    @app.put(_SUBSCRIPTION)
    def create_subscription(project: str, subscription: str) -> dict[str, Any]:
        parsed = Subscription.parse({**_body(), "name": _subscription(project, subscription)})
        store.create_subscription(parsed)
        return parsed.resource()

    @app.get(_SUBSCRIPTION)
    def get_subscription(project: str, subscription: str) -> dict[str, Any]:
        return store.subscription(_subscription(project, subscription)).resource()

    @app.get("/v1/projects/<project>/subscriptions")
    def list_subscriptions(project: str) -> dict[str, Any]:
        prefix = f"projects/{project}/subscriptions/"
        return {"subscriptions": [s.resource() for s in store.subscriptions() if s.name.startswith(prefix)]}

    @app.delete(_SUBSCRIPTION)
    def delete_subscription(project: str, subscription: str) -> dict[str, Any]:
        store.delete_subscription(_subscription(project, subscription))
        broker.notify()
        return {}

    @app.post(f"{_SUBSCRIPTION}:modifyPushConfig")
    def modify_push_config(project: str, subscription: str) -> dict[str, Any]:
        current = store.subscription(_subscription(project, subscription))
        changed = Subscription.parse({**current.resource(), "pushConfig": _body().get("pushConfig") or {}})
        store.put_subscription(changed)
        broker.notify()
        return {}


def _add_pull_routes(app: Flask, broker: Broker) -> None:
    @app.post(f"{_SUBSCRIPTION}:pull")
    def pull(project: str, subscription: str) -> dict[str, Any]:
        body = _body()
        limit = body.get("maxMessages")
        if not _is_whole(limit) or limit < 1:
            raise invalid("maxMessages: must be at least 1.")
        name = _subscription(project, subscription)
        leases = broker.pull(name, min(limit, _MAX_PULL), wait=not body.get("returnImmediately"))
        return {"receivedMessages": [_received(lease) for lease in leases]}

    @app.post(f"{_SUBSCRIPTION}:acknowledge")
    def acknowledge(project: str, subscription: str) -> dict[str, Any]:
        broker.acknowledge(_subscription(project, subscription), _ack_ids())
        return {}

    @app.post(f"{_SUBSCRIPTION}:modifyAckDeadline")
    def modify_ack_deadline(project: str, subscription: str) -> dict[str, Any]:
        # Protobuf's JSON leaves a zero out: absent means "give back now".
        seconds = _body().get("ackDeadlineSeconds", 0)
        if not _is_whole(seconds) or not 0 <= seconds <= 600:
            raise invalid("ackDeadlineSeconds: must be 0 to 600.")
        broker.modify_ack_deadline(_subscription(project, subscription), _ack_ids(), seconds)
        return {}


def _topic(project: str, topic: str) -> str:
    return f"projects/{project}/topics/{topic}"


def _subscription(project: str, subscription: str) -> str:
    return f"projects/{project}/subscriptions/{subscription}"


def _body() -> dict[str, Any]:
    text = request.get_data()
    try:
        body = json.loads(text) if text else {}
    except (ValueError, RecursionError) as error:
        raise invalid(f"The request body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object.")
    if not _is_flat(body):
        raise invalid(f"The request body is nested deeper than {_MAX_DEPTH} levels.")
    return body


def _is_flat(body: dict[str, Any]) -> bool:
    level: list[Any] = [body]
    for _ in range(_MAX_DEPTH):
        children = [list(v.values()) if isinstance(v, dict) else v for v in level if isinstance(v, dict | list)]
        level = [child for each in children for child in each]
        if not level:
            return True
    return False


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    # Half a surrogate pair can be written in JSON, and nowhere else.
    return isinstance(value, str) and not any("\ud800" <= c <= "\udfff" for c in value)


def _ack_ids() -> list[str]:
    ack_ids = _body().get("ackIds")
    if not isinstance(ack_ids, list) or not ack_ids or not all(map(_is_text, ack_ids)):
        raise invalid("ackIds: at least one is needed, as text.")
    return ack_ids


def _outgoing(message: Any) -> Outgoing:
    if not isinstance(message, dict):
        raise invalid("messages: each must be an object.")
    data, attributes, ordering_key = (
        default if (given := message.get(name)) is None else given
        for name, default in (("data", ""), ("attributes", {}), ("orderingKey", ""))
    )
    if not _is_text(data) or not _is_text(ordering_key):
        raise invalid("messages: data and orderingKey must be text.")
    if not isinstance(attributes, dict) or not all(map(_is_text, [*attributes, *attributes.values()])):
        raise invalid("messages.attributes: must map text to text.")
    if not data and not attributes:
        raise invalid("messages: each needs data or attributes.")
    try:
        # Decoded and encoded again: clients may send the URL-safe alphabet, receivers get the standard one.
        decoded = base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError as error:
        raise invalid(f"messages.data: not base64: {error}") from error
    return Outgoing(base64.b64encode(decoded).decode(), attributes, ordering_key)


def _size(message: Outgoing) -> int:
    texts = [*message.attributes, *message.attributes.values(), message.ordering_key]
    return len(message.data) * 3 // 4 + sum(len(text.encode()) for text in texts)


def _in_words(error: sqlite3.Error) -> str:
    full = error.sqlite_errorcode == sqlite3.SQLITE_FULL if hasattr(error, "sqlite_errorcode") else False
    return f"the disk is full; make room ({error})" if full else str(error)


def _received(lease: Lease) -> dict[str, Any]:
    message = {
        "data": lease.data,
        "attributes": dict(lease.attributes),
        "messageId": str(lease.message_id),
        "publishTime": lease.publish_time,
        "orderingKey": lease.ordering_key,
    }
    received: dict[str, Any] = {"ackId": lease.ack_id, "message": message}
    if lease.subscription.dead_letter_policy is not None:
        received["deliveryAttempt"] = lease.attempt
    return received
