"""The broker's REST face: the part of Pub/Sub's v1 API that the official client needs."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler

from orchestration.local.broker_leases import Lease
from orchestration.local.broker_store import Outgoing
from orchestration.local.pubsub_resources import BrokerError, PushConfig, Subscription, invalid

if TYPE_CHECKING:
    from orchestration.local.broker import Broker

_TOPIC = "/v1/projects/<project>/topics/<topic>"
_SUBSCRIPTION = "/v1/projects/<project>/subscriptions/<subscription>"
_MAX_PULL = 1000


class KeepAliveHandler(WSGIRequestHandler):
    """HTTP/1.1 with connections that stay open, and no line a request in the log."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; with Nagle's algorithm the second would wait for the client's delayed ACK.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; what matters is logged where it is decided."""


def create_app(broker: Broker) -> Flask:
    """The WSGI application in front of `broker`."""
    app = Flask(__name__)

    @app.errorhandler(BrokerError)
    def refuse(error: BrokerError) -> tuple[Response, int]:
        body = {"code": error.http_status, "status": error.status, "message": str(error)}
        return jsonify(error=body), error.http_status

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
        return {"messageIds": broker.publish(_topic(project, topic), [_outgoing(m) for m in messages])}


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
        push_config = PushConfig.model_validate(_body().get("pushConfig") or {})
        store.put_subscription(current.model_copy(update={"push_config": push_config}))
        broker.notify()
        return {}


def _add_pull_routes(app: Flask, broker: Broker) -> None:
    @app.post(f"{_SUBSCRIPTION}:pull")
    def pull(project: str, subscription: str) -> dict[str, Any]:
        body = _body()
        limit = body.get("maxMessages")
        if not isinstance(limit, int) or limit < 1:
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
        if not isinstance(seconds, int) or not 0 <= seconds <= 600:
            raise invalid("ackDeadlineSeconds: must be 0 to 600.")
        broker.modify_ack_deadline(_subscription(project, subscription), _ack_ids(), seconds)
        return {}


def _topic(project: str, topic: str) -> str:
    return f"projects/{project}/topics/{topic}"


def _subscription(project: str, subscription: str) -> str:
    return f"projects/{project}/subscriptions/{subscription}"


def _body() -> dict[str, Any]:
    body = request.get_json(silent=False) if request.content_length else {}
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object.")
    return body


def _ack_ids() -> list[str]:
    ack_ids = _body().get("ackIds")
    if not isinstance(ack_ids, list) or not ack_ids:
        raise invalid("ackIds: at least one is needed.")
    return [str(ack_id) for ack_id in ack_ids]


def _outgoing(message: Any) -> Outgoing:
    if not isinstance(message, dict):
        raise invalid("messages: each must be an object.")
    data = message.get("data") or ""
    attributes = message.get("attributes") or {}
    if not data and not attributes:
        raise invalid("messages: each needs data or attributes.")
    try:
        # Decoded and encoded again: clients may send the URL-safe alphabet, receivers get the standard one.
        decoded = base64.b64decode(data.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, AttributeError) as error:
        raise invalid(f"messages.data: not base64: {error}") from error
    if not isinstance(attributes, dict) or not all(isinstance(v, str) for v in attributes.values()):
        raise invalid("messages.attributes: must map text to text.")
    return Outgoing(base64.b64encode(decoded).decode(), attributes, str(message.get("orderingKey") or ""))


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
